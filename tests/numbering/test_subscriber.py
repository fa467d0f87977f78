"""Telephone-subscriber parameters are no part of a number (RFC 3261 section 19.1.6, RFC 3966, RFC 4694)."""

from __future__ import annotations

from itertools import permutations

import pytest

from interpreter.sip.headers import parse_name_addr
from interpreter.sip.uri import parse_uri
from numbering.plan import normalise
from numbering.subscriber import subscriber_number

PARAMETERS = ("npdi", "rn=+8610", "cpc=ordinary", "isub=12:34", "phone-context=+86", "ext=801")


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+864001234567;npdi;rn=+864001234567", "+864001234567"),
        ("+864001234567;cpc=ordinary", "+864001234567"),
        ("4001234567;phone-context=ims.mnc001.mcc460.3gppnetwork.org", "4001234567"),
        ("4001234567;phone-context=+86", "+864001234567"),
        ("4001234567;Phone-Context=+86-21", "4001234567"),
        ("65529988;phone-context=+86-10", "+861065529988"),
        ("065529988;phone-context=+8610", "065529988"),
        ("01065529988;phone-context=+86", "+8601065529988"),
        ("95588;phone-context=+8621", "+862195588"),
        ("95588;phone-context=+86", "95588"),
        ("12345;phone-context=+86", "12345"),
        ("801;phone-context=+8610", "801"),
        ("6502530000;phone-context=+1", "+16502530000"),
        ("+86-10-(6552).9988;x", "+861065529988"),
        ("*72;phone-context=example.com", "*72"),
        ("801;", "801"),
        ("8-01", "801"),
        ("alice;day=tuesday", "alice;day=tuesday"),
        ("王;x=1", "王;x=1"),
        ("anonymous", "anonymous"),
        ("+", "+"),
        (";x=1", ";x=1"),
        ("", ""),
    ],
)
def test_the_number_without_its_parameters(written, number):
    assert subscriber_number(written) == number


@pytest.mark.parametrize("order", list(permutations(PARAMETERS, 3)))
def test_parameters_in_any_order_in_any_uri(order):
    text = ";".join(order)
    escaped = text.replace(":", "%3A").replace("+", "%2B")
    uris = [
        f"sip:4001234567;{text}@192.0.2.1;user=phone",
        f"sip:4001234567%3B{escaped.replace(';', '%3b')}@192.0.2.1:5060",
        f"sips:4001234567;{escaped}:secret@carrier.example;user=phone;transport=udp",
        f"tel:4001234567;{text}",
        f"tel:400-123-4567;{escaped}",
    ]
    for uri in uris:
        assert normalise(parse_uri(uri).number) == "864001234567", uri
        assert normalise(parse_name_addr(f'"王" <{uri}>;tag=a;reason=no-answer').uri.number) == "864001234567", uri


def test_a_user_name_is_no_number():
    assert parse_uri("sip:alice;day=tuesday@atlanta.example").number == "alice;day=tuesday"
    assert parse_uri("sip:192.0.2.1").number == ""
    assert parse_uri("urn:service:sos", any_scheme=True).number == "service:sos"
