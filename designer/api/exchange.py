"""What the company's telephones do by dialling, and which of them may do more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, cast, get_args

from pydantic import Field

from designer.api.base import In, Json, Out, author, blueprint, directory_changed, errors, tenant
from designer.errors import field_error
from designer.sessions import needs
from designer.state import state
from designer.times import iso
from interpreter.calls.codes import CODE, CODE_OF, PLACES, Act, clash
from store.records import ExchangeEntry

bp = blueprint("exchange")

CodedAct = Literal[
    "blind", "consult", "park", "pick_up_in_group", "pick_up", "do_not_disturb", "disturb", "mailbox",
    "day", "night", "by_calendar", "listen", "whisper", "barge_in", "take_over",
]  # fmt: skip
assert set(get_args(CodedAct)) == CODE_OF.keys()


class CodeOut(Out):
    """``usual``: before anybody changed it; ``code``: "" where it is switched off."""

    act: CodedAct
    code: str
    usual: str


class ExchangeOut(Out):
    """``places``: what is dialled to fetch parked calls. ``operators``: extensions that may monitor and switch day and
    night. ``has_pin``: without a PIN nobody monitors by telephone.
    """

    codes: list[CodeOut]
    places: list[str]
    operators: list[str]
    has_pin: bool
    revision: int
    updated_at: datetime | None
    updated_by: str | None


class ExchangeIn(In):
    """``codes``: an act that is left out has its usual code, "" switches it off. ``pin``: 4 to 12 digits; "" for none
    any more, left out for the one that is there.
    """

    revision: int = Field(ge=0)
    codes: dict[CodedAct, str]
    operators: list[str] = Field(max_length=500)
    pin: str | None = Field(None, pattern="^([0-9]{4,12})?$")


@bp.get("/exchange")
@bp.output(ExchangeOut)
@needs("settings.read")
def read() -> Json:
    """Codes, places and operators."""
    return _show(state().store.exchange.get(tenant()))


@bp.put("/exchange")
@bp.input(ExchangeIn)
@bp.output(ExchangeOut)
@bp.doc(extensions=errors(409))
@needs("settings.edit")
def change(json_data: ExchangeIn) -> Json:
    """Change codes, operators and PIN; calls that begin from now on go by it."""
    codes = _checked(json_data.codes)
    made = state().store.exchange.put(
        tenant(), json_data.revision, codes=codes, operators=json_data.operators, pin=json_data.pin, by=author()
    )
    directory_changed()
    return _show(made)


def _checked(given: Mapping[CodedAct, str]) -> dict[str, str]:
    """Those that are not as usual."""
    for act, code in given.items():
        if code and not CODE.fullmatch(code):
            raise field_error(f"codes.{act}", "code.shape", written=code)
    whole: Mapping[Act, str] = cast(Mapping[Act, str], {**CODE_OF, **given})
    clashing = clash(whole)
    if clashing is not None:
        first, second = clashing
        field = second if second in given else first
        raise field_error(f"codes.{field}", "code.clash", one=whole[first], other=whole[second])
    return {act: code for act, code in given.items() if code != CODE_OF[cast(Act, act)]}


def _show(entry: ExchangeEntry) -> Json:
    settings = entry.settings
    return {
        "codes": [
            {"act": act, "code": settings.codes.get(act, usual), "usual": usual} for act, usual in CODE_OF.items()
        ],
        "places": list(PLACES),
        "operators": list(entry.operators),
        "has_pin": settings.pin != "",
        "revision": settings.revision,
        "updated_at": iso(settings.updated_at) if settings.revision else None,
        "updated_by": settings.updated_by or None,
    }
