"""How the calls of a tenant's own extensions are kept and led: what may stand in the rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from numbering.reach import CALLS, EMERGENCY, may_be_shown
from store.errors import BadValue
from store.models import CallSettings, Extension, Number, Tenant
from store.numbers import display, normalise
from store.records import Use

RECORDED = ("off", "answered", "whole")
"""What is recorded of calls that extensions make: nothing, from the answer on, or what is heard before, too."""

LANGUAGES = ("zh-CN", "en-US")
"""In which the system speaks to the telephones of a tenant."""

MOST_USES = 20
"""So many extensions are named that show a number."""

COUNTRY = re.compile(r"[1-9][0-9]{0,2}|\*")


@dataclass(frozen=True, slots=True)
class Outside:
    """Whom an extension may call. calls: see ``numbering.reach.Calls``. countries: codes abroad, ``*`` for all.

    shown_number: digits, None for the tenant's.
    """

    calls: str = "internal"
    countries: Sequence[str] = ()
    shown_number: str | None = None


def checked_outside(session: Session, tenant: str, wanted: Outside) -> Outside:
    """As it is kept. Raises BadValue."""
    if wanted.calls not in CALLS:
        known = ", ".join(CALLS)
        raise BadValue("calls", f"没有这种权限：{wanted.calls}", f"not one of {known}: {wanted.calls}")
    countries = sorted({str(code).strip().removeprefix("+") for code in wanted.countries})
    for code in countries:
        if not COUNTRY.fullmatch(code) or code == "86":
            raise BadValue("countries", f"不是国家或地区代码：{code}", f"not a country code: {code}")
    if wanted.calls != "international":
        countries = []
    elif not countries:
        raise BadValue(
            "countries", "请写明可以拨打的国家或地区代码，如 852；全部写 *",
            "name the country codes that may be called, such as 852; * for all",
        )  # fmt: skip
    return Outside(wanted.calls, countries, checked_shown(session, tenant, wanted.shown_number))


def checked_shown(session: Session, tenant: str, text: str | None) -> str | None:
    """The digits of a number that may be shown outside: the tenant's own, and one that takes calls and makes them.

    Raises BadValue.
    """
    if not text:
        return None
    digits = normalise(text)
    if not may_be_shown(digits):
        raise BadValue(
            "shown_number", f"{display(digits)} 只能被叫，不能显示为主叫号码",
            f"{display(digits)} only takes calls and is never shown as a caller's number",
        )  # fmt: skip
    own = select(Number.id).where(Number.tenant_id == tenant, Number.digits == digits, Number.given)
    if session.scalar(own) is None:
        raise BadValue(
            "shown_number", f"{display(digits)} 不是本企业的号码", f"{display(digits)} is no number of the company's"
        )
    return digits


def shown_by(session: Session, tenant: str, digits: str) -> list[Use]:
    """Whose calls out show this number: the company's, and those of extensions."""
    chosen = select(Tenant).join(CallSettings, CallSettings.tenant_id == Tenant.id)
    companies = session.scalars(chosen.where(Tenant.id == tenant, CallSettings.shown_number == digits))
    company = [Use("settings", found.id, found.name) for found in companies]
    showing = select(Extension).where(Extension.tenant_id == tenant, Extension.shown_number == digits)
    rows = session.scalars(showing.order_by(Extension.number).limit(MOST_USES))
    return [*company, *(Use("extension", row.id, row.number) for row in rows)]


def check_no_emergency(number: str) -> None:
    """Raise BadValue for an extension's number that would stand before those who help in need."""
    if number in EMERGENCY:
        raise BadValue(
            "number", f"{number} 是紧急电话，不能作分机号", f"{number} is an emergency number and no extension's"
        )
