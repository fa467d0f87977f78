"""Finished calls, their recordings, messages, and the counts per exit."""

from __future__ import annotations

import wave
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from store import Store, new_id
from store.models import Call
from store.records import CallLeg, CallRecord, CallStep, RecordingFile, VoicemailFile
from support.web import Browser, Company

NINE = datetime(2026, 11, 20, 1, 0, tzinfo=UTC).timestamp()  # 09:00 in Shanghai


def write_wav(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(range(256)) * 10)
    return path.read_bytes()


@pytest.fixture
def call(store: Store, acme: Company, data: Path) -> CallRecord:
    """One answered call with a recording, a message and two steps."""
    flow = store.flows.create(acme.tenant, "主流程", {"name": "主流程"}, by="test")
    store.flows.publish(acme.tenant, flow.id, 1, prompts={}, note="", by="test")
    record = CallRecord(
        tenant_id=acme.tenant,
        id=new_id(),
        number="864001234567",
        caller="8613812345678",
        called="864001234567",
        flow_id=flow.id,
        flow_name="主流程",
        flow_version=1,
        started_at=NINE,
        answered_at=NINE + 1,
        ended_at=NINE + 61.5,
        cause="normal",
        ended_by="caller",
        answered_by="801",
        steps=(
            CallStep(0.0, "start", "start", "进入", "next", "下一步", 0.0),
            CallStep(0.5, "main", "menu", "主菜单", "1", "销售", 12.0, no_input=1, no_match=2),
        ),
        legs=(
            CallLeg(0, "8613812345678", "caller", 0.0, answered=1.0, ended=61.5, cause="hung_up"),
            CallLeg(1, "801", "extension", 12.5, rang=12.6, answered=13.0, ended=61.5, cause="released", codec="PCMA"),
        ),
        recordings=(RecordingFile(new_id(), "recordings/2026-11-20/a.wav", NINE + 13, 48.5),),
        voicemails=(VoicemailFile(new_id(), "night", "voicemail/2026-11-20/b.wav", NINE + 50, 3.0),),
    )
    write_wav(data / "recordings/2026-11-20/a.wav")
    write_wav(data / "voicemail/2026-11-20/b.wav")
    store.calls.write([record])
    return record


def test_call_in_the_list(admin: Browser, call: CallRecord):
    (item,) = admin.get("/calls").json["items"]
    assert item == {
        "id": call.id,
        "caller": "13812345678",
        "called": "4001234567",
        "started_at": "2026-11-20T01:00:00Z",
        "answered_at": "2026-11-20T01:00:01Z",
        "ended_at": "2026-11-20T01:01:01.500000Z",
        "seconds": 61.5,
        "cause": "normal",
        "ended_by": "caller",
        "answered_by": "801",
        "flow": {"id": call.flow_id, "name": "主流程", "version": 1},
    }


def test_call_tells_its_way_and_its_recordings(admin: Browser, call: CallRecord):
    body = admin.get(f"/calls/{call.id}").json
    assert [(s["at"], s["node"], s["label"], s["exit_label"], s["seconds"]) for s in body["steps"]] == [
        ("2026-11-20T01:00:00Z", "start", "进入", "下一步", 0.0),
        ("2026-11-20T01:00:00.500000Z", "main", "主菜单", "销售", 12.0),
    ]
    assert [(s["no_input"], s["no_match"]) for s in body["steps"]] == [(0, 0), (1, 2)]
    assert [(leg["number"], leg["who"], leg["kind"], leg["answered_at"], leg["cause"]) for leg in body["legs"]] == [
        (0, "13812345678", "caller", "2026-11-20T01:00:01Z", "hung_up"),
        (1, "801", "extension", "2026-11-20T01:00:13Z", "released"),
    ]
    assert body["recordings"] == [{"id": call.recordings[0].id, "kind": "talk", "seconds": 48.5}]


def test_a_long_way_comes_page_by_page(admin: Browser, stranger: Browser, store: Store, call: CallRecord):
    steps = tuple(CallStep(float(n), f"n{n}", "menu", "", "1", "", 1.0) for n in range(250))
    long = replace(call, id=new_id(), steps=steps, recordings=(), voicemails=())
    store.calls.write([long])
    body = admin.get(f"/calls/{long.id}").json
    assert ([step["node"] for step in body["steps"]], body["steps_total"]) == ([f"n{n}" for n in range(100)], 250)
    page = admin.get(f"/calls/{long.id}/steps?page=3").json
    assert [step["node"] for step in page["items"]] == [f"n{n}" for n in range(200, 250)]
    assert (page["total"], page["page"], page["size"]) == (250, 3, 100)
    assert page["items"][0]["at"] == "2026-11-20T01:03:20Z"
    assert admin.get(f"/calls/{long.id}/steps?page=4").json["items"] == []
    assert len(admin.get(f"/calls/{long.id}/steps?page=2&size=7").json["items"]) == 7
    assert admin.get(f"/calls/{long.id}/steps?page=0").status_code == 422
    assert stranger.get(f"/calls/{long.id}/steps").status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("from=2026-11-20&to=2026-11-20", 1, id="the company's day"),
        pytest.param("to=2026-11-19", 0, id="until the day before"),
        pytest.param("from=2026-11-21", 0, id="from the day after"),
        pytest.param("from=2026-11-20T09:00:00%2B08:00", 1, id="moment with offset"),
        pytest.param("from=2026-11-20T09:00:00+08:00", 1, id="offset with an unquoted plus"),
        pytest.param("from=2026-11-20T01:00:01Z", 0, id="a second later"),
        pytest.param("q=1381234", 1, id="caller"),
        pytest.param("q=4001234", 1, id="called, without the country"),
        pytest.param("q=013812345678", 1, id="caller, dialled with a 0"),
        pytest.param("q=138%201234%205678", 1, id="caller, as the page shows it"),
        pytest.param("q=%2B86%20400-123", 1, id="called, in part, with the country"),
        pytest.param("q=999", 0, id="nobody"),
    ],
)
def test_calls_are_found_by_time_and_number(admin: Browser, call: CallRecord, query: str, found: int):
    assert admin.get(f"/calls?{query}").json["total"] == found


def test_counts_are_of_a_day(admin: Browser, call: CallRecord):
    path = f"/flows/{call.flow_id}/counts"
    day = admin.get(f"{path}?day=2026-11-20").json
    assert day == {
        "day": "2026-11-20",
        "counts": {"start": {"next": 1}, "main": {"1": 1}},
        "misses": {"main": {"no_input": 1, "no_match": 2}},
    }
    assert admin.get(f"{path}?day=2026-11-19").json == {"day": "2026-11-19", "counts": {}, "misses": {}}


def test_counts_are_of_one_version_where_it_is_named(admin: Browser, call: CallRecord):
    path = f"/flows/{call.flow_id}/counts?day=2026-11-20"
    assert admin.get(f"{path}&version={call.flow_version}").json == admin.get(path).json
    assert admin.get(f"{path}&version=9").json == {"day": "2026-11-20", "counts": {}, "misses": {}}
    assert admin.get(f"{path}&version=first").status_code == 422


def test_a_step_of_former_days_has_no_attempts_in_vain(admin: Browser, store: Store, call: CallRecord):
    former = [{"at": 0.0, "node": "main", "type": "menu", "label": "", "exit": "1", "exit_label": "", "seconds": 1.0}]
    with store._database.write() as session:
        session.execute(update(Call).where(Call.id == call.id).values(steps=former))
    steps = admin.get(f"/calls/{call.id}").json["steps"]
    assert [(s["no_input"], s["no_match"]) for s in steps] == [(0, 0)]


def test_recording_is_served_in_ranges(admin: Browser, call: CallRecord, data: Path):
    path = f"/recordings/{call.recordings[0].id}/audio"
    whole = admin.get(path)
    content = (data / call.recordings[0].path).read_bytes()
    assert (whole.status_code, whole.mimetype, whole.data) == (200, "audio/wav", content)
    assert whole.headers["Accept-Ranges"] == "bytes"
    part = admin.get(path, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.data) == (206, content[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(content)}"
    beyond = admin.get(path, headers={"Range": "bytes=999999-"})
    assert (beyond.status_code, beyond.json["error"]["code"]) == (416, "range_not_satisfiable")


def test_missing_recording_is_told(admin: Browser, call: CallRecord, data: Path):
    (data / call.recordings[0].path).unlink()
    response = admin.get(f"/recordings/{call.recordings[0].id}/audio")
    assert (response.status_code, response.json["error"]["code"]) == (404, "audio_gone")


def test_message_is_heard_marked_and_deleted(browse: Callable[..., Browser], call: CallRecord, data: Path):
    operator = browse("acme-operator")
    (item,) = operator.get("/voicemails").json["items"]
    assert (item["box"], item["caller"], item["heard_at"], item["call_id"]) == ("night", "13812345678", None, call.id)
    audio = operator.get(f"/voicemails/{item['id']}/audio", headers={"Range": "bytes=0-3"})
    assert (audio.status_code, audio.data) == (206, b"RIFF")
    path = f"/voicemails/{item['id']}"
    heard = operator.put(path, {"revision": item["revision"], "heard": True}).json
    assert (heard["heard_at"] is not None, heard["revision"]) == (True, 2)
    assert operator.put(path, {"revision": 2, "heard": False}).json["heard_at"] is None
    assert operator.delete(f"{path}?revision=3").status_code == 204
    assert not (data / call.voicemails[0].path).exists()
    assert operator.get("/voicemails").json["total"] == 0


def test_qa_listens_but_deletes_nothing(browse: Callable[..., Browser], call: CallRecord):
    qa = browse("acme-qa")
    path = f"/voicemails/{call.voicemails[0].id}"
    assert qa.get(f"{path}/audio").status_code == 200
    assert qa.delete(f"{path}?revision=1").status_code == 403


def test_a_write_of_a_message_says_what_it_was_based_on(
    admin: Browser, browse: Callable[..., Browser], call: CallRecord, data: Path
):
    path = f"/voicemails/{call.voicemails[0].id}"
    assert browse("acme-operator").put(path, {"revision": 1, "heard": True}).status_code == 200
    for stale in (admin.put(path, {"revision": 1, "heard": False}), admin.delete(f"{path}?revision=1")):
        error = stale.json["error"]
        assert (stale.status_code, error["code"]) == (409, "stale")
        assert (error["saved_by"], error["revision"]) == ("acme-operator", 2)
    assert (data / call.voicemails[0].path).exists()
    for unbased in (admin.put(path, {"heard": False}), admin.delete(path)):
        assert (unbased.status_code, unbased.json["error"]["issues"][0]["field"]) == (422, "revision")


@pytest.mark.parametrize("relative", ["../secret.txt", "/etc/passwd", "recordings/../../secret.txt"])
def test_a_path_never_leads_out_of_the_data_folder(
    admin: Browser, store: Store, acme: Company, call: CallRecord, data: Path, relative: str
):
    (data.parent / "secret.txt").write_text("secret")
    record = CallRecord(
        **{name: getattr(call, name) for name in CallRecord.__slots__}
        | {"id": new_id(), "recordings": (RecordingFile(new_id(), relative, NINE, 1.0),), "voicemails": ()}
    )
    store.calls.write([record])
    response = admin.get(f"/recordings/{record.recordings[0].id}/audio")
    assert (response.status_code, response.json["error"]["code"]) == (404, "audio_gone")


def test_another_company_sees_nothing_of_it(stranger: Browser, call: CallRecord):
    recording, message = call.recordings[0].id, call.voicemails[0].id
    for method, path, body in [
        ("GET", f"/calls/{call.id}", None),
        ("GET", f"/recordings/{recording}/audio", None),
        ("GET", f"/voicemails/{message}/audio", None),
        ("PUT", f"/voicemails/{message}", {"revision": 1, "heard": True}),
        ("DELETE", f"/voicemails/{message}?revision=1", None),
        ("GET", f"/flows/{call.flow_id}", None),
        ("GET", f"/flows/{call.flow_id}/counts?day=2026-11-20", None),
    ]:
        response = stranger._open(method, path, body=body)
        assert (response.status_code, response.json["error"]["code"]) == (404, "not_found"), path
    assert stranger.get("/calls").json["total"] == stranger.get("/voicemails").json["total"] == 0


def test_who_listens_is_told_once_for_all_the_pieces(
    browse: Callable[..., Browser], admin: Browser, call: CallRecord
):
    qa, operator = browse("acme-qa"), browse("acme-operator")
    recording = f"/recordings/{call.recordings[0].id}/audio"
    for piece in ("bytes=0-99", "bytes=100-", "bytes=0-"):
        assert qa.get(recording, headers={"Range": piece}).status_code == 206
    assert operator.get(recording).status_code == 200
    assert qa.get(f"/voicemails/{call.voicemails[0].id}/audio").status_code == 200
    items = admin.get("/audit?q=13812345678&sort=at").json["items"]
    assert [(item["action"], item["actor"]["name"]) for item in items] == [
        ("recording.listen", "acme-qa"),
        ("recording.listen", "acme-operator"),
        ("voicemail.listen", "acme-qa"),
    ]
