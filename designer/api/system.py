"""What the editor needs to know, how the installation is, and whether it is alive."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import orjson
from apiflask import APIBlueprint
from flask import Response

from designer import live, prompt_list, resources
from designer.api.base import Json, Out, Responses, blueprint, prompt_locale, tenant
from designer.control import ask_or_none
from designer.form_schemas import SchemasOut
from designer.openapi import Message
from designer.prompt_list import PromptSource
from designer.sessions import for_everyone, needs, public
from designer.state import state
from designer.telephone_servers import telephone_servers
from designer.times import iso_seconds
from interpreter.flow.schemas import flow_schema, node_schemas
from store.numbers import display, national
from store.quotas import BYTES, Usage
from store.quotas import Name as QuotaName

bp = blueprint("system")

RuntimeState = Literal["ok", "mover_dead", "mover_failing", "journal_failing", "journal_dead", "down"]

DOWN: Responses = {
    503: {
        "description": "One of them is down",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/HealthOut"}}},
    }
}
health_bp = APIBlueprint("health", __name__, tag="system")


class PromptRef(Out):
    name: str
    source: PromptSource
    seconds: float


class ExtensionRef(Out):
    number: str
    name: str


class NumberRef(Out):
    number: str
    display: str


class TrunkRef(Out):
    name: str


class GroupRef(Out):
    """``size``: how many extensions it has."""

    name: str
    size: int


class VariableHelp(Out):
    """What expressions may use without declaring it: facts of the call, functions with their parameters."""

    name: str
    kind: Literal["variable", "function"]
    type: str
    label: Message


class ResourcesOut(Out):
    """What this company has that flows may name."""

    prompts: list[PromptRef]
    extensions: list[ExtensionRef]
    numbers: list[NumberRef]
    trunks: list[TrunkRef]
    boxes: list[str]
    groups: list[GroupRef]
    variables_help: list[VariableHelp]


class RuntimeOut(Out):
    """``state`` as ``/healthz`` has it; ``calls``: of this company."""

    alive: bool
    state: RuntimeState
    calls: int
    version: str | None
    since: str | None


class SipOut(Out):
    """``addresses``: what is typed into a telephone as its server, ``HOST:PORT`` each.

    ``domain``: of this company's telephones, by which theirs are told from others'; null where there is none.
    """

    addresses: list[str]
    domain: str | None


class QuotaOut(Out):
    """``name``: as in ``store.quotas``. ``unit``: of ``used`` and ``most``."""

    name: QuotaName
    used: int
    most: int
    unit: Literal["bytes", "things"]


class QuotasOut(Out):
    quotas: list[QuotaOut]


class LimitsOut(Out):
    """``calls``: this company's at once, ``calls_per_second``: that begin; null without limit."""

    upload_bytes: int
    calls: int | None
    calls_per_second: float | None


class StatusOut(Out):
    runtime: RuntimeOut
    sip: SipOut
    limits: LimitsOut


class HealthOut(Out):
    """``runtime`` is ``ok``; ``mover_dead`` or ``mover_failing``: calls go on, their records wait in the journal;
    ``journal_failing`` or ``journal_dead``: no new call is taken; or ``down``: it does not answer.
    """

    web: Literal["ok"]
    runtime: RuntimeState


@bp.get("/schemas")
@bp.output(SchemasOut)
@for_everyone
def schemas() -> Response:
    """The schemas that the editor's forms are made from."""
    response = Response(_schemas(), mimetype="application/json")
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    return response


@bp.get("/resources")
@bp.output(ResourcesOut)
@needs("flows.read")
def read_resources() -> Json:
    """Names to choose from in the editor."""
    held, mine = state(), tenant()
    return {
        "prompts": [
            {"name": prompt.name, "source": prompt.source, "seconds": prompt.seconds}
            for prompt in prompt_list.all_entries(held, mine, prompt_locale())
        ],
        "extensions": [{"number": e.number, "name": e.name} for e in held.store.extensions.all(mine)],
        "numbers": [
            {"number": national(entry.number.digits), "display": display(entry.number.digits)}
            for entry in resources.all_numbers(held, mine)
        ],
        "trunks": [{"name": trunk.name} for trunk in held.store.trunks.all(mine)],
        "boxes": resources.boxes(held, mine),
        "groups": [{"name": e.group.name, "size": len(e.members)} for e in held.store.groups.all(mine)],
        "variables_help": resources.variables_help(),
    }


@bp.get("/status")
@bp.output(StatusOut)
@for_everyone
def status() -> Json:
    """How the installation is."""
    settings, company = state().settings, state().store.tenants.get(tenant())
    health = ask_or_none(settings.control_socket, "health")
    answer = health or {}
    since, sip = answer.get("since"), answer.get("sip")
    listens = [str(listen) for listen in sip] if isinstance(sip, list) else settings.sip_addresses
    return {
        "runtime": {
            "alive": health is not None,
            "state": _state(health),
            "calls": len(live.calls_of(tenant(), _live_calls(settings.control_socket))) if health else 0,
            "version": settings.version,
            "since": iso_seconds(since) if isinstance(since, int | float) else None,
        },
        "sip": {
            "addresses": telephone_servers(listens, settings.external),
            "domain": company.domain,
        },
        "limits": {
            "upload_bytes": settings.upload_limit_bytes,
            "calls": company.max_calls,
            "calls_per_second": company.calls_per_second,
        },
    }


def _quota(usage: Usage) -> Json:
    unit = "bytes" if usage.name in BYTES else "things"
    return {"name": usage.name, "used": usage.used, "most": usage.most, "unit": unit}


@bp.get("/quotas")
@bp.output(QuotasOut)
@needs("settings.read")
def quotas() -> Json:
    """What this company has of everything that is limited, and may have at most."""
    return {"quotas": [_quota(usage) for usage in state().store.quotas.all(tenant())]}


@health_bp.get("/healthz")
@health_bp.output(HealthOut)
@health_bp.doc(responses=DOWN)
@public
def healthz() -> tuple[Json, int, dict[str, str]]:
    """Whether calls are answered: 200, or 503 while no new one is taken."""
    settings = state().settings
    found = _state(ask_or_none(settings.control_socket, "health"))
    headers = {"Zongji-Instance": settings.instance} if settings.instance else {}
    return {"web": "ok", "runtime": found}, 200 if found in TAKES_CALLS else 503, headers


TAKES_CALLS = ("ok", "mover_dead", "mover_failing")


def _live_calls(control_socket: Path) -> Mapping[str, object]:
    return ask_or_none(control_socket, "calls", {"tenant": tenant()}) or {}


def _state(health: Mapping[str, object] | None) -> str:
    """What the runtime's own ``health`` comes to; the worst that is wrong."""
    if health is None:
        return "down"
    for part, trouble in (("journal", "dead"), ("journal", "failing"), ("mover", "dead"), ("mover", "failing")):
        if health.get(part) == trouble:
            return f"{part}_{trouble}"
    return "ok"


@cache
def _schemas() -> bytes:
    return orjson.dumps({"flow": flow_schema(), "nodes": node_schemas()})
