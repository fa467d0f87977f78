"""A conference: who is in it, whom the others hear, and what each may do by keys.

Sans-IO, and of no single call: a room of many callers, each led by a flow of his own. What happens to a member goes in,
what is to be done comes out, in order. Members are named by the driver, as a rule by their calls.

- Nobody is connected while he is the only one, nor while the conference waits for its chairman: he hears why, then
  music. With the second one all hear each other.
- Keys: ``*6`` mutes whoever presses it, or lets him be heard again. For a chairman ``*5`` locks and unlocks, ``*7``
  mutes all others and lets them speak again, ``*9`` ends the conference. All else means nothing here; the key by which
  one leaves is the flow's.
- A lock keeps participants out, not a chairman; the limit is for all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

MemberId = str

Said = Literal["joined", "left", "alone", "waits", "muted", "unmuted", "all_muted", "all_unmuted", "locked", "unlocked"]
"""What members hear of the conference itself; ``joined`` and ``left`` are tones."""

Parting = Literal["ended", "full", "locked"]
"""Why somebody is not in the conference any more, or never was."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How a conference is held: as whoever opens it has it.

    limit: members at once. waits: it begins with its first chairman. ends: it is over when its last chairman leaves.
    """

    limit: int
    waits: bool = False
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Connect:
    """The member hears the others from now on, and they hear him if he ``speaks``; what he heard meanwhile stops.

    Of one who is connected already: whether he speaks has changed.
    """

    member: MemberId
    speaks: bool


@dataclass(frozen=True, slots=True)
class Wait:
    """The member hears nobody: what is ``said``, then music until ``Connect``."""

    member: MemberId
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Say:
    """Let one member hear something in between."""

    member: MemberId
    said: Said


@dataclass(frozen=True, slots=True)
class SayToAll:
    """Let all who are connected hear something, beside each other."""

    said: Said


@dataclass(frozen=True, slots=True)
class Dismiss:
    """The member, or who would have become one, goes back to his flow. Said once, and last of him."""

    member: MemberId
    why: Parting


Output = Connect | Wait | Say | SayToAll | Dismiss


class _Member:
    __slots__ = ("chairman", "connected", "muted", "star")

    def __init__(self, chairman: bool) -> None:
        self.chairman = chairman
        self.muted = False
        self.star = False  # pressed last: the next key is a command
        self.connected = False


class Conference:
    """See the module. Whatever the inputs, they are taken: of who is no member they mean nothing."""

    __slots__ = ("_begun", "_hushed", "_locked", "_members", "_rules")

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._members: dict[MemberId, _Member] = {}
        self._begun = not rules.waits
        self._locked = False
        self._hushed = False  # all but chairmen are muted

    @property
    def empty(self) -> bool:
        return not self._members

    def come(self, name: MemberId, chairman: bool, outputs: list[Output]) -> None:
        """Somebody wants to take part: he becomes a member, or is dismissed."""
        if len(self._members) >= self._rules.limit:
            outputs.append(Dismiss(name, "full"))
            return
        if self._locked and not chairman:
            outputs.append(Dismiss(name, "locked"))
            return
        member = self._members[name] = _Member(chairman)
        self._begun = self._begun or chairman
        self._arrange(outputs)
        if member.connected:
            outputs.append(SayToAll("joined"))
        else:
            outputs.append(Wait(name, ("alone",) if self._begun else ("waits",)))

    def leave(self, name: MemberId, outputs: list[Output]) -> None:
        """A member has gone."""
        member = self._members.pop(name, None)
        if member is None:
            return
        if member.chairman and self._rules.ends and not self._chaired:
            self.end(outputs)
        elif member.connected:
            self._arrange(outputs, ("left", "alone"))
            if len(self._members) > 1:
                outputs.append(SayToAll("left"))

    def end(self, outputs: list[Output]) -> None:
        """Send everybody away."""
        members, self._members = self._members, {}
        outputs += [Dismiss(name, "ended") for name in members]

    def pressed(self, name: MemberId, key: str, outputs: list[Output]) -> None:
        """A member pressed a key."""
        member = self._members.get(name)
        if member is None:
            return
        command, member.star = (_COMMANDS.get(key) if member.star else None), key == "*"
        if command is not None and (member.chairman or key not in _CHAIRMANS):
            command(self, name, member, outputs)

    # by keys

    def _mute(self, name: MemberId, member: _Member, outputs: list[Output]) -> None:
        member.muted = not member.muted
        self._spoken_or_not(name, member, outputs)
        outputs.append(Say(name, "unmuted" if self._speaks(member) else "muted"))

    def _lock(self, name: MemberId, _: _Member, outputs: list[Output]) -> None:
        self._locked = not self._locked
        outputs.append(Say(name, "locked" if self._locked else "unlocked"))

    def _hush(self, name: MemberId, _: _Member, outputs: list[Output]) -> None:
        self._hushed = not self._hushed
        for other, member in self._members.items():
            self._spoken_or_not(other, member, outputs)
            if not member.chairman:
                outputs.append(Say(other, "unmuted" if self._speaks(member) else "muted"))
        outputs.append(Say(name, "all_muted" if self._hushed else "all_unmuted"))

    def _end(self, _: MemberId, __: _Member, outputs: list[Output]) -> None:
        self.end(outputs)

    # inside

    @property
    def _chaired(self) -> bool:
        return any(member.chairman for member in self._members.values())

    def _speaks(self, member: _Member) -> bool:
        return not member.muted and (member.chairman or not self._hushed)

    def _spoken_or_not(self, name: MemberId, member: _Member, outputs: list[Output]) -> None:
        if member.connected:
            outputs.append(Connect(name, self._speaks(member)))

    def _arrange(self, outputs: list[Output], said: tuple[Said, ...] = ()) -> None:
        """Connect whoever is to be, and let him wait who is not any more: he hears what is ``said``."""
        connected = self._begun and len(self._members) > 1
        for name, member in self._members.items():
            if member.connected == connected:
                continue
            member.connected = connected
            outputs.append(Connect(name, self._speaks(member)) if connected else Wait(name, said))


_CHAIRMANS: Final = frozenset("579")

_COMMANDS: Final[Mapping[str, Callable[[Conference, MemberId, _Member, list[Output]], None]]] = {
    "5": Conference._lock,
    "6": Conference._mute,
    "7": Conference._hush,
    "9": Conference._end,
}
