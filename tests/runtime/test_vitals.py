"""Threads that end: told once, begun anew where that can be."""

from __future__ import annotations

from interpreter.runtime.vitals import Vital, Vitals


class Thread:
    def __init__(self, *, stubborn: bool = False) -> None:
        self.living = True
        self.revivals = 0
        self._stubborn = stubborn

    def revive(self) -> None:
        self.revivals += 1
        if self._stubborn:
            raise RuntimeError("can't start new thread")
        self.living = True


def vital(name: str, thread: Thread, *, mends: bool) -> Vital:
    return Vital(name, lambda: thread.living, "nothing is written", thread.revive if mends else None)


def test_what_lives_is_left_alone():
    thread = Thread()
    vitals = Vitals([vital("recorder", thread, mends=True)])
    vitals.look()
    assert (vitals.states(), thread.revivals) == ({"recorder": "ok"}, 0)


def test_what_can_be_mended_in_place_is_each_time_it_ends(caplog):
    thread = Thread()
    vitals = Vitals([vital("recorder", thread, mends=True)])
    for _ in range(2):
        thread.living = False
        vitals.look()
        vitals.look()
        assert vitals.states() == {"recorder": "ok"}
    assert thread.revivals == 2
    assert caplog.text.count("the recorder thread has ended: nothing is written") == 2


def test_what_cannot_is_told_once_and_stays_dead(caplog):
    thread, stubborn = Thread(), Thread(stubborn=True)
    vitals = Vitals([vital("journal", thread, mends=False), vital("names", stubborn, mends=True)])
    thread.living = stubborn.living = False
    for _ in range(3):
        vitals.look()
    assert vitals.states() == {"journal": "dead", "names": "dead"}
    assert caplog.text.count("has ended") == 2
    assert (thread.revivals, stubborn.revivals) == (0, 3)
