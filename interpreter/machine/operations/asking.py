"""Operations that ask the caller for digits.

All three ask alike: play the prompt; wait for a first digit from the *end* of the prompt; wait for further ones; on
silence or nonsense play a word about it and the prompt again, until the attempts are used up. Silences and wrong keys
are counted apart and may have limits of their own (``Asking``). A digit counts when it begins: with barge-in it stops
the prompt in the same breath; without, it is kept until the prompt has ended. Digits typed ahead during earlier nodes
are taken first, without playing a prompt that may be barged into.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from interpreter.machine.effects import InputMissed, Miss, StartTimer
from interpreter.machine.key_pattern import KeyPattern
from interpreter.machine.operations.base import (
    CANCEL_INPUT,
    INPUT_TIMER,
    STOP_PLAY,
    WAIT,
    CallState,
    Operation,
    Speech,
)

# phases of a call that is being asked
PLAYING, FIRST_DIGIT, FURTHER_DIGITS = range(3)

# what ``take`` makes of a digit, beside an operation to go to
MORE: Final = -10
NO_MATCH: Final = -11
IGNORED: Final = -12

DECIMAL: Final = frozenset("0123456789")
KEYPAD: Final = frozenset("0123456789*#")

MAX_EXTENSION_LENGTH: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How to ask. Times in seconds; no_input and no_match: operations to go to when the attempts are used up.

    no_input_attempts, no_match_attempts: how many of that kind alone use them up; a kind without such a limit is
    counted within ``attempts``, with the other where that has none either. flow: as traces call it.
    """

    prompt: Speech
    no_input_prompt: Speech
    no_match_prompt: Speech
    barge_in: bool
    attempts: int
    no_input_attempts: int | None = None
    no_match_attempts: int | None = None
    first_digit_timeout: float
    inter_digit_timeout: float
    no_input: int
    no_match: int
    flow: str = ""


class AskCaller(Operation):
    """The common part: prompt, timers, attempts. Subclasses say what a digit and a pause mean."""

    __slots__ = ("asking", "barge_in", "first_timer", "inter_timer", "misses")

    asks = True

    def __init__(self, node: str, asking: Asking) -> None:
        super().__init__(node)
        self.asking = asking
        self.barge_in = asking.barge_in
        self.first_timer = StartTimer(INPUT_TIMER, asking.first_digit_timeout)
        self.inter_timer = StartTimer(INPUT_TIMER, asking.inter_digit_timeout)
        # what follows each kind of miss: its trace, what is said then, where it leads in the end
        again = asking.prompt
        self.misses: Mapping[Miss, tuple[InputMissed, Speech, int]] = {
            "no_input": (
                InputMissed(node, "no_input", asking.flow), asking.no_input_prompt.then(again), asking.no_input,
            ),
            "no_match": (
                InputMissed(node, "no_match", asking.flow), asking.no_match_prompt.then(again), asking.no_match,
            ),
        }  # fmt: skip

    def take(self, call: CallState, digit: str) -> int:
        """Where the digit leads: an operation, ``MORE``, ``NO_MATCH`` or ``IGNORED``. Emits nothing."""
        raise NotImplementedError

    def pause(self, call: CallState) -> int:
        """Where a pause after at least one digit leads: an operation or ``NO_MATCH``. Emits nothing."""
        raise NotImplementedError

    def run(self, call: CallState) -> int:
        call.no_inputs = call.no_matches = 0
        call.digits = ""
        if call.typed and self.barge_in:
            call.phase = FIRST_DIGIT
            pc = self._take_typed(call)
            if pc != IGNORED:
                return pc
        return self._ask(call, self.asking.prompt)

    def digit(self, call: CallState, digit: str) -> int:
        playing = call.phase == PLAYING
        if playing and not self.barge_in:
            call.type_ahead(digit)
            return WAIT
        pc = self.take(call, digit)
        if pc == IGNORED:
            return WAIT
        if playing:
            call.out.append(STOP_PLAY)
        elif pc != MORE:
            call.out.append(CANCEL_INPUT)
        if pc >= 0:
            return pc
        return self._further(call) if pc == MORE else self._no_match(call)

    def play_done(self, call: CallState) -> int:
        return self._listen(call) if call.phase == PLAYING else WAIT

    def timer(self, call: CallState, name: str) -> int:
        if name != INPUT_TIMER or call.phase == PLAYING:
            return WAIT
        if call.phase == FIRST_DIGIT:
            call.no_inputs += 1
            return self._again(call, "no_input")
        pc = self.pause(call)
        return pc if pc >= 0 else self._no_match(call)

    def abandon(self, call: CallState) -> None:
        call.out.append(STOP_PLAY if call.phase == PLAYING else CANCEL_INPUT)

    def targets(self) -> Iterable[int]:
        return (self.asking.no_input, self.asking.no_match)

    def _ask(self, call: CallState, speech: Speech) -> int:
        play = speech.constant or speech.effect(call.env)
        if play is None:
            return self._listen(call)
        call.phase = PLAYING
        call.out.append(play)
        return WAIT

    def _listen(self, call: CallState) -> int:
        """The prompt has ended: take what was typed meanwhile, else wait for a first digit."""
        call.phase = FIRST_DIGIT
        if call.typed:
            pc = self._take_typed(call)
            if pc != IGNORED:
                return pc
        call.out.append(self.first_timer)
        return WAIT

    def _further(self, call: CallState) -> int:
        call.phase = FURTHER_DIGITS
        call.out.append(self.inter_timer)
        return WAIT

    def _take_typed(self, call: CallState) -> int:
        """Take kept digits while they lead nowhere yet; ``IGNORED`` if none of them meant anything."""
        pc = IGNORED
        while call.typed:
            digit, call.typed = call.typed[0], call.typed[1:]
            taken = self.take(call, digit)
            if taken >= 0:
                return taken
            if taken == NO_MATCH:
                return self._no_match(call)
            if taken == MORE:
                pc = MORE
        return self._further(call) if pc == MORE else IGNORED

    def _no_match(self, call: CallState) -> int:
        # what was typed after a wrong digit was meant for a way the call did not go
        call.typed = ""
        call.no_matches += 1
        return self._again(call, "no_match")

    def _again(self, call: CallState, why: Miss) -> int:
        """One more miss, counted already: ask again, or leave where there have been enough."""
        missed, speech, exhausted = self.misses[why]
        call.digits = ""
        call.out.append(missed)
        return exhausted if self._used_up(call, why) else self._ask(call, speech)

    def _used_up(self, call: CallState, why: Miss) -> bool:
        asking = self.asking
        own = asking.no_input_attempts if why == "no_input" else asking.no_match_attempts
        if own is not None:
            return (call.no_inputs if why == "no_input" else call.no_matches) >= own
        shared = call.no_inputs if asking.no_input_attempts is None else 0
        shared += call.no_matches if asking.no_match_attempts is None else 0
        return shared >= asking.attempts

    def _describe_asking(self) -> str:
        asking = self.asking
        silences = "" if asking.no_input_attempts is None else f" x{asking.no_input_attempts}"
        mistakes = "" if asking.no_match_attempts is None else f" x{asking.no_match_attempts}"
        return (
            f"{asking.prompt.describe()}, {asking.first_digit_timeout:g} s x{asking.attempts},"
            f" no input{silences} {asking.no_input}, no match{mistakes} {asking.no_match}"
        )


class _AskForExtension(AskCaller):
    """What may be answered with an extension number, into ``call.extension``. length: the flow's fixed one."""

    __slots__ = ("length",)

    def __init__(self, node: str, asking: Asking, length: int | None) -> None:
        super().__init__(node, asking)
        self.length = length

    def _dial(self, call: CallState, digit: str) -> int:
        """One more digit of the number."""
        call.digits += digit
        if len(call.digits) < (self.length or call.facts.extension_length or MAX_EXTENSION_LENGTH):
            return MORE
        call.swallow("#", self.inter_timer.seconds)
        return self.pause(call)

    def _dialled(self, call: CallState, way: int) -> int:
        """The number is complete: ``way``, if it is as long as it has to be."""
        fixed = self.length or call.facts.extension_length
        if not call.digits or (fixed is not None and len(call.digits) != fixed):
            return NO_MATCH
        call.env["call.extension"] = call.digits
        return way


class AskKey(_AskForExtension):
    """One key chooses where to go.

    keys: digit -> operation. dialled: where an extension number leads that starts with a digit which is no key,
    None where extensions cannot be dialled.
    """

    __slots__ = ("dialled", "keys")

    def __init__(
        self, node: str, asking: Asking, keys: Mapping[str, int], dialled: int | None, length: int | None
    ) -> None:
        super().__init__(node, asking, length)
        self.keys = dict(keys)
        self.dialled = dialled

    def take(self, call: CallState, digit: str) -> int:
        if call.digits:
            if digit == "#":
                return self.pause(call)
            return self._take_extension(call, digit)
        target = self.keys.get(digit)
        if target is not None:
            return target
        return self._take_extension(call, digit)

    def _take_extension(self, call: CallState, digit: str) -> int:
        if digit not in KEYPAD:
            return IGNORED
        if self.dialled is None or digit not in DECIMAL:
            return NO_MATCH
        return self._dial(call, digit)

    def pause(self, call: CallState) -> int:
        return NO_MATCH if self.dialled is None else self._dialled(call, self.dialled)

    def wants(self, digit: str) -> bool:
        return digit in self.keys

    def targets(self) -> Iterable[int]:
        dialled = () if self.dialled is None else (self.dialled,)
        return (*self.keys.values(), *dialled, *super().targets())

    def describe(self) -> str:
        keys = " ".join(f"{key}->{target}" for key, target in self.keys.items())
        dialled = "" if self.dialled is None else f", extension {self.dialled}"
        return f"ask key {self._describe_asking()}{dialled}: {keys}"


class CollectDigits(AskCaller):
    """Digits into a variable.

    terminator: the key that ends input, "" for none. digits_only: any other key is no match. pattern: what the whole
    input has to match, None for anything.
    """

    __slots__ = ("digits_only", "max", "min", "ok", "pattern", "secret", "terminator", "variable")

    def __init__(
        self,
        node: str,
        asking: Asking,
        *,
        variable: str,
        min: int,
        max: int,
        terminator: str,
        pattern: KeyPattern | None,
        ok: int,
        digits_only: bool = False,
        secret: bool = False,
    ) -> None:
        super().__init__(node, asking)
        self.secret = secret
        self.digits_only = digits_only
        self.variable = variable
        self.min = min
        self.max = max
        self.terminator = terminator
        self.pattern = pattern
        self.ok = ok

    def take(self, call: CallState, digit: str) -> int:
        if digit == self.terminator:
            return self.pause(call)
        if digit not in KEYPAD:
            return IGNORED
        if self.digits_only and digit not in DECIMAL:
            return NO_MATCH
        call.digits += digit
        if len(call.digits) < self.max:
            return MORE
        if self.terminator:
            call.swallow(self.terminator, self.inter_timer.seconds)
        return self.pause(call)

    def pause(self, call: CallState) -> int:
        digits = call.digits
        if len(digits) < self.min or (self.pattern and not self.pattern.matches(digits)):
            return NO_MATCH
        call.env[self.variable] = digits
        return self.ok

    def targets(self) -> Iterable[int]:
        return (self.ok, *super().targets())

    def describe(self) -> str:
        return f"collect {self.variable} {self.min}-{self.max} {self._describe_asking()}, ok {self.ok}"


class AskPin(AskCaller):
    """A PIN, of which there may be several: each leads elsewhere.

    pins: PIN -> operation. The empty one is of those who press ``#`` alone.
    """

    __slots__ = ("longest", "pins")

    secret = True

    def __init__(self, node: str, asking: Asking, pins: Mapping[str, int]) -> None:
        super().__init__(node, asking)
        self.pins = dict(pins)
        self.longest = max(map(len, self.pins))

    def take(self, call: CallState, digit: str) -> int:
        if digit == "#":
            return self.pause(call)
        if digit not in KEYPAD:
            return IGNORED
        if digit not in DECIMAL:
            return NO_MATCH
        call.digits += digit
        if len(call.digits) < self.longest:
            return MORE
        call.swallow("#", self.inter_timer.seconds)
        return self.pause(call)

    def pause(self, call: CallState) -> int:
        return self.pins.get(call.digits, NO_MATCH)

    def targets(self) -> Iterable[int]:
        return (*self.pins.values(), *super().targets())

    def describe(self) -> str:
        ways = " ".join(map(str, self.pins.values()))  # the PINs themselves are nobody's business
        return f"ask pin {self._describe_asking()}: {ways}"


class AskExtension(_AskForExtension):
    """An extension number; 0 as the first digit leads to the operator where there is one."""

    __slots__ = ("next", "operator")

    def __init__(self, node: str, asking: Asking, *, length: int | None, operator: int | None, next: int) -> None:
        super().__init__(node, asking, length)
        self.operator = operator
        self.next = next

    def take(self, call: CallState, digit: str) -> int:
        if digit == "#":
            return self.pause(call)
        if digit not in KEYPAD:
            return IGNORED
        if digit not in DECIMAL:
            return NO_MATCH
        if digit == "0" and not call.digits and self.operator is not None:
            return self.operator
        return self._dial(call, digit)

    def pause(self, call: CallState) -> int:
        return self._dialled(call, self.next)

    def targets(self) -> Iterable[int]:
        operator = () if self.operator is None else (self.operator,)
        return (self.next, *operator, *super().targets())

    def describe(self) -> str:
        operator = "" if self.operator is None else f", operator {self.operator}"
        return f"ask extension {self._describe_asking()}{operator} -> {self.next}"
