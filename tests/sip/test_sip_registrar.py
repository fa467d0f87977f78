"""Registrations (RFC 3261 section 10.3) as a phone sees them."""

import random
from dataclasses import replace

import pytest
from sip.link import ALICE, make_agent
from sip.one_domain import OneDomain, aor

from interpreter.sip.digest import Authenticator, Credentials, authorize, make_ha1
from interpreter.sip.events import AuthenticationFailed, Registered, Unregistered
from interpreter.sip.hop import Hop
from interpreter.sip.message import Request, Response, parse_message
from interpreter.sip.registrar import Registrar

SOURCE = Hop("UDP", "198.51.100.7", 40000)
USERS = {user: make_ha1(user, "zongji", "secret") for user in ("801", "802")}


class Phone:
    def __init__(self, **settings):
        self.registrar = Registrar(Authenticator(OneDomain(USERS.get), random.Random(2)), **settings)
        self.agent = make_agent(ALICE, 1, registrar=self.registrar)
        self.now = 1000.0
        self.seq = 0
        self.rng = random.Random(9)

    def via(self):
        return f"SIP/2.0/UDP 10.0.0.5;branch=z9hG4bK{self.rng.getrandbits(64):x};rport"

    def send(
        self, contact, *, user="801", password="secret", expires=None, call_id="r1", seq=None, to=None, auth=True,
        challenge=None, source=SOURCE, proxied=False,
    ):  # fmt: skip
        """REGISTER, answering its challenge, or one of before; returns the last response."""
        self.seq = seq if seq is not None else self.seq + 1
        headers = {
            "Via": [self.via(), *(["SIP/2.0/UDP 10.0.0.7"] if proxied else [])],
            "From": [f"<sip:{user}@192.0.2.1>;tag=1"], "To": [f"<sip:{to or user}@192.0.2.1>"],
            "Call-ID": [call_id], "CSeq": [f"{self.seq} REGISTER"], "User-Agent": ["Phone 1"],
        }  # fmt: skip
        if contact:
            headers["Contact"] = [contact]
        if expires is not None:
            headers["Expires"] = [str(expires)]
        request = Request("REGISTER", "sip:192.0.2.1", headers)
        response = challenge or self.raw(request, source)
        if response.status == 401 and auth:
            name, value = authorize(request, response, Credentials(user, password), self.rng)
            headers |= {name: [value], "Via": [self.via(), *headers["Via"][1:]]}
            response = self.raw(Request("REGISTER", "sip:192.0.2.1", headers), source)
        return response

    def raw(self, request, source=SOURCE):
        self.agent.receive_datagram(bytes(request), source, self.now)
        ((data, _),) = self.agent.datagrams_to_send()
        return parse_message(data)

    def contacts(self, user="801"):
        return [binding.contact for binding in self.registrar.bindings(aor(user), self.now)]


@pytest.fixture
def phone():
    return Phone()


def test_register_refresh_remove(phone):
    response = phone.send("<sip:801@10.0.0.5:5060>;expires=300")
    assert response.status == 200
    assert response.header("Contact") == "<sip:801@10.0.0.5:5060>;expires=300"
    (event,) = phone.agent.events()
    assert event == Registered(
        aor=aor("801"), contact="sip:801@10.0.0.5:5060", source=SOURCE, user_agent="Phone 1", expires_at=1300.0,
        new=True,
    )
    phone.now += 100
    assert phone.send("<sip:801@10.0.0.5:5060>", expires=600).status == 200
    (event,) = phone.agent.events()
    assert (event.new, event.expires_at) == (False, 1700.0)
    assert phone.send("<sip:801@10.0.0.5:5060>", expires=0).status == 200
    assert phone.agent.events() == [
        Unregistered(aor=aor("801"), contact="sip:801@10.0.0.5:5060", cause="removed", online=False)
    ]
    assert phone.contacts() == []


@pytest.mark.parametrize(
    ("contact", "called_at"),
    [
        pytest.param("sip:801@198.51.100.7:5070", replace(SOURCE, port=5070), id="sends from another port"),
        pytest.param("sip:801@198.51.100.7", replace(SOURCE, port=5060), id="at the default port"),
        pytest.param("sip:801@10.0.0.5:5070", SOURCE, id="behind NAT"),
        pytest.param("sip:801@203.0.113.9:5070", SOURCE, id="names a stranger"),
        pytest.param("sip:801@198.51.100.7;maddr=203.0.113.9", SOURCE, id="names a stranger otherwise"),
        pytest.param("sip:801@host.invalid:5070", SOURCE, id="a name"),
    ],
)
def test_where_a_telephone_is_called(phone, contact, called_at):
    assert phone.send(f"<{contact}>").status == 200
    (binding,) = phone.registrar.bindings(aor("801"), phone.now)
    assert (binding.contact, binding.hop) == (contact, called_at)


def test_a_contact_at_an_address_that_is_none(phone):
    assert phone.send("<sip:801@999.1.1.1>").status == 400
    assert phone.contacts() == []
    assert phone.send("<sip:801@999.1.1.1>", expires=0).status == 200


def test_binding_expires(phone):
    phone.send("<sip:a@h>;expires=60")
    phone.send("<sip:b@h>;expires=120")
    phone.agent.events()
    assert phone.agent.next_timer() is not None
    phone.now += 61
    phone.agent.handle_timers(phone.now)
    assert phone.agent.events() == [Unregistered(aor=aor("801"), contact="sip:a@h", cause="expired", online=True)]
    assert phone.contacts() == ["sip:b@h"]
    phone.now += 60
    phone.agent.handle_timers(phone.now)
    assert [event.online for event in phone.agent.events()] == [False]
    assert phone.registrar.online(phone.now) == {}


def test_refreshed_binding_does_not_expire_by_its_first_time(phone):
    phone.send("<sip:a@h>;expires=60")
    phone.now += 50
    phone.send("<sip:a@h>;expires=60")
    phone.agent.events()
    phone.now += 20
    phone.agent.handle_timers(phone.now)
    assert phone.agent.events() == []
    assert phone.contacts() == ["sip:a@h"]


def test_query_and_star(phone):
    phone.send("<sip:a@h>, <sip:b@h>")
    listed = phone.send(None)
    assert len(listed.header_lines("Contact")) == 2
    assert phone.send("*", expires=10).status == 400
    assert phone.send("*, <sip:c@h>", expires=0).status == 400
    assert phone.send("*", expires=0).status == 200
    assert phone.contacts() == []


def test_expires_limits():
    phone = Phone(min_expires_s=60, max_expires_s=600)
    brief = phone.send("<sip:a@h>;expires=10")
    assert (brief.status, brief.header("Min-Expires")) == (423, "60")
    assert phone.send("<sip:a@h>;expires=99999").header("Contact").endswith("expires=600")
    assert phone.send("<sip:a@h>;expires=nonsense").header("Contact").endswith("expires=600")


def test_max_contacts_counts_what_would_remain():
    phone = Phone(max_contacts=2)
    assert phone.send("<sip:a@h>, <sip:b@h>").status == 200
    assert phone.send("<sip:c@h>, <sip:d@h>, <sip:e@h>").status == 503
    assert sorted(phone.contacts()) == ["sip:a@h", "sip:b@h"]
    assert phone.send("<sip:c@h>, <sip:a@h>;expires=0").status == 200
    assert sorted(phone.contacts()) == ["sip:b@h", "sip:c@h"]


def test_one_contact_too_many_drives_out_the_one_refreshed_least_lately():
    """A phone on a mobile network has a new address every few minutes, each for an hour."""
    phone = Phone(max_contacts=2)
    phone.send("<sip:a@h>")
    phone.send("<sip:b@h>")
    phone.send("<sip:a@h>;expires=70")
    phone.agent.events()
    assert phone.send("<sip:c@h>").status == 200
    assert sorted(phone.contacts()) == ["sip:a@h", "sip:c@h"]
    gone = next(event for event in phone.agent.events() if isinstance(event, Unregistered))
    assert (gone.contact, gone.cause, gone.online) == ("sip:b@h", "removed", True)


def test_out_of_order_changes_nothing(phone):
    phone.send("<sip:a@h>", seq=10)
    assert phone.send("<sip:a@h>;expires=0, <sip:b@h>", seq=9).status == 500
    assert phone.send("*", expires=0, seq=8).status == 500
    assert phone.contacts() == ["sip:a@h"]
    # a rebooted phone has a new Call-ID and counts anew
    assert phone.send("<sip:a@h>", seq=1, call_id="r2").status == 200


@pytest.mark.parametrize(("user", "password"), [("801", "wrong"), ("899", "secret")])
def test_extensions_cannot_be_enumerated(phone, user, password):
    response = phone.send("<sip:a@h>", user=user, password=password)
    assert response.status == 401
    assert "stale" not in response.header("WWW-Authenticate")
    assert phone.agent.events() == [AuthenticationFailed(username=user, method="REGISTER", source=SOURCE)]


def test_one_cannot_register_another(phone):
    assert phone.send("<sip:a@h>", user="801", to="802").status == 403
    assert phone.contacts("802") == []


def test_registrations_are_held_to_a_limit_once_it_is_known_whose_they_are():
    asked = []
    phone = Phone(admit=lambda aor: asked.append(aor) or 12)
    assert phone.send("<sip:a@h>", password="wrong").status == 401
    assert asked == []
    response = phone.send("<sip:a@h>")
    assert (response.status, response.header("Retry-After")) == (503, "12")
    assert asked == [aor("801")]
    assert phone.contacts() == []


@pytest.mark.parametrize("again", ["<sip:%61@h>", "<sip:a@H>", "<sip:a@h;lr>", "<SIP:a@h>"])
def test_an_equal_contact_is_the_same_one(phone, again):
    """RFC 3261 section 10.3 step 7: by the rules of section 19.1.4, however it is written."""
    phone.send("<sip:a@h>")
    phone.send(again)
    assert phone.contacts() == ["sip:a@h"]
    phone.send(again, expires=0)
    assert phone.contacts() == []


def test_an_equal_contact_out_of_order_is_refused(phone):
    phone.send("<sip:a@h>", seq=7)
    assert phone.send("<sip:a@H>", seq=6).status == 500


@pytest.mark.parametrize(("contact", "expires"), [("<sip:a@h>", 60), ("<sip:a@h>", 0), ("*", 0)])
def test_the_same_sequence_number_is_out_of_order(phone, contact, expires):
    """Section 10.3 steps 6 and 7: it has to be higher, or a REGISTER that was overheard could be played again."""
    before = phone.send("<sip:a@h>", seq=5, auth=False)
    phone.send("<sip:a@h>", seq=7, expires=120)
    until = phone.now + 120
    phone.now += 60  # so long that no transaction remembers the first
    phone.agent.handle_timers(phone.now)
    assert phone.send(contact, seq=7, expires=expires, challenge=before).status == 500
    assert [binding.expires_at for binding in phone.registrar.bindings(aor("801"), phone.now)] == [until]
    assert phone.send(contact, seq=8, expires=expires).status == 200


@pytest.mark.parametrize("seq", [1, 7])
def test_a_telephone_that_begins_anew_with_its_old_call_id(phone, seq):
    """It counts from the beginning; that it answers a challenge made since then proves that it is no old message."""
    phone.send("<sip:a@h>", seq=7)
    phone.now += 40
    phone.agent.handle_timers(phone.now)
    assert phone.send("<sip:a@h>", seq=seq).status == 200
    assert phone.registrar.bindings(aor("801"), phone.now)[0].cseq == seq
    phone.now += 40
    phone.agent.handle_timers(phone.now)
    assert phone.send("*", seq=1, expires=0).status == 200


URN = "<urn:uuid:00000000-0000-1000-8000-000a95a0e128>"
INSTANCE, OTHER = f'+sip.instance="{URN}"', f'+sip.instance="{URN.replace("e128", "e129")}"'
A, B = "sip:801@198.51.100.7:5070", "sip:801@198.51.100.7:5080"
ELSEWHERE = replace(SOURCE, port=40002)


@pytest.mark.parametrize(
    ("first", "then", "left"),
    [
        pytest.param((A, f"{INSTANCE};reg-id=1"), (B, f"{INSTANCE};reg-id=1", {"call_id": "r1"}), [B], id="same flow"),
        pytest.param((A, f"{INSTANCE};reg-id=1"), (B, f"{INSTANCE};reg-id=2"), [B, A], id="two flows of one telephone"),
        pytest.param((A, INSTANCE), (B, INSTANCE), [B], id="restarted elsewhere"),
        pytest.param((A, INSTANCE), (B, INSTANCE, {"call_id": "r1"}), [B, A], id="another contact of one telephone"),
        pytest.param((A, INSTANCE), (B, OTHER, {"source": SOURCE}), [B, A], id="another telephone"),
        pytest.param((A, ""), (B, "", {"source": SOURCE}), [B], id="restarted, same socket"),
        pytest.param((A, ""), (A.replace("801", "801-x"), ""), [A.replace("801", "801-x")], id="restarted, same port"),
        pytest.param((A, ""), (B, ""), [B, A], id="neither"),
        pytest.param((A, ""), (B, "", {"source": SOURCE, "proxied": True}), [B, A], id="behind one proxy"),
        pytest.param((A, ""), (B, "", {"source": SOURCE, "call_id": "r1"}), [B, A], id="same telephone, no restart"),
        pytest.param((A, ""), (B, INSTANCE, {"source": SOURCE}), [B], id="new software says more"),
    ],
)
def test_a_telephone_that_has_moved_leaves_nothing_behind(phone, first, then, left):
    """RFC 5626 section 6; and telephones that say nothing of who they are."""
    contact, params = first
    phone.send(f"<{contact}>;{params}".rstrip(";"), expires=600)
    phone.agent.events()
    phone.now += 20
    contact, params, *how = then
    how = {"call_id": "r2", "source": ELSEWHERE} | (how[0] if how else {})
    assert phone.send(f"<{contact}>;{params}".rstrip(";"), expires=600, **how).status == 200
    assert phone.contacts() == left
    gone = [event.contact for event in phone.agent.events() if isinstance(event, Unregistered)]
    assert gone == ([] if len(left) == 2 else [A])


def asked(phone, answer=True):
    """How many OPTIONS went out in the next minute; they are answered, or not."""
    questions, end = set(), phone.now + 60
    while (deadline := phone.agent.next_timer()) is not None and deadline <= end:
        phone.now = max(phone.now, deadline)
        phone.agent.handle_timers(phone.now)
        for data, to in phone.agent.datagrams_to_send():
            request = parse_message(data)
            assert (request.method, request.uri, to) == ("OPTIONS", A, replace(SOURCE, port=5070))
            questions.add(request.via.branch)
            if answer:
                lines = {name: request.header_lines(name) for name in ("Via", "From", "To", "Call-ID", "CSeq")}
                phone.agent.receive_datagram(bytes(Response(200, "OK", lines)), SOURCE, phone.now)
    phone.now = end
    return len(questions)


def test_a_telephone_that_was_unplugged_is_offline_until_somebody_answers_again():
    phone = Phone(ask_every_s=60)
    phone.send(f"<{A}>", expires=3600)
    assert [asked(phone) for _ in range(3)] == [1, 1, 1]
    assert phone.contacts() == [A]
    phone.agent.events()
    asked(phone, answer=False), asked(phone, answer=False)
    assert phone.contacts() == []
    assert phone.registrar.online(phone.now) == {}
    assert phone.agent.events() == [Unregistered(aor=aor("801"), contact=A, cause="silent", online=False)]
    assert len(phone.send(None).header_lines("Contact")) == 1, "it is registered all the same"
    asked(phone), asked(phone)
    assert phone.contacts() == [A]
    assert [(event.contact, event.new) for event in phone.agent.events()] == [(A, True)]


def test_a_telephone_that_never_answers_may_be_there():
    """Some know no OPTIONS, or their firewall does not."""
    phone = Phone(ask_every_s=60)
    phone.send(f"<{A}>", expires=3600)
    phone.agent.events()
    for _ in range(5):
        asked(phone, answer=False)
    assert phone.contacts() == [A]
    assert phone.agent.events() == []


def test_a_telephone_that_registers_is_there():
    phone = Phone(ask_every_s=60)
    phone.send(f"<{A}>", expires=3600)
    assert asked(phone) == 1
    asked(phone, answer=False), asked(phone, answer=False)
    phone.agent.events()
    assert phone.send(f"<{A}>", expires=3600).status == 200
    assert phone.contacts() == [A]
    assert [event.new for event in phone.agent.events()] == [True]


def test_nobody_is_asked_unless_told(phone):
    phone.send(f"<{A}>", expires=3600)
    assert asked(phone) == 0


def test_refreshes_leave_nothing_behind(phone):
    """One timer a binding, and those of its transactions."""
    for _ in range(3000):
        phone.now += 40
        phone.agent.handle_timers(phone.now)
        assert phone.send(f"<{A}>", expires=3600).status == 200
    phone.now += 40
    phone.agent.handle_timers(phone.now)
    assert len(phone.registrar._bindings._timers) == 1
    assert len(phone.registrar._bindings._timers._heap) < 3
    assert phone.contacts() == [A]
    phone.now += 3561
    phone.agent.handle_timers(phone.now)
    assert phone.contacts() == []


@pytest.mark.parametrize("contact", ["sip:a@h?x=y", "<sip:a@h", "<mailto:a@h>"])
def test_bad_contact(phone, contact):
    assert phone.send(contact).status in (400, 416)
    assert phone.contacts() == []


@pytest.mark.parametrize(
    "contact", ["<sip:a@h;transport=tcp>", "<sip:a@h;Transport=TLS>", "<sips:a@h>", "<sip:b@h>, <sip:a@h;transport=ws>"]
)
def test_a_contact_that_no_call_can_be_sent_to(phone, contact):
    """All or nothing: section 10.3."""
    response = phone.send(contact)
    assert response.status == 400
    assert response.header("Warning").startswith('399 zongji "Contact needs transport t') or "ws" in contact
    assert phone.contacts() == []
    assert phone.send("<sip:a@h;transport=UDP>").status == 200


def test_a_contact_that_no_call_can_be_sent_to_can_be_removed(phone):
    assert phone.send("<sip:a@h;transport=tcp>;expires=0, <sip:b@h>").status == 200
    assert phone.contacts() == ["sip:b@h"]


def test_transports_of_the_registrar():
    phone = Phone(transports=("udp", "tls"))
    assert phone.send("<sips:a@h>, <sip:b@h;transport=tls>").status == 200
    assert phone.send("<sip:c@h;transport=tcp>").header("Warning") == (
        '399 zongji "Contact needs transport tcp, this registrar offers tls, udp"'
    )


def test_bindings_survive_a_restart(phone):
    phone.send("<sip:a@h>;expires=300")
    phone.send("<sip:b@h>;expires=100", user="802")
    bindings = [b for user in ("802", "801") for b in phone.registrar.bindings(aor(user), phone.now)]
    again = Registrar(Authenticator(OneDomain(USERS.get), random.Random(2)))
    later = phone.now + 150.0  # and another clock, which stands at 5
    again.load([replace(b, expires_at=b.expires_at - later + 5.0) for b in bindings], 5.0)
    (binding,) = again.bindings(aor("801"), 5.0)
    assert (binding.contact, binding.source, binding.expires_at) == ("sip:a@h", SOURCE, 155.0)
    assert again.bindings(aor("802"), 5.0) == []
    assert len(again.expire(156.0)) == 1


def test_removed_user_is_offline(phone):
    phone.send("<sip:a@h>")
    assert phone.registrar.remove(aor("801")) == 1
    assert phone.contacts() == []
    phone.agent.handle_timers(phone.now + 5000)
