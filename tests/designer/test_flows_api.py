"""Flows over the API: drafts, checks, publishing, versions, export and import."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from designer.api.flows import attachment, starter_document
from store import Store
from support.web import Browser, Company

ROOT = Path(__file__).resolve().parents[2]


def flow_document(name: str = "主流程", **config: Any) -> dict[str, Any]:
    """A flow without issues: start, play, hang up."""
    document = copy.deepcopy(starter_document())
    document["name"] = name
    document["nodes"].append({"id": "hello", "type": "play", "label": "欢迎", "config": {"prompt": ["pv_welcome.wav"]}})
    document["nodes"][2]["config"].update(config)
    document["edges"] = [
        {"from": "start", "exit": "next", "to": "hello"},
        {"from": "hello", "exit": "next", "to": "bye"},
    ]
    return document


@pytest.fixture
def flow(admin: Browser) -> dict[str, Any]:
    made = admin.post("/flows", {"name": "主流程", "document": flow_document()})
    assert made.status_code == 201
    body: dict[str, Any] = made.json
    return body


def publish(admin: Browser, flow: dict[str, Any], note: str = "") -> Any:
    return admin.post(f"/flows/{flow['id']}/versions", {"revision": flow["revision"], "note": note})


def test_new_flow_can_be_published_as_it_is(admin: Browser):
    made = admin.post("/flows", {"name": " 新  流程 "}).json
    assert (made["name"], made["document"]["name"], made["revision"]) == ("新 流程", "新 流程", 1)
    assert (made["latest_version"], made["numbers"], made["updated_by"]) == (None, [], "acme-administrator")
    assert admin.post("/check", {"document": made["document"]}).json == {"issues": []}
    assert publish(admin, made).status_code == 201


def test_a_new_flow_speaks_the_language_of_who_makes_it(admin: Browser):
    admin.language = "en"
    document = admin.post("/flows", {"name": "Main"}).json["document"]
    assert (document["locale"], [node["label"] for node in document["nodes"]]) == ("en-US", ["Start", "Hang up"])


def test_flows_are_listed_without_their_documents(admin: Browser, flow: dict[str, Any]):
    admin.post("/flows", {"name": "夜间"})
    page = admin.get("/flows?sort=name").json
    assert page["total"] == 2
    assert all("document" not in item for item in page["items"])
    assert [item["name"] for item in admin.get("/flows?q=夜").json["items"]] == ["夜间"]


def test_name_can_be_had_once(admin: Browser, stranger: Browser, flow: dict[str, Any]):
    response = admin.post("/flows", {"name": "主流程"})
    assert (response.status_code, response.json["error"]["code"]) == (409, "name_taken")
    assert stranger.post("/flows", {"name": "主流程"}).status_code == 201


def test_saving_counts_the_revision_and_renames(admin: Browser, flow: dict[str, Any]):
    document = flow_document("改名")
    saved = admin.put(f"/flows/{flow['id']}", {"document": document, "revision": 1}).json
    assert (saved["revision"], saved["name"], saved["document"]) == (2, "改名", document)
    assert admin.get(f"/flows/{flow['id']}").json == saved


def test_stale_save_is_refused_and_says_who_saved_when(admin: Browser, flow: dict[str, Any]):
    admin.put(f"/flows/{flow['id']}", {"document": flow_document(), "revision": 1})
    late = flow_document("too late")
    response = admin.put(f"/flows/{flow['id']}", {"document": late, "revision": 1})
    error = response.json["error"]
    assert (response.status_code, error["code"], error["saved_by"], error["revision"]) == (
        409,
        "stale",
        "acme-administrator",
        2,
    )
    assert "acme-administrator" in error["message"]
    assert error["saved_at"].endswith("Z")
    assert admin.get(f"/flows/{flow['id']}").json["name"] == "主流程"


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"nodes": 5},
        {"name": 7, "edges": None},
        {"nodes": [{"id": "a", "type": "submarine", "config": {"x": [[]]}}]},
    ],
)
def test_unfinished_draft_is_kept_but_not_published(admin: Browser, flow: dict[str, Any], document: dict[str, Any]):
    saved = admin.put(f"/flows/{flow['id']}", {"document": document, "revision": 1})
    assert saved.status_code == 200
    assert (saved.json["document"], saved.json["name"]) == (document, "主流程")
    refused = publish(admin, saved.json)
    assert (refused.status_code, refused.json["error"]["code"]) == (422, "flow.invalid")
    assert refused.json["error"]["issues"]
    assert admin.get(f"/flows/{flow['id']}/versions").json["total"] == 0
    assert admin.get("/prompts?q=pv_busy").status_code == 200
    assert admin.get("/resources").status_code == 200


def test_check_names_the_node_in_both_languages(admin: Browser):
    document = flow_document(prompt=["nothing-of-that-name.wav"])
    (found,) = [i for i in admin.post("/check", {"document": document}).json["issues"] if i["severity"] == "error"]
    assert found["node"] == "hello"
    assert set(found["message"]) == {"zh-CN", "en"}
    assert "nothing-of-that-name.wav" in found["message"]["en"]


def test_check_knows_what_the_company_has(admin: Browser, stranger: Browser, store: Store, acme: Company):
    document = flow_document(prompt=["our-own.wav"])
    remember_prompt(store, acme, "our-own.wav", "0" * 64)
    assert admin.post("/check", {"document": document}).json["issues"] == []
    assert stranger.post("/check", {"document": document}).json["issues"] != []


@pytest.mark.parametrize("role", ["operator", "qa"])
def test_everyone_may_check(browse: Callable[..., Browser], role: str):
    assert browse(f"acme-{role}").post("/check", {"document": {}}).status_code == 200


def remember_prompt(store: Store, acme: Company, name: str, sha256: str) -> None:
    from store.records import AudioInfo

    audio = AudioInfo(sha256, 1.0, -20.0)
    store.prompts.put(acme.tenant, name, audio, source="upload", locale="zh-CN", revision=None, by="test")


def test_publishing_freezes_document_and_prompts(
    admin: Browser, store: Store, acme: Company, flow: dict[str, Any], data: Path
):
    version = publish(admin, flow, " 第一版 ")
    assert version.status_code == 201
    assert version.json["number"] == 1
    assert (version.json["note"], version.json["published_by"]) == ("第一版", "acme-administrator")
    admin.put(f"/flows/{flow['id']}", {"document": {}, "revision": 1})
    frozen = admin.get(f"/flows/{flow['id']}/versions/1").json
    assert frozen["document"] == flow_document()
    prompts = store.flows.version(acme.tenant, flow["id"], 1).prompts
    assert "file:pv_welcome.wav" in prompts
    for sha256 in prompts.values():
        assert {path.suffix for path in (data / "audio" / sha256[:2]).glob(f"{sha256}.*")} == {".wav", ".ulaw", ".alaw"}
    pcm = (data / "audio" / prompts["file:pv_welcome.wav"][:2] / f"{prompts['file:pv_welcome.wav']}.wav").read_bytes()[
        44:
    ]
    assert hashlib.sha256(pcm).hexdigest() == prompts["file:pv_welcome.wav"]
    assert admin.get("/flows").json["items"][0]["latest_version"] == 1


def test_versions_are_listed_newest_first(admin: Browser, flow: dict[str, Any]):
    for note in ("一", "二", "三"):
        published = publish(admin, flow, note)
        assert published.status_code == 201
        flow["revision"] = published.json["revision"]
    assert [(v["number"], v["note"]) for v in admin.get(f"/flows/{flow['id']}/versions?size=2").json["items"]] == [
        (3, "三"),
        (2, "二"),
    ]
    assert admin.get(f"/flows/{flow['id']}/versions/2").json["note"] == "二"
    assert admin.get(f"/flows/{flow['id']}/versions/4").status_code == 404


def test_a_double_click_publishes_once(admin: Browser, flow: dict[str, Any]):
    assert publish(admin, flow).json["revision"] == admin.get(f"/flows/{flow['id']}").json["revision"] == 2
    again = publish(admin, flow)
    assert (again.status_code, again.json["error"]["code"]) == (409, "stale")
    assert admin.get(f"/flows/{flow['id']}/versions").json["total"] == 1


def test_publishing_another_revision_than_the_one_seen_is_refused(admin: Browser, flow: dict[str, Any]):
    admin.put(f"/flows/{flow['id']}", {"document": flow_document(), "revision": 1})
    assert publish(admin, flow).json["error"]["code"] == "stale"


def test_prompt_whose_audio_is_lost_refuses_publishing(admin: Browser, store: Store, acme: Company):
    remember_prompt(store, acme, "lost.wav", "0" * 64)
    made = admin.post("/flows", {"name": "x", "document": flow_document("x", prompt=["lost.wav"])}).json
    response = publish(admin, made)
    assert response.status_code == 422
    (issue,) = response.json["error"]["issues"]
    assert (issue["code"], issue["node"]) == ("prompt.missing", "hello")


def test_export_is_a_file_with_its_chinese_name(admin: Browser, flow: dict[str, Any]):
    response = admin.get(f"/flows/{flow['id']}/export")
    assert json.loads(response.data) == flow["document"]
    disposition = response.headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert unquote(disposition.partition("filename*=UTF-8''")[2]) == "主流程.json"


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("main.json", "attachment; filename=\"main.json\"; filename*=UTF-8''main.json"),
        ('a"b/c\r\n.json', "attachment; filename=\"a_b_c__.json\"; filename*=UTF-8''a_b_c__.json"),
        ("流程.json", "attachment; filename=\"flow.json\"; filename*=UTF-8''%E6%B5%81%E7%A8%8B.json"),
    ],
)
def test_file_name_cannot_break_the_header(name: str, header: str):
    assert attachment(name) == header


def test_import_gives_a_free_name_and_the_issues(admin: Browser, flow: dict[str, Any]):
    exported = json.loads(admin.get(f"/flows/{flow['id']}/export").data)
    first = admin.post("/flows/import", {"document": exported})
    assert first.status_code == 201
    assert (first.json["name"], first.json["document"]["name"]) == ("主流程 (2)", "主流程 (2)")
    assert first.json["issues"] == []
    second = admin.post("/flows/import", {"document": flow_document(prompt=["missing.wav"])}).json
    assert second["name"] == "主流程 (3)"
    assert [issue["node"] for issue in second["issues"]] == ["hello"]


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"format": "zongji.flow/9", "nodes": []},
        {"format": "zongji.flow/1", "nodes": [{"id": 5}]},
        {"format": "zongji.flow/1", "nodes": [], "edges": [1]},
    ],
)
def test_what_is_no_flow_is_not_imported(admin: Browser, document: dict[str, Any]):
    response = admin.post("/flows/import", {"document": document})
    assert (response.status_code, response.json["error"]["code"]) == (422, "flow.invalid")
    assert response.json["error"]["issues"]
    assert admin.get("/flows").json["total"] == 0


def test_example_flow_is_imported_and_published(admin: Browser):
    example = ROOT / "flows" / "virtual-switchboard" / "flow.json"
    made = admin.post("/flows/import", {"document": json.loads(example.read_text("utf-8"))}).json
    assert [issue for issue in made["issues"] if issue["severity"] == "error"] == []


def test_flow_is_deleted_with_its_versions(admin: Browser, flow: dict[str, Any]):
    publish(admin, flow)
    assert admin.delete(f"/flows/{flow['id']}?revision=1").json["error"]["code"] == "stale"
    assert admin.delete(f"/flows/{flow['id']}?revision=2").status_code == 204
    assert admin.get(f"/flows/{flow['id']}").status_code == 404


def test_flow_of_another_company_does_not_exist(
    stranger: Browser, flow: dict[str, Any], admin: Browser, store: Store, other: Company
):
    publish(admin, flow)
    path = f"/flows/{flow['id']}"
    for method, below, body in [
        ("GET", "", None),
        ("PUT", "", {"document": {}, "revision": 1}),
        ("DELETE", "?revision=1", None),
        ("GET", "/export", None),
        ("GET", "/versions", None),
        ("GET", "/versions/1", None),
        ("POST", "/versions", {"revision": 1, "note": ""}),
        ("GET", "/counts", None),
    ]:
        response = stranger._open(method, path + below, body=body)
        assert (response.status_code, response.json["error"]["code"]) == (404, "not_found"), below
    number = store.numbers.create(other.tenant, "4007654321", by="platform")
    bound = stranger.put(f"/numbers/{number.id}", {"revision": 1, "flow_id": flow["id"], "version": 1})
    assert bound.status_code == 404


def test_resources_name_what_flows_may_use(admin: Browser, flow: dict[str, Any]):
    admin.post("/extensions", {"number": "801", "name": "小王"})
    admin.post("/numbers", {"number": "4001234567"})
    document = flow_document("信箱")
    document["nodes"].append({"id": "box", "type": "voicemail", "config": {"box": "night"}})
    admin.post("/flows", {"name": "信箱", "document": document})
    body = admin.get("/resources").json
    assert body["extensions"] == [{"number": "801", "name": "小王"}]
    assert body["numbers"] == [{"number": "4001234567", "display": "400-123-4567"}]
    assert body["boxes"] == ["night"]
    assert {"name": "pv_busy.wav", "source": "system"}.items() <= next(
        prompt for prompt in body["prompts"] if prompt["name"] == "pv_busy.wav"
    ).items()
    assert {"call.caller", "length(text)"} <= {entry["name"] for entry in body["variables_help"]}


def test_schemas_are_those_of_the_repository(admin: Browser):
    body = admin.get("/schemas").json
    assert body["flow"]["title"] == "Flow"
    assert {"start", "menu", "extension", "voicemail", "hangup"} <= set(body["nodes"])
    assert body["nodes"]["menu"]["x-node"]["label"]["zh-CN"] == "按键菜单"


def test_an_import_is_composed_string_by_string(admin: Browser):
    document = flow_document() | {"name": "Cafe\u0301"}
    document["nodes"][0]["label"] = "a\n\u0303b"  # a tilde after the line's end is no ñ
    made = admin.post("/flows/import", {"document": document})
    assert made.status_code == 201
    assert made.json["name"] == "Café"
    assert made.json["document"]["nodes"][0]["label"] == "a\n\u0303b"


@pytest.mark.parametrize(("language", "said"), [("zh-CN", "导入这个文件：不认识的格式"), ("en", "imported: Unknown")])
def test_a_file_of_another_format_is_refused_by_that_name(admin: Browser, language: str, said: str):
    admin.language = language
    document = {**starter_document(), "format": "zongji.flow/9"}
    message = admin.post("/flows/import", {"document": document}).json["error"]["message"]
    assert said in message
    assert "zongji.flow/9" in message
    assert "zongji.flow/1" in message
