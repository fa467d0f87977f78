"""Addresses of trunks' names: asked for again, and kept while the resolver has no answer."""

from __future__ import annotations

import threading

from interpreter.runtime.names import HostNames


class Resolver:
    """What a name server would say; ``None``: nothing."""

    def __init__(self, **found: list[str] | None) -> None:
        self.found = found
        self.asked: list[str] = []

    def __call__(self, host: str) -> list[str]:
        self.asked.append(host)
        addresses = self.found.get(host)
        if addresses is None:
            raise OSError("no answer")
        return addresses


def test_literals_are_not_asked_for():
    resolver = Resolver()
    names = HostNames(resolver)
    names.expect(["192.0.2.1"], 0.0)
    assert names.addresses("192.0.2.1") == ("192.0.2.1",)
    assert resolver.asked == []


def test_the_first_address_stays_first_as_long_as_it_is_one():
    resolver = Resolver(a=["192.0.2.5", "192.0.2.7"])
    names = HostNames(resolver)
    names.expect(["a"], 0.0)
    assert names.addresses("a") == ("192.0.2.5", "192.0.2.7")
    changes = names.changes
    resolver.found["a"] = ["192.0.2.7", "192.0.2.5"]
    names.refresh()
    assert names.changes == changes
    resolver.found["a"] = ["192.0.2.1", "192.0.2.5"]
    names.refresh()
    assert names.addresses("a") == ("192.0.2.5", "192.0.2.1")
    assert names.changes == changes + 1
    resolver.found["a"] = ["192.0.2.1"]
    names.refresh()
    assert names.addresses("a") == ("192.0.2.1",)


def test_a_name_that_fails_keeps_its_addresses_and_is_told_once(caplog):
    caplog.set_level("INFO")
    resolver = Resolver(a=["192.0.2.5"])
    names = HostNames(resolver)
    names.expect(["a", "b"], 0.0)
    assert names.addresses("b") == ()
    resolver.found["a"] = None
    for _ in range(3):
        names.refresh()
    assert names.addresses("a") == ("192.0.2.5",)
    assert len([r for r in caplog.records if r.levelname == "ERROR"]) == 2
    resolver.found["b"] = ["192.0.2.6"]
    names.refresh()
    assert names.addresses("b") == ("192.0.2.6",)
    assert "host b has an address again" in caplog.text


def test_names_of_trunks_that_are_gone_are_forgotten():
    resolver = Resolver(a=["192.0.2.5"], b=["192.0.2.6"])
    names = HostNames(resolver)
    names.expect(["a"], 0.0)
    names.expect(["b"], 0.0)
    names.refresh()
    assert names.addresses("a") == ()
    assert resolver.asked == ["a", "b", "b"]


def test_a_label_that_is_no_name_hurts_nobody():
    names = HostNames()
    names.expect(["x" * 300, "\0"], 0.0)
    assert names.addresses("x" * 300) == ()


def test_a_resolver_that_hangs_holds_nobody_up():
    hangs, asked = threading.Event(), threading.Event()

    def resolve(host: str) -> list[str]:
        asked.set()
        assert hangs.wait(20)
        return ["192.0.2.5"]

    names = HostNames(resolve, every=3600.0)
    names.start()
    try:
        names.expect(["a"], 0.0)
        assert asked.wait(20)
        assert names.addresses("a") == ()
        hangs.set()
        names.expect(["a"], 20.0)
        assert names.addresses("a") == ("192.0.2.5",)
    finally:
        hangs.set()
        names.stop()


def test_the_thread_asks_again_and_again():
    resolver, again = Resolver(a=["192.0.2.5"]), threading.Event()

    def resolve(host: str) -> list[str]:
        addresses = resolver(host)
        if len(resolver.asked) >= 3:
            again.set()
        return addresses

    names = HostNames(resolve, every=0.001)
    names.start()
    try:
        names.expect(["a"], 20.0)
        assert again.wait(20)
    finally:
        names.stop()
