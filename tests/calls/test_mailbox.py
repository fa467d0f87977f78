"""What a telephone hears that calls its mailbox, key by key."""

from __future__ import annotations

import pytest

from interpreter.calls.mailbox import KEY_TIMER, MailboxCall
from interpreter.machine.effects import Answer, Ask, CancelTimer, Effect, Finished, Hangup, Play, StopPlay, Unask
from interpreter.machine.events import CallerHungUp, CallStarted, Digit, Event, Fault, PlayDone, TimerFired, Told

OLD = {"id": "o", "new": False, "caller": ""}
NEW = {"id": "n", "new": True, "caller": "802"}


class Telephone:
    """Plays everything to its end at once, and hears what ``box`` answers; ``heard`` is all of that in order."""

    def __init__(self, *messages: dict[str, object], broken: str = "") -> None:
        self.call = MailboxCall("zh-CN")
        self.messages = list(messages)
        self.broken = broken
        self.heard: list[str] = []
        self.waits: list[Event] = []
        self.stopped = False

    def calls(self) -> Telephone:
        self.tell(CallStarted())
        return self

    def tell(self, event: Event) -> None:
        for effect in self.call.handle(event, 0.0):
            self._carry_out(effect)

    def goes_on(self, steps: int = 1) -> None:
        """Let what is heard or waited for come to its end."""
        for _ in range(steps):
            self.tell(self.waits.pop(0) if self.waits else TimerFired(KEY_TIMER))

    def press(self, key: str) -> None:
        self.tell(Digit(key))

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case Play(prompts):
                self.heard.append(" ".join(prompts).replace("pv_", ""))
                self.waits = [PlayDone()]
            case Ask(n, "mailbox", data):
                what = str(data["do"])
                answer = "error" if what == self.broken else "ok"
                self.heard += [f"{what} {data['id']}"] if "id" in data else []
                self.waits = [Told(n, answer, {"messages": self.messages} if what == "list" else {})]
            case Unask() | StopPlay():
                self.waits = []
            case CancelTimer() | Answer():
                pass
            case Hangup() | Finished():
                self.heard.append(type(effect).__name__)


@pytest.mark.parametrize(
    ("messages", "greeting"),
    [
        ((), "mailboxempty"),
        ((OLD,), "mailboxnonew"),
        ((NEW, OLD), "mailboxone"),
        ((NEW, NEW, OLD), "youhave liang newmessages"),
        ((NEW,) * 12, "youhave ten digit-2 newmessages"),
    ],
)
def test_how_many_there_are(messages, greeting):
    phone = Telephone(*messages).calls()
    phone.goes_on()
    assert phone.heard == [greeting]


def test_who_presses_nothing_hears_one_after_the_other_and_is_hung_up():
    phone = Telephone(NEW, OLD).calls()
    while not phone.call.finished:
        phone.goes_on()
    assert phone.heard == [
        "mailboxone", "digit-8 digit-0 digit-2", "hear n", "mailboxkeys", "", "hear o", "mailboxkeys", "mailboxend",
        "Hangup", "Finished",
    ]  # fmt: skip


def test_keys_count_while_anything_is_heard():
    phone = Telephone(NEW, OLD, OLD).calls()
    phone.goes_on(2)
    phone.press("1")  # while the number is said
    phone.goes_on()
    phone.press("1")  # in the message
    phone.goes_on(2)
    phone.press("3")  # while the keys are told
    phone.goes_on()
    phone.press("#")  # while it is told that the message was deleted
    phone.goes_on()
    phone.press("9")
    phone.press("2")
    name = "digit-8 digit-0 digit-2"
    assert phone.heard == [
        "mailboxone", name, name, "hear n", name, "hear n", "mailboxkeys", "delete n", "messagedeleted", "", "hear o",
        "",
    ]  # fmt: skip


@pytest.mark.parametrize("key", ["1", "3"])
def test_nothing_is_deleted_or_heard_again_before_a_message_is_at_hand(key):
    phone = Telephone(NEW).calls()
    phone.press(key)
    phone.goes_on()
    phone.press(key)
    assert phone.heard == ["mailboxone"]


def test_what_was_deleted_is_not_deleted_again():
    phone = Telephone(NEW, OLD).calls()
    phone.goes_on(2)
    phone.press("3")
    phone.press("3")
    phone.goes_on()
    phone.press("3")
    phone.goes_on(2)
    assert phone.heard[-4:] == ["delete n", "messagedeleted", "", "hear o"]


@pytest.mark.parametrize(
    ("broken", "heard"),
    [
        ("list", ["error", "Hangup", "Finished"]),
        ("hear", ["mailboxnonew", "", "hear o", "error", "mailboxend", "Hangup", "Finished"]),
        ("delete", ["mailboxnonew", "", "delete o", "error", "mailboxend", "Hangup", "Finished"]),
    ],
)
def test_what_cannot_be_had_is_told(broken, heard):
    phone = Telephone(OLD, broken=broken).calls()
    if broken == "delete":
        phone.goes_on(2)
        phone.press("3")
    while not phone.call.finished:
        phone.goes_on()
    assert phone.heard == heard


@pytest.mark.parametrize(("event", "effects"), [(CallerHungUp(), 1), (Fault("media"), 2)])
def test_it_ends_once(event, effects):
    phone = Telephone(NEW).calls()
    assert len(phone.call.handle(event, 0.0)) == effects
    assert phone.call.handle(event, 0.0) == ()


def test_what_the_service_said_stays_as_it_said_it():
    phone = Telephone(OLD, NEW).calls()
    phone.goes_on(2)
    phone.press("3")
    phone.goes_on()
    assert phone.heard[-1] == "messagedeleted"
    assert phone.messages == [OLD, NEW]
