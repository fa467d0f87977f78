"""RFC 4475 (and 5118) messages, and what a UAS makes of each: the table is the expectation of the RFC."""

import random
from pathlib import Path

import pytest
from sip.one_domain import OneDomain

from interpreter.sip.digest import Authenticator
from interpreter.sip.errors import RemoteProtocolError
from interpreter.sip.hop import Hop
from interpreter.sip.message import Request, parse_message
from interpreter.sip.registrar import Registrar
from interpreter.sip.ua import Config, UserAgent

PHONE = Hop("UDP", "198.51.100.7", 5060)
MESSAGES = Path(__file__).parent / "messages"
OK = "parses"
# name -> ("parses" or the status the parser asks for, first final status of a UAS or None)
TABLE = {
    # 3.1.1 valid, odd
    "rfc4475-esc01": (OK, 100),
    "rfc4475-esc02": (OK, 501),  # RE%47IST%45R is not REGISTER
    "rfc4475-escnull": (OK, 401),
    "rfc4475-intmeth": (OK, 501),
    "rfc4475-longreq": (OK, 100),
    "rfc4475-lwsdisp": (OK, 200),
    "rfc4475-unreason": (OK, None),  # a response to nothing of ours
    # 3.1.2 invalid
    "rfc4475-badaspec": (400, 400),
    "rfc4475-badvers": (505, 505),
    "rfc4475-lwsstart": (400, 400),
    "rfc4475-ncl": (400, 400),
    "rfc4475-regbadct": (OK, 401),  # Contact is looked at only once the phone is known: see the registrar's tests
    # 3.2 to 3.4
    "rfc4475-badbranch": (OK, 200),  # no unique branch: matched as an RFC 2543 request
    "rfc4475-cparam01": (OK, 401),
    "rfc4475-mcl01": (400, 400),
    "rfc4475-multi01": (400, 400),
    "rfc4475-inv2543": (OK, 100),
    # the same collection as other implementers keep it
    "jsip-torture-003": (400, 400),  # space in the Request-URI
    "jsip-torture-013": (OK, 483),  # Max-Forwards: 0
    "jsip-torture-017": (400, 400),  # repeated To, From, Call-ID, CSeq
    "jsip-torture-025": (None, None),
    "jsip-torture-035": (400, 400),  # leading zeros in the version
    "jsip-torture-333": (400, 400),
    "jsip-torture-342": (400, 400),  # CSeq beyond 2**31
    "jsip-torture-344": (400, 400),  # unterminated quote
    "jsip-torture-345": (400, 400),  # brackets around the Request-URI
    "jsip-torture-352": (400, 400),
    "jsip-torture-354": (505, 505),
    "jsip-torture-356": (400, 400),  # CSeq method differs
    "jsip-torture-357": (None, None),  # status above 699
    "jsip-torture-359": (400, 400),  # neither From, To nor Call-ID
    "jsip-torture-361": (OK, 416),  # soap.beep:
    "jsip-torture-362": (OK, 401),
    "jsip-torture-367": (400, 400),  # two Content-Length
    "rfc5118-mult-ip-in-header": (OK, 481),
    "rfc5118-mult-ip-in-sdp": (OK, 100),
    "rfc5118-port-ambiguous": (OK, 401),
    "rfc5118-via-received-param-with-delim": (OK, 481),
}


def user_agent() -> UserAgent:
    rng = random.Random(1)
    registrar = Registrar(Authenticator(OneDomain(), rng))
    return UserAgent(Config(local=("192.0.2.1", 5060)), rng, registrar)


@pytest.mark.parametrize("name", TABLE)
def test_torture(name):
    parsed, answered = TABLE[name]
    data = (MESSAGES / f"{name}.sip").read_bytes()
    try:
        parse_message(data)
        result = OK
    except RemoteProtocolError as error:
        result = error.status
    assert result == parsed
    agent = user_agent()
    agent.receive_datagram(data, PHONE, 0.0)
    statuses = [int(out.split(b" ", 2)[1]) for out, _ in agent.datagrams_to_send()]
    assert statuses == ([] if answered is None else [answered])


def test_every_message_has_a_verdict():
    assert {path.stem for path in MESSAGES.glob("*.sip")} == set(TABLE)


def test_every_message_is_survived_and_written_back(sip_messages):
    agent = user_agent()
    now = 0.0
    for path in sip_messages:
        data = path.read_bytes()
        agent.receive_datagram(data, PHONE, now)
        agent.events(), agent.datagrams_to_send()
        now += 1
        agent.handle_timers(now)
        try:
            message = parse_message(data)
        except RemoteProtocolError:
            continue
        again = parse_message(bytes(message))
        assert again.headers | {"Content-Length": []} == {
            name: lines if name in ("Supported",) else [line for line in lines if line]
            for name, lines in message.headers.items()
            if any(lines)
        } | {"Content-Length": []}
        assert again.body == message.body


def test_escaped_null_and_strange_names_are_read():
    register = parse_message((MESSAGES / "rfc4475-escnull.sip").read_bytes())
    assert register.to.uri.user == "null-\0-null"
    strange = parse_message((MESSAGES / "rfc4475-intmeth.sip").read_bytes())
    assert isinstance(strange, Request)
    assert strange.method == "!interesting-Method0123456789_*+`.%indeed'~"
    assert strange.to.display == "BEL:\a NUL:\0 DEL:\x7f"
    assert strange.from_.tag == "_token~1'+`*%!-."
