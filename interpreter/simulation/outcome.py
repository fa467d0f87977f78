"""How a call went, whoever drove it, compared with what its scenario expects.

The simulator makes an ``Outcome`` of a virtual call, ``zongji ring`` one of a real call's record; both are judged
by the same ``compare``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from interpreter.machine.effects import Miss
from interpreter.simulation.prompts import matches
from interpreter.simulation.scenario import Expectation, Misses, Texts
from numbering.plan import at_home


@dataclass(frozen=True, slots=True)
class Visit:
    """A node the call came to, by which exit it left (None: it ended there), and when, in seconds from the start.

    no_input, no_match: how often the caller was asked there in vain. flow: where it is another than the call's own.
    """

    node: str
    exit: str | None = None
    at: float = 0.0
    no_input: int = 0
    no_match: int = 0
    flow: str = ""

    def missed(self, why: Miss) -> Visit:
        """The visit with one more attempt in vain."""
        if why == "no_input":
            return replace(self, no_input=self.no_input + 1)
        return replace(self, no_match=self.no_match + 1)

    def __str__(self) -> str:
        return f"{self.place}:{self.exit}" if self.exit is not None else self.place

    @property
    def place(self) -> str:
        """``node``, or ``flow/node``."""
        return f"{self.flow}/{self.node}" if self.flow else self.node


@dataclass(frozen=True, slots=True)
class Outcome:
    """heard: prompt keys begun, None where nobody listened. ended_by, cause: "" where the call did not end.
    answered_by: who talked with the caller last, "" for nobody. messages: boxes that got one, None if unknown."""

    path: tuple[Visit, ...]
    ended_by: str
    cause: str
    answered_by: str = ""
    heard: tuple[str, ...] | None = None
    messages: tuple[str, ...] | None = None


def compare(expected: Expectation, outcome: Outcome) -> list[Texts]:
    """What differs, one sentence per difference in both languages; empty where the call went as expected."""
    differences: list[Texts] = []
    if expected.path is not None:
        differences += _compare_path(expected.path, outcome.path)
    if expected.missed is not None:
        differences += _compare_missed(expected.missed, outcome.path)
    if expected.heard is not None and outcome.heard is not None:
        differences += _compare_heard(expected.heard, outcome.heard)
    if expected.messages is not None and outcome.messages is not None:
        differences += _differ("留言信箱", "messages", ", ".join(expected.messages), ", ".join(outcome.messages))
    if expected.ended_by is not None:
        differences += _differ("结束方", "ended_by", expected.ended_by, outcome.ended_by)
    if expected.cause is not None:
        differences += _differ("原因", "cause", expected.cause, outcome.cause)
    if expected.answered_by is not None:
        differences += _differ("接听人", "answered_by", at_home(expected.answered_by), at_home(outcome.answered_by))
    return differences


def _differ(zh: str, en: str, expected: str, got: str) -> list[Texts]:
    if expected == got:
        return []
    return [
        {
            "zh-CN": f"{zh}应为 {expected or '无'}，实为 {got or '无'}",
            "en": f"{en} should be {expected or 'none'}, was {got or 'none'}",
        }
    ]


def _compare_path(expected: Sequence[str], path: Sequence[Visit]) -> list[Texts]:
    """An expected ``node`` fits whatever exit was taken there."""
    for index in range(max(len(expected), len(path))):
        want = expected[index] if index < len(expected) else ""
        got = path[index] if index < len(path) else None
        if got is None or want not in (str(got), got.place):
            route = " > ".join(str(visit) for visit in path)
            place = index + 1
            return [
                {
                    "zh-CN": f"路径第 {place} 步应为 {want or '结束'}，实为 {got or '结束'}（全程：{route}）",
                    "en": f"step {place} of the path should be {want or 'the end'}, was {got or 'the end'} "
                    f"(whole path: {route})",
                }
            ]
    return []


def _compare_missed(expected: Mapping[str, Misses], path: Sequence[Visit]) -> list[Texts]:
    """All attempts in vain at the nodes that are named, over all visits."""
    differences: list[Texts] = []
    for node, wanted in expected.items():
        visits = [visit for visit in path if visit.place == node]
        got: Misses = {
            "no_input": sum(visit.no_input for visit in visits), "no_match": sum(visit.no_match for visit in visits)
        }  # fmt: skip
        for why, (zh, en) in _MISSES.items():
            differences += _differ(f"{node} {zh}次数", f"{node}: {en}", str(wanted.get(why, 0)), str(got[why]))
    return differences


_MISSES: Mapping[Miss, tuple[str, str]] = {"no_input": ("没按键", "no input"), "no_match": ("按错键", "no match")}


def _compare_heard(expected: Sequence[str], heard: Sequence[str]) -> list[Texts]:
    rest = iter(heard)
    for wanted in expected:
        if not any(matches(key, wanted) for key in rest):
            played = ", ".join(heard)
            return [
                {
                    "zh-CN": f"没有（按顺序）听到 {wanted}（听到：{played}）",
                    "en": f"{wanted} was not heard (in this order); heard: {played}",
                }
            ]
    return []
