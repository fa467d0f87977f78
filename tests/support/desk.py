"""What an administrator does before telephones can try something: prompts, flows, numbers."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

from support.patience import PATIENCE_SECONDS
from support.server import Api


def upload(
    api: Api, content: bytes, file_name: str, *, language: str = "en", csrf: str | None = None
) -> tuple[int, Any]:
    """``POST /prompts`` with one file; (status, answer)."""
    boundary = b"-----------------------------zongji"
    disposition = f'Content-Disposition: form-data; name="file"; filename="{file_name}"'.encode()
    kind = b"Content-Type: application/octet-stream"
    body = b"\r\n".join([b"--" + boundary, disposition, kind, b"", content, b"--" + boundary + b"--", b""])
    return send(api, "POST", "/prompts", body, f"multipart/form-data; boundary={boundary.decode()}",
                language=language, csrf=csrf)


def send(
    api: Api, method: str, path: str, body: bytes | None, kind: str = "application/json", *,
    language: str = "en", csrf: str | None = None,
) -> tuple[int, Any]:
    """A request with exactly this body; ``csrf`` replaces the session's token."""
    headers = {
        "Content-Type": kind, "Accept-Language": language, "X-CSRF-Token": api._csrf if csrf is None else csrf,
    }
    request = urllib.request.Request(f"{api.url}/api/v1{path}", body, headers, method=method)
    try:
        with api._opener.open(request, timeout=PATIENCE_SECONDS) as response:
            return response.status, json.loads(response.read() or b"null")
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def publish(api: Api, document: dict[str, Any], name: str) -> tuple[str, int]:
    """A new flow with one version; (flow id, version number)."""
    made = api.post("/flows", {"name": name, "document": document})
    version = api.post(f"/flows/{made['id']}/versions", {"revision": made["revision"], "note": "test"})
    return made["id"], version["number"]


def bind(api: Api, number: str, flow_id: str, version: int) -> None:
    """Let the version answer a new number; it is in force when this returns."""
    made = api.post("/numbers", {"number": number})
    api.put(f"/numbers/{made['id']}", {"revision": made["revision"], "flow_id": flow_id, "version": version})


def answer_with(api: Api, number: str, document: dict[str, Any]) -> None:
    """Publish the document and let it answer the number."""
    bind(api, number, *publish(api, document, f"flow of {number}"))
