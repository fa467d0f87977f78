"""Parsing and writing of messages, headers and URIs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sip.link import ALICE, BOB, make_agent
from sip.nasty import trusting_agent

from interpreter.sip.errors import RemoteProtocolError
from interpreter.sip.headers import parse_cseq, parse_name_addr, parse_params, parse_via, split_list
from interpreter.sip.message import MalformedRequest, Request, Response, parse_message
from interpreter.sip.uri import parse_uri
from support.proof import examples

INVITE = (
    b"INVITE sip:400@192.0.2.1 SIP/2.0\r\n"
    b"Via: SIP/2.0/UDP 192.0.2.9:5070;branch=z9hG4bK1;rport\r\n"
    b"Max-Forwards: 70\r\n"
    b'From: "A \\"B\\" C" <sip:801@192.0.2.1;user=phone>;tag=f1\r\n'
    b"To: <sip:400@192.0.2.1>\r\n"
    b"Call-ID: c1@192.0.2.9\r\n"
    b"CSeq: 7 INVITE\r\n"
    b"Contact: <sip:801@192.0.2.9:5070>\r\n"
    b"Content-Type: application/sdp\r\n"
    b"Content-Length: 5\r\n\r\nv=0\r\n"
)


def test_fields_of_an_invite():
    request = parse_message(INVITE)
    assert isinstance(request, Request)
    assert (request.method, request.uri, request.call_id) == ("INVITE", "sip:400@192.0.2.1", "c1@192.0.2.9")
    assert (request.from_.display, request.from_.uri.user, request.from_.tag) == ('A "B" C', "801", "f1")
    assert (request.to.tag, request.cseq.number, request.cseq.method) == ("", 7, "INVITE")
    assert (request.via.host, request.via.port, request.via.branch) == ("192.0.2.9", 5070, "z9hG4bK1")
    assert request.sdp() == b"v=0\r\n"
    assert bytes(request) == INVITE


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b"Via:", b"v:", id="compact"),
        pytest.param(b"Call-ID:", b"I  :", id="compact upper case, space before colon"),
        pytest.param(b"From:", b"from:", id="lower case"),
        pytest.param(b"CSeq: 7", b"CSEQ:\t 7 ", id="odd spaces"),
        pytest.param(b"To: <", b"To:\r\n <", id="folded"),
        pytest.param(b"INVITE sip", b"\r\n\r\nINVITE sip", id="line ends before the request"),
        pytest.param(b"Max-Forwards: 70\r\n", b"", id="without Max-Forwards, as RFC 2543 peers do"),
        pytest.param(b"Content-Length: 5\r\n", b"", id="without Content-Length"),
        pytest.param(b"v=0\r\n", b"v=0\r\nrest", id="octets beyond Content-Length"),
        pytest.param(b"Via: ", b"Supported:\r\nVia: ", id="empty header"),
    ],
)
def test_other_ways_of_writing_the_same(old, new):
    request = parse_message(INVITE.replace(old, new, 1))
    assert request.from_.tag == "f1"
    assert request.to.uri_text == "sip:400@192.0.2.1"
    assert request.cseq.number == 7
    assert request.body == b"v=0\r\n"
    for line in bytes(request).split(b"\r\n\r\n")[0].split(b"\r\n")[1:]:
        name, _, value = line.partition(b": ")
        assert len(name) > 1, "compact header sent"
        assert value, "empty header sent"


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        pytest.param(b"SIP/2.0\r\nVia", b"SIP/3.0\r\nVia", 505, id="version"),
        pytest.param(b"SIP/2.0\r\nVia", b"SIP/02.0\r\nVia", 400, id="leading zero"),
        pytest.param(b"sip:400@192.0.2.1 S", b"<sip:400@192.0.2.1> S", 400, id="brackets around the Request-URI"),
        pytest.param(b"CSeq: 7", b"CSeq: 2147483648", 400, id="CSeq 2**31"),
        pytest.param(b"CSeq: 7 INVITE", b"CSeq: 7 BYE", 400, id="CSeq method"),
        pytest.param(b"Length: 5", b"Length: 6", 400, id="body too short"),
        pytest.param(b"Length: 5", b"Length: -5", 400, id="negative length"),
        pytest.param(b"Max-Forwards: 70", b"Max-Forwards: x", 400, id="Max-Forwards"),
        pytest.param(b"tag=f1", b'tag="f1', 400, id="open quote"),
        pytest.param(b"To: <", b"To: <sip:2@h>\r\nTo: <", 400, id="two To"),
        pytest.param(b"Max-Forwards", b"Max Forwards", 400, id="header name"),
        pytest.param(b"Call-ID: c1@192.0.2.9\r\n", b"", 400, id="no Call-ID"),
        pytest.param(b"CSeq: 7 INVITE\r\n", b"", None, id="no CSeq: nothing to answer with"),
        pytest.param(b"Via: SIP/2.0/UDP 192.0.2.9:5070;branch=z9hG4bK1;rport\r\n", b"", None, id="no Via"),
    ],
)
def test_what_is_refused(old, new, status):
    with pytest.raises(RemoteProtocolError) as caught:
        parse_message(INVITE.replace(old, new, 1))
    assert caught.value.status == status
    assert isinstance(caught.value, MalformedRequest) == (status is not None)


def test_broken_ack_and_response_get_no_answer():
    ack = INVITE.replace(b"INVITE", b"ACK").replace(b"CSeq: 7", b"CSeq: x")
    response = INVITE.replace(b"INVITE sip:400@192.0.2.1 SIP/2.0", b"SIP/2.0 200 OK").replace(b"CSeq: 7", b"CSeq: x")
    for data in (ack, response, b"\r\n\r\n", b"\0", b"", b"SIP/2.0 99 x\r\n\r\n"):
        with pytest.raises(RemoteProtocolError) as caught:
            parse_message(data)
        assert caught.value.status is None


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        pytest.param(b"X-A: 1\r\n" * 300, 513, id="lines"),
        pytest.param(b"x\r\n" * 300, 513, id="bad lines"),
        pytest.param(b"X-A: " + b"x" * 9000 + b"\r\n", 513, id="long line"),
        pytest.param(b"X-A: " + b"x" * 4000 + b"\r\n " + b"x" * 5000 + b"\r\n", 513, id="long line, folded"),
    ],
)
def test_too_many_headers(lines, status):
    """What is read before the limit must do for the answer."""
    with pytest.raises(RemoteProtocolError) as caught:
        parse_message(INVITE.replace(b"Content-Type", lines + b"Content-Type", 1))
    assert caught.value.status == status


def test_what_stands_behind_too_many_headers_is_not_read():
    with pytest.raises(RemoteProtocolError) as caught:
        parse_message(INVITE.replace(b"Via: ", b"X-A: 1\r\n" * 300 + b"Via: ", 1))
    assert caught.value.status is None


def test_as_many_headers_as_are_allowed():
    lines = b"X-A: 1\r\n" * (256 - INVITE.count(b": "))
    assert len(parse_message(INVITE.replace(b"Via: ", lines + b"Via: ", 1)).headers["X-A"]) == 247


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (split_list, "a," * 200), (split_list, "," * 200), (parse_params, ";a=b" * 100), (parse_params, ";a" * 100),
        (parse_via, "SIP/2.0/UDP h" + ";a" * 100), (parse_name_addr, "<sip:a@b>" + ";a" * 100),
    ],
)  # fmt: skip
def test_too_many_fields(parse, text):
    with pytest.raises(RemoteProtocolError, match="more than"):
        parse(text)


def test_too_many_values_over_several_lines():
    message = Request("INVITE", "sip:a@b", {"Contact": ["<sip:a@b>, <sip:c@d>"] * 100})
    with pytest.raises(RemoteProtocolError, match="more than"):
        message.contacts()


@pytest.mark.parametrize("space", ["\v", "\f", "\x1c", "\x85", "\xa0", "\u2003", "\u2028"])
def test_white_space_is_sp_and_htab(space):
    """RFC 3261 section 25.1, whatever Unicode calls a space."""
    for parse, text in (
        (parse_via, f"SIP/2.0/UDP{space}h"), (parse_via, f"SIP/2.0/UDP h{space};a=b"), (parse_cseq, f"1{space}INVITE"),
        (parse_params, f";{space}a=b"), (parse_uri, f"sip:a@b{space}"),
    ):  # fmt: skip
        with pytest.raises(RemoteProtocolError):
            parse(text)
    assert split_list(f"a{space}, b") == [f"a{space}", "b"]


def test_folded_lines_become_one():
    folded = b"Subject: a \t\r\n \r\n\t b\r\n  c  d\r\nVia: "
    assert parse_message(INVITE.replace(b"Via: ", folded, 1)).header("Subject") == "a b c  d"


@pytest.mark.parametrize("value", ["256", "300", "0300", "9" * 5000, "-1", "1.0", "\u0661"])
def test_max_forwards_is_a_byte(value):
    """RFC 3261 section 20.22; RFC 4475 section 3.1.2.4."""
    with pytest.raises(RemoteProtocolError) as caught:
        parse_message(INVITE.replace(b"Forwards: 70", b"Forwards: " + value.encode(), 1))
    assert caught.value.status == 400


@pytest.mark.parametrize("via", [b",", b", ,", b""])
def test_an_empty_via_is_refused(via):
    with pytest.raises(MalformedRequest):
        parse_message(INVITE.replace(b"SIP/2.0/UDP 192.0.2.9:5070;branch=z9hG4bK1;rport", via, 1))


def test_lists_over_lines_and_commas():
    message = Request("INVITE", "sip:a@b", {"Contact": ['"a,b" <sip:a,b@h>, <sip:c@h>', "sip:d@h;q=1"]})
    assert [c.uri_text for c in message.contacts()] == ["sip:a,b@h", "sip:c@h", "sip:d@h"]
    assert split_list(' a , "b,\\"c" ,, <d,e>') == ["a", '"b,\\"c"', "<d,e>"]


@pytest.mark.parametrize(
    ("text", "display", "uri", "params"),
    [
        ("sip:a@b;tag=x", "", "sip:a@b", {"tag": "x"}),
        ("<sip:a@b;user=phone>;TAG=x", "", "sip:a@b;user=phone", {"tag": "x"}),
        ('"销售" <sip:a@b>', "销售", "sip:a@b", {}),
        ("Li Ming<sip:a@b>", "Li Ming", "sip:a@b", {}),
        ('"a\\\\" <sip:a@b> ; x="1;2" ; flag', "a\\", "sip:a@b", {"x": "1;2", "flag": ""}),
        ("<tel:+86400>", "", "tel:+86400", {}),
    ],
)
def test_name_addr(text, display, uri, params):
    parsed = parse_name_addr(text)
    assert (parsed.display, parsed.uri_text, dict(parsed.params)) == (display, uri, params)


@pytest.mark.parametrize(
    "text", ["", "<>", "< sip:a@b >", "sip:a@b?x=y", '"a <sip:a@b>', "a, b <sip:a@b", "<sip:a@b>x"]
)
def test_bad_name_addr(text):
    with pytest.raises(RemoteProtocolError):
        parse_name_addr(text)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("sip:a@b", ("sip", "a", "", "b", None)),
        ("SIPS:%61:pw@B.Example:5061;transport=tcp?x=y", ("sips", "a", "pw", "b.example", 5061)),
        ("sip:b", ("sip", "", "", "b", None)),
        ("sip:a;x=1?y@[2001:DB8::1]:5070", ("sip", "a;x=1?y", "", "[2001:db8::1]", 5070)),
        ("tel:+86-10-1234;phone-context=x", ("tel", "+86-10-1234", "", "", None)),
    ],
)
def test_uri(text, parts):
    uri = parse_uri(text)
    assert (uri.scheme, uri.user, uri.password, uri.host, uri.port) == parts


@pytest.mark.parametrize(
    ("text", "status"),
    [("http://x", 416), ("sip:", 400), ("sip:a@b:99999", 400), ("sip:a b@c", 400), ("sip:a@b@c", 400), ("x", 400)],
)
def test_bad_uri(text, status):
    with pytest.raises(RemoteProtocolError) as caught:
        parse_uri(text)
    assert caught.value.status == status


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        # the examples of RFC 3261 section 19.1.4
        ("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp", True),
        ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5", True),
        ("sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on", True),
        ("sip:alice@atlanta.com?subject=a&priority=urgent", "sip:alice@atlanta.com?priority=urgent&subject=a", True),
        ("SIP:ALICE@AtLanTa.CoM", "sip:alice@AtLanTa.CoM", False),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060", False),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com;user=phone", False),
        ("sip:carol@chicago.com;security=off", "sip:carol@chicago.com;security=on", False),
    ],
)
def test_uri_comparison(one, other, same):
    assert parse_uri(one).equivalent(parse_uri(other)) is same
    assert parse_uri(other).equivalent(parse_uri(one)) is same


def test_via_with_spaces_and_ipv6():
    via = parse_via("SIP / 2.0 / UDP [2001:db8::9]:5070 ; Branch=z9hG4bKx;received=[2001:db8::1]")
    assert (via.transport, via.host, via.port, via.branch) == ("UDP", "[2001:db8::9]", 5070, "z9hG4bKx")


# any text parses or raises RemoteProtocolError: nothing else ever comes out

@settings(max_examples=examples(300), deadline=None)
@given(st.text(max_size=60) | st.text(alphabet='<>";,=:@ sip\\%[]1', max_size=40))
def test_fields_never_crash(text):
    for parse in (parse_uri, parse_name_addr, parse_via, parse_cseq, parse_params, split_list):
        try:
            parse(text)
        except RemoteProtocolError:
            pass


@settings(max_examples=examples(300), deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_parse_or_are_refused(data):
    try:
        message = parse_message(data)
    except RemoteProtocolError:
        return
    parse_message(bytes(message))


@settings(max_examples=examples(400), deadline=None)
@given(st.integers(0, len(INVITE)), st.integers(0, 40), st.binary(max_size=20), st.booleans())
def test_damaged_invites_parse_or_are_refused(position, cut, insert, as_response):
    data = INVITE[:position] + insert + INVITE[position + cut :]
    if as_response:
        data = data.replace(b"INVITE sip:400@192.0.2.1 SIP/2.0", b"SIP/2.0 200 OK", 1)
    try:
        message = parse_message(data)
    except RemoteProtocolError:
        return
    again = parse_message(bytes(message))
    assert isinstance(again, Request | Response)
    assert again.headers.get("Call-ID") == message.headers.get("Call-ID")


PIECES = [
    " ", "\t", "\v", "\xa0", "\n", "\r", "\0", "\udcff", "\r\n ", "\r\n",
    '"', "\\", ",", ";", "<", ">", "%", "@", ":", "0", "(", "=", "a", "[", "]", "*", "?", "&", "999999999999",
    "sip:", "sips:", "tel:", "SIP/2.0/UDP ", "z9hG4bK", ";tag=", ";rport", ";received=", ";expires=", ";transport=tcp",
    "Digest ", 'realm="zongji"', "nonce=", "multipart/mixed", ";boundary=b", "--b", ";handling=required",
    "Content-Type: ", "v=0", "m=audio ",
]  # fmt: skip
FIELDS = [
    "Via", "From", "To", "Contact", "Record-Route", "Route", "P-Asserted-Identity", "Authorization", "CSeq", "Call-ID",
    "Require", "Max-Forwards", "Content-Length", "Content-Type", "Content-Encoding", "Content-Disposition", "Expires",
]  # fmt: skip


@settings(max_examples=examples(400), deadline=None)
@given(
    st.sampled_from(["INVITE", "REGISTER", "OPTIONS", "BYE", "ACK", "CANCEL", "UPDATE"]),
    st.dictionaries(st.sampled_from(FIELDS), st.lists(st.sampled_from(PIECES), max_size=12).map("".join), max_size=3),
    st.lists(st.sampled_from(PIECES), max_size=12).map("".join),
    st.booleans(),
)
def test_no_field_of_a_whole_message_crashes_the_agent(method, fields, body, known):
    fields = {
        "Via": "SIP/2.0/UDP h;branch=z9hG4bK1", "From": "<sip:801@h>;tag=1", "To": "<sip:801@h>", "Call-ID": "c",
        "CSeq": f"1 {method}", "Contact": "<sip:801@192.0.2.2>",
    } | fields  # fmt: skip
    lines = [f"{name}: {value}" for name, value in fields.items()]
    text = "\r\n".join([f"{method} sip:400@h SIP/2.0", *lines, "", body])
    agent = trusting_agent(5000) if known else make_agent(ALICE, 1)
    agent.receive_datagram(text.encode("utf-8", "surrogateescape"), BOB, 0.0)
    for data, _ in agent.datagrams_to_send():
        assert data.startswith(b"SIP/2.0 ")
