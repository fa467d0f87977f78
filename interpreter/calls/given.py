"""What a call's session is made with, as plain JSON data: a call's journal begins with it, and a replay makes the
session anew. ``offset``: seconds by which the machine's clock is ahead of the true one. ``lead``: who leads the caller:

=============  =======================================================================================
``flow``       a machine, of ``seed`` and ``programs``: each flow's id and digest, the call's own first
``direct``     whoever is rung: ``to``, for ``seconds``, ``recorded`` or not
``denial``     nobody, by ``rule``, which ``words`` say
``errand``     what is asked (``kind``, ``data``), and what is said (``says``)
``mailbox``    the box of whoever calls, in the language ``locale``
``visit``      another call: ``call``, ``part``, ``other``
``pin``        what a secret PIN comes to, which nothing here tells: no session can be made of it
=============  =======================================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from interpreter.calls.denial import Denial
from interpreter.calls.direct import DirectCall
from interpreter.calls.errand import Errand
from interpreter.calls.leg import load_target, save_target
from interpreter.calls.mailbox import MailboxCall
from interpreter.calls.outputs import JoinCall
from interpreter.calls.plan import Barred
from interpreter.calls.session import CallSession, RunsFlow
from interpreter.calls.typed import KEY_CODES
from interpreter.calls.visitor import Visitor
from interpreter.machine.facts import Days, Facts
from interpreter.machine.machine import Machine
from interpreter.machine.program import Program

Given = dict[str, Any]

EPOCH: Final = 719_163
"""1 January 1970 as an ordinal (``date.toordinal``)."""

DAYS: Final = range(-2, 9)
"""For which its table is kept, from the day on which a call begins: none lasts longer, whatever its time zone."""


class NoReplay(ValueError):
    """A session cannot be made of what is given. why: ``program`` where one is not at hand."""

    def __init__(self, why: Literal["secret", "program"]) -> None:
        super().__init__(why)
        self.why: Literal["secret", "program"] = why


def given_of(session: CallSession, facts: Facts, at: float, offset: float) -> Given:
    """at: UNIX seconds when the call begins. offset: see the module."""
    given = {"offset": offset, "facts": _saved_facts(facts), **_saved_leader(session.leader, facts, at + offset)}
    if session.caller is not None:
        given["caller"] = save_target(session.caller)
    if session.codes != KEY_CODES:
        given["codes"] = dict(session.codes)
    return given


def session_of(given: Given, call_id: str, programs: Mapping[str, Program]) -> CallSession:
    """The session as it was before its first input. programs: by their digests.

    Raises NoReplay; LookupError, TypeError and ValueError for what is not of ``given_of``.
    """
    caller = given.get("caller")
    leader = _leader_of(given, call_id, programs)
    return CallSession(leader, load_target(caller) if caller else None, given.get("codes", KEY_CODES))


def _saved_leader(leader: RunsFlow, facts: Facts, now: float) -> Given:
    match leader:
        case Machine(seed=seed, programs=programs):
            days = _saved_days(facts.days, now) if any(program.asks_for_workdays for program in programs) else {}
            flows = [(program.flow, program.digest) for program in programs]
            return {"lead": "flow", "seed": seed, "programs": flows, **({"days": days} if days else {})}
        case DirectCall(dial=dial, recorded=recorded):
            to = save_target(dial.targets[0])
            return {"lead": "direct", "to": to, "seconds": dial.ring_seconds, "recorded": recorded}
        case Denial(barred=barred, words=words):
            return {"lead": "denial", "rule": barred.rule, "words": words}
        case Errand(asks=asks, says=says):
            return {"lead": "errand", "kind": asks.kind, "data": asks.data, "says": says}
        case MailboxCall(locale=locale):
            return {"lead": "mailbox", "locale": locale}
        case Visitor(visit=visit):
            return {"lead": "visit", "call": visit.call, "part": visit.part, "other": visit.other}
        case _:
            return {"lead": "pin"}


def _leader_of(given: Given, call_id: str, programs: Mapping[str, Program]) -> RunsFlow:
    match given["lead"]:
        case "flow":
            return _machine(given, call_id, programs)
        case "direct":
            return DirectCall(load_target(given["to"]), given["seconds"], given["recorded"])
        case "denial":
            return Denial(Barred(given["rule"]), given["words"])
        case "errand":
            return Errand(given["kind"], given["data"], given["says"])
        case "mailbox":
            return MailboxCall(given["locale"])
        case "visit":
            return Visitor(JoinCall(given["call"], given["part"], given["other"]))
        case _:
            raise NoReplay("secret")


def _machine(given: Given, call_id: str, programs: Mapping[str, Program]) -> Machine:
    digests = [digest for _, digest in given["programs"]]
    if any(digest not in programs for digest in digests):
        raise NoReplay("program")
    own, *others = [programs[digest] for digest in digests]
    facts = Facts(call_id, **given["facts"], days={int(day): told for day, told in given.get("days", {}).items()})
    return Machine(own, facts, given["seed"], {program.flow: program for program in others})


def _saved_facts(facts: Facts) -> Given:
    saved = {
        "caller": facts.caller, "called": facts.called, "timezone": facts.timezone,
        "extension_length": facts.extension_length, "switch": facts.switch,
    }  # fmt: skip
    return saved | {"inputs": dict(facts.inputs)} if facts.inputs else saved


def _saved_days(days: Days, now: float) -> dict[str, bool]:
    """Those of the table that the call can ask for."""
    today = EPOCH + int(now // 86_400)
    return {str(today + n): days[today + n] for n in DAYS if today + n in days}
