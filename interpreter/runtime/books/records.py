"""From a call's journal lines to its record: the one fold for calls as they happen and for a restart.

What a line says by its ``e`` (beside ``c`` call id and ``t`` UNIX seconds):

=============  =======================================================================================
``call``       it began: tenant, number, caller, called, flow, name, version, sip (its Call-ID); ``given``: what its
               session was made with (``calls.given``)
``in``         the session was handed ``i`` (``calls.input_data``) and did ``o`` (``calls.deeds``); ``s``: the steps
               that it took in the flow, each a word and, with the flow and the node: ``node``, it came there, the
               node's type and label; ``missed``, the caller was asked there in vain, and why (``no_input``,
               ``no_match``); ``exit``, it left there, by which exit and its label
``answered``   we answered the caller
``ring``       leg ``leg`` rings ``target`` (of kind ``k``);  ``rings``: it says so;  ``up``: it answered, over trunk
               ``via`` and with codec ``codec``;  ``down``: it ended, ``w`` says how
``came``       leg ``leg`` with ``target`` came in from call ``from``, where it is ``down`` as ``handed_over``
``connected``  ``who`` answered (at leg ``leg``) and talks with the caller
``recording``  a talk's recording ``id`` begins in file ``path``;  ``recorded``: it has ``seconds``
``message``    a message ``id`` for ``box`` begins in file ``path``;  ``kept``: it has ``seconds``
``end``        ``cause`` and ``by`` whom, ``heard``: how many lines ``in`` there were; the last line of a call
``carried``    stands for all earlier lines of the call: ``state`` (so that old segments can go)
``alive``      of no call (``c`` is empty): the runtime lived then; every ten seconds while there are calls
=============  =======================================================================================

Other kinds are for readers of the journal and change no record: ``digit`` (a key that may end a message), and what
services were asked: ``ask`` (question ``n`` to service ``k`` with data ``d``) and ``tell`` (``d`` to ``k``). A leg that
is in no session's hands, and every leg in journals without lines ``in``, says by ``rings`` that it does. Journals of
earlier releases have a line for each step: ``node`` ``n`` of type ``k``, called ``l``; ``missed``, why ``w``; ``exit``
``x``, called ``l``; ``f`` where the flow is another than the call's.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final, NamedTuple, get_args

from interpreter.calls.input_data import WORDS
from interpreter.calls.inputs import LegRinging
from interpreter.machine.effects import Miss
from interpreter.runtime.books.journal import Line, is_time
from interpreter.runtime.books.kept import Inputs
from store.records import CallLeg, CallRecord, CallStep, RecordingFile, VoicemailFile

Json = dict[str, Any]

MISSES = get_args(Miss)
_RINGS = WORDS[LegRinging]

log = logging.getLogger(__name__)


@dataclass(slots=True)
class OpenCall:
    """A call whose end is not known yet. ``segment``: the journal's oldest segment still needed for it."""

    started: Json
    started_at: float
    last_at: float
    segment: int
    answered_at: float | None = None
    answered_by: str | None = None
    steps: list[Json] = field(default_factory=list)
    recordings: dict[str, Json] = field(default_factory=dict)
    messages: dict[str, Json] = field(default_factory=dict)
    legs: dict[str, Json] = field(default_factory=dict)
    inputs: Inputs = field(default_factory=Inputs)

    def state(self) -> Json:
        """Everything but ``segment``, as JSON data."""
        state = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "segment"}
        return state | {"inputs": self.inputs.state}

    def unfinished_files(self) -> list[tuple[str, str, str]]:
        """(kind of closing line, id, path) of recordings and messages that were never closed."""
        files = [("recorded", i, r["path"]) for i, r in self.recordings.items() if r["seconds"] is None]
        return files + [("kept", i, m["path"]) for i, m in self.messages.items() if m["seconds"] is None]


_STATE = {field.name for field in fields(OpenCall)} - {"segment"}
_LATER = {"legs", "inputs"}
"""What earlier releases did not carry."""


def _is_state(state: Json) -> bool:
    """Whether it can be what ``OpenCall.state`` said; a damaged disk may have made anything of it."""
    return (
        state.keys() >= _STATE - _LATER
        and is_time(state["started_at"])
        and is_time(state["last_at"])
        and (state["answered_at"] is None or is_time(state["answered_at"]))
        and isinstance(state["started"], dict)
        and isinstance(state["started"].get("tenant"), str)
        and isinstance(state["steps"], list)
        and all(isinstance(state.get(files, {}), dict) for files in ("recordings", "messages", "legs"))
        and isinstance(state.get("inputs", ""), str | None)
    )


class Ended(NamedTuple):
    """A finished call, and the oldest segment in which it has a line."""

    record: CallRecord
    first_segment: int


class RecordFold:
    """Takes lines in their order and gives a ``CallRecord`` with each ``end``.

    Lines of calls that never began here, or that ended already, are passed over: a damaged journal yields
    fewer records, never wrong ones or an exception.
    """

    def __init__(self) -> None:
        self.open: dict[str, OpenCall] = {}

    def apply(self, line: Line, segment: int) -> Ended | None:
        """What a line ended. segment: number of the segment the line stands in."""
        call_id: str = line["c"]  # type: ignore[assignment]  # see journal.parse_line
        at: float = line["t"]  # type: ignore[assignment]  # see journal.parse_line
        kind: str = line["e"]  # type: ignore[assignment]  # see journal.parse_line
        if kind == "call" and isinstance(line.get("tenant"), str):
            self.open[call_id] = OpenCall(line, at, at, segment, legs={"0": _first_leg(line, at)})
            return None
        if kind == "carried":
            state = line.get("state")
            if isinstance(state, dict) and _is_state(state):
                known = {name: value for name, value in state.items() if name in _STATE}
                known["inputs"] = Inputs(state.get("inputs", ""))
                self.open[call_id] = OpenCall(segment=segment, **known)
            return None
        call = self.open.get(call_id)
        if call is None:
            return None
        if at > call.last_at:
            call.last_at = at
        if kind == "end":
            del self.open[call_id]
            try:
                return Ended(_record(call_id, call, line), call.segment)
            except (AttributeError, KeyError, TypeError, ValueError):
                log.warning("the journal of call %s is damaged; it has no record", call_id)
                return None
        change = _CHANGES.get(kind)
        if change is not None:
            try:
                change(call, line, at)
            except (AttributeError, KeyError, TypeError, ValueError):
                pass  # a damaged line costs its own fact only
        return None

    def carry(self, before: int) -> list[Line]:
        """Lines that stand for calls whose lines begin before segment ``before``; changes nothing (see ``carried``)."""
        return [
            {"c": call_id, "t": call.last_at, "e": "carried", "state": call.state()}
            for call_id, call in self.open.items()
            if call.segment < before
        ]

    def carried(self, lines: Iterable[Line], segment: int) -> None:
        """These lines of ``carry`` stand in ``segment`` now: for their calls, older ones are no longer needed."""
        for line in lines:
            self.open[str(line["c"])].segment = segment

    def oldest_segment(self) -> int | None:
        return min((call.segment for call in self.open.values()), default=None)


def _first_leg(line: Json, at: float) -> Json:
    return {"who": str(line.get("caller", "")), "kind": "caller", "at": at}


def _answered(call: OpenCall, line: Json, at: float) -> None:
    if call.answered_at is None:
        call.answered_at = at
    call.legs.get("0", {}).setdefault("answered", at)


def _ring(call: OpenCall, line: Json, at: float) -> None:
    call.legs[str(line["leg"])] = {"who": str(line["target"]), "kind": str(line.get("k", "extension")), "at": at}


def _came(call: OpenCall, line: Json, at: float) -> None:
    _ring(call, line, at)
    call.legs[str(line["leg"])]["answered"] = at


def _in(call: OpenCall, line: Json, at: float) -> None:
    call.inputs.add(line)
    if line["i"][0] == _RINGS:
        call.legs[str(line["i"][1])].setdefault("rang", at)
    for word, flow, *step in line.get("s", ()):
        _STEPS[word](call, at, None if flow == call.started.get("flow") else flow or None, *step)


def _rings(call: OpenCall, line: Json, at: float) -> None:
    call.legs[str(line["leg"])].setdefault("rang", at)


def _up(call: OpenCall, line: Json, at: float) -> None:
    leg = call.legs[str(line["leg"])]
    leg.setdefault("answered", at)
    leg.update(trunk=str(line.get("via", "")), codec=str(line.get("codec", "")))


def _down(call: OpenCall, line: Json, at: float) -> None:
    leg = call.legs[str(line["leg"])]
    leg.setdefault("ended", at)
    leg.setdefault("cause", str(line["w"]))


def _enter(call: OpenCall, at: float, flow: str | None, node: str, kind: str, label: str) -> None:
    _close_step(call, at)
    step = {
        "at": at, "node": node, "type": kind, "label": label, "exit": None, "exit_label": "", "seconds": None
    }  # fmt: skip
    if flow is not None:
        step["flow"] = flow
    call.steps.append(step)


def _leave(call: OpenCall, at: float, flow: str | None, node: str, exit: str, label: str) -> None:
    step = _present_step(call, flow, node)
    if step is not None:
        step.update(exit=exit, exit_label=label, seconds=at - step["at"])


def _miss(call: OpenCall, at: float, flow: str | None, node: str, why: str) -> None:
    step = _present_step(call, flow, node)
    if step is not None and why in MISSES:
        step[why] = step.get(why, 0) + 1


_STEPS: Final[Mapping[str, Callable[..., None]]] = {"node": _enter, "exit": _leave, "missed": _miss}


def _present_step(call: OpenCall, flow: str | None, node: str) -> Json | None:
    """The step at a node that has not been left: the last, as a rule, but behind a node that calls another flow lie all
    the steps of that flow."""
    for step in reversed(call.steps):
        if step["exit"] is None and step["node"] == node and step.get("flow") == flow:
            return step
    return None


def _close_step(call: OpenCall, at: float) -> None:
    if call.steps and call.steps[-1]["seconds"] is None:
        call.steps[-1]["seconds"] = max(0.0, at - call.steps[-1]["at"])


def _connected(call: OpenCall, line: Json, at: float) -> None:
    call.answered_by = str(line["who"])


def _recording(call: OpenCall, line: Json, at: float) -> None:
    call.recordings[line["id"]] = {"path": line["path"], "at": at, "seconds": None}


def _recorded(call: OpenCall, line: Json, at: float) -> None:
    call.recordings[line["id"]]["seconds"] = float(line["seconds"])


def _message(call: OpenCall, line: Json, at: float) -> None:
    call.messages[line["id"]] = {"box": line["box"], "path": line["path"], "at": at, "seconds": None}


def _kept(call: OpenCall, line: Json, at: float) -> None:
    call.messages[line["id"]]["seconds"] = float(line["seconds"])


_CHANGES: Final[Mapping[str, Callable[[OpenCall, Json, float], None]]] = {
    "in": _in,
    "answered": _answered,
    "ring": _ring,
    "rings": _rings,
    "came": _came,
    "up": _up,
    "down": _down,
    "node": lambda call, line, at: _enter(call, at, line.get("f"), line["n"], line["k"], line["l"]),
    "missed": lambda call, line, at: _miss(call, at, line.get("f"), line["n"], line["w"]),
    "exit": lambda call, line, at: _leave(call, at, line.get("f"), line["n"], line["x"], line["l"]),
    "connected": _connected,
    "recording": _recording,
    "recorded": _recorded,
    "message": _message,
    "kept": _kept,
}


def _record(call_id: str, call: OpenCall, end: Json) -> CallRecord:
    """The record of a call that ended; files without a second in them are left out."""
    _close_step(call, call.last_at)
    begun = call.started
    return CallRecord(
        tenant_id=begun["tenant"],
        id=call_id,
        number=begun.get("number", ""),
        caller=begun.get("caller", ""),
        called=begun.get("called", ""),
        flow_id=begun.get("flow"),
        flow_name=begun.get("name", ""),
        flow_version=begun.get("version"),
        started_at=call.started_at,
        answered_at=call.answered_at,
        ended_at=call.last_at,
        cause=str(end.get("cause", "error")),
        ended_by=str(end.get("by", "system")),
        answered_by=call.answered_by,
        steps=tuple([_step(step, call.started_at) for step in call.steps]),
        legs=tuple(_legs(call)),
        recordings=tuple(
            RecordingFile(i, r["path"], r["at"], r["seconds"]) for i, r in call.recordings.items() if r["seconds"]
        ),
        voicemails=tuple(
            VoicemailFile(i, m["box"], m["path"], m["at"], m["seconds"])
            for i, m in call.messages.items()
            if m["seconds"]
        ),
        inputs=call.inputs.text(begun["given"], end.get("heard")) if "given" in begun else None,
    )


def _step(step: Json, started_at: float) -> CallStep:
    """What ``_node`` began; the call is over, so it may be changed."""
    step["at"] -= started_at
    return CallStep(**step)


_LEG_TIMES = ("at", "rang", "answered", "ended")


def _legs(call: OpenCall) -> Iterator[CallLeg]:
    """Legs of whose end nobody spoke ended with the call; a damaged one is left out."""
    for number, leg in call.legs.items():
        try:
            leg.setdefault("ended", call.last_at)
            for name in _LEG_TIMES:
                if name in leg:
                    leg[name] -= call.started_at
            yield CallLeg(int(number), **leg)
        except (TypeError, ValueError):
            log.warning("a leg of a call is damaged in the journal and left out")


def closing_lines(
    call_id: str, call: OpenCall, seconds_of: Sequence[tuple[str, str, float]], alive_at: float
) -> list[Line]:
    """Lines that end a call whose node died: its open files with their length, then ``node_lost``.

    seconds_of: (kind of closing line, id, seconds) per open file. alive_at: the runtime's last sign of life, UNIX
    seconds. The end carries that time, or that to which the call's files reach where it is later.
    """
    begun = call.recordings | call.messages
    at = max(call.last_at, alive_at, *(begun[file_id]["at"] + seconds for _, file_id, seconds in seconds_of))
    lines: list[Line] = [
        {"c": call_id, "t": at, "e": kind, "id": file_id, "seconds": seconds} for kind, file_id, seconds in seconds_of
    ]
    return [*lines, {"c": call_id, "t": at, "e": "end", "cause": "node_lost", "by": "system"}]
