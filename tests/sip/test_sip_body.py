"""Bodies: encoded, optional, and of several parts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sip.link import SDP_A
from sip.test_sip_uas import Phone, statuses

from interpreter.sip.body import check_offer, find_sdp, leaves, parts
from interpreter.sip.errors import RemoteProtocolError
from interpreter.sip.events import InviteReceived, ReinviteReceived
from support.proof import examples

MIXED = "Content-Type: multipart/mixed;boundary=xyz\r\n"
SDP_PART = b"Content-Type: application/sdp\r\n\r\n" + SDP_A
ISUP = b"Content-Type: application/ISUP;version=nxv3;base=etsi121\r\n%s\r\n\x01\x00\r\n\r\n\x00\xff"


def mixed(*sections, end=b"\r\n--xyz--\r\n", begin=b""):
    return begin + b"".join(b"\r\n--xyz\r\n" + section for section in sections)[0 if begin else 2 :] + end


NESTED = b"Content-Type: multipart/alternative; boundary=in1\r\n\r\n"


def nested(*sections, depth=1):
    """A part that is multipart itself, ``depth`` times over."""
    body = mixed(*sections).replace(b"xyz", b"in%d" % depth)
    for level in range(depth - 1, 0, -1):
        body = mixed(NESTED.replace(b"in1", b"in%d" % (level + 1)) + body).replace(b"xyz", b"in%d" % level)
    return NESTED + body


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(mixed(SDP_PART), id="alone"),
        pytest.param(mixed(SDP_PART, ISUP % b""), id="with ISUP"),
        pytest.param(mixed(ISUP % b"Content-Disposition: signal;handling=optional\r\n", SDP_PART), id="behind ISUP"),
        pytest.param(mixed(b"c: Application/SDP ; x=y\r\nContent-Disposition: session\r\n\r\n" + SDP_A), id="compact"),
        pytest.param(mixed(b"Content-Type:\r\n application/sdp\r\n\r\n" + SDP_A), id="folded"),
        pytest.param(mixed(b"Content-Transfer-Encoding: 8bit\r\n" + SDP_PART), id="8bit"),
        pytest.param(mixed(b"\r\nplain text", SDP_PART), id="part without headers"),
        pytest.param(mixed(SDP_PART, begin=b"text before\r\n", end=b"\r\n--xyz--\r\ntext behind"), id="text around"),
        pytest.param(mixed(SDP_PART).replace(b"xyz\r\n", b"xyz \t\r\n"), id="padded"),
        pytest.param(mixed(SDP_PART, end=b""), id="without end"),
        pytest.param(
            mixed(b"Content-Disposition: early-session\r\n" + SDP_PART.replace(b"20000", b"9"), SDP_PART), id="early"
        ),
        pytest.param(mixed(*[b"a: b\r\n\r\n"] * 15, SDP_PART), id="16 parts"),
        pytest.param(mixed(ISUP % b"", nested(ISUP % b"", SDP_PART)), id="in a part of parts"),
        pytest.param(mixed(nested(ISUP % b""), SDP_PART), id="behind a part of parts"),
        pytest.param(mixed(nested(SDP_PART, depth=3)), id="as deep as can be"),
        pytest.param(
            mixed(b"Content-Disposition: x;handling=optional\r\n" + NESTED + b"?", SDP_PART), id="optional parts"
        ),
    ],
)
def test_the_session_description_among_the_parts(body):
    phone = Phone()
    assert statuses(phone.send("INVITE", body=body, extra=MIXED)) == [100]
    assert phone.event(InviteReceived).sdp == SDP_A


@pytest.mark.parametrize(
    ("body", "extra", "status"),
    [
        pytest.param(mixed(ISUP % b""), MIXED, 415, id="no SDP"),
        pytest.param(
            mixed(SDP_PART, ISUP % b"Content-Disposition: signal; handling=Required\r\n"), MIXED, 415, id="required"
        ),
        pytest.param(mixed(b"Content-Transfer-Encoding: base64\r\n" + SDP_PART), MIXED, 415, id="base64"),
        pytest.param(mixed(b"Content-Encoding: gzip\r\n" + SDP_PART), MIXED, 415, id="part in gzip"),
        pytest.param(b"xyz", MIXED, 415, id="no part"),
        pytest.param(mixed(SDP_PART), MIXED.replace("boundary", "b"), 400, id="no boundary"),
        pytest.param(mixed(SDP_PART), MIXED.replace("xyz", "x" * 71), 400, id="long boundary"),
        pytest.param(mixed(SDP_PART).replace(b"--xyz\r\n", b"--xyzz\r\n"), MIXED, 400, id="other boundary"),
        pytest.param(mixed(*[b"a: b\r\n\r\n"] * 17), MIXED, 400, id="too many parts"),
        pytest.param(mixed(b"nonsense\r\n\r\n", SDP_PART), MIXED, 400, id="bad header of a part"),
        pytest.param(mixed(nested(SDP_PART, depth=4)), MIXED, 400, id="parts of parts of parts"),
        pytest.param(
            mixed(SDP_PART, nested(ISUP % b"Content-Disposition: signal;handling=required\r\n")), MIXED, 415,
            id="required within a part of parts",
        ),
        pytest.param(b"x", "Content-Type: text/plain\r\n", 415, id="text"),
    ],
)
def test_bodies_that_are_refused(body, extra, status):
    phone = Phone()
    (answer,) = phone.send("INVITE", body=body, extra=extra)
    assert answer.status == status
    assert answer.header("Accept") == (None if status == 400 else "application/sdp, multipart/mixed")
    assert answer.header("Accept-Encoding") is None


def test_an_encoded_body_is_refused_with_what_could_be():
    phone = Phone()
    _, tag = phone.answered()
    encoded = "Content-Encoding: gzip\r\nContent-Type: application/sdp\r\n"
    for seq, (method, to_tag) in enumerate((("INVITE", ""), ("INVITE", tag), ("UPDATE", tag), ("INFO", tag)), 2):
        (answer,) = phone.send(method, seq, to_tag=to_tag, body=b"\x1f\x8b", extra=encoded)
        assert (answer.status, answer.header("Accept-Encoding")) == (415, "identity")
    assert statuses(phone.send("INVITE", 7, body=SDP_A, extra="e: identity\r\nc: application/sdp\r\n")) == [100]


@pytest.mark.parametrize("kind", ["c: text/plain\r\n", "Content-Type: application/sdp\r\ne: gzip\r\n", MIXED])
def test_an_optional_body_is_passed_over(kind):
    phone = Phone()
    extra = kind.replace("c:", "Content-Type:") + "Content-Disposition: x;handling=optional\r\n"
    assert statuses(phone.send("INVITE", body=b"x", extra=extra)) == [100]
    assert phone.event(InviteReceived).sdp is None


def test_several_parts_within_a_dialog():
    phone = Phone()
    _, tag = phone.answered()
    assert statuses(phone.send("UPDATE", 2, to_tag=tag, body=b"x", extra="Content-Type: text/plain\r\n")) == [415]
    phone.send("INVITE", 3, to_tag=tag, body=mixed(SDP_PART, ISUP % b""), extra=MIXED)
    assert phone.event(ReinviteReceived).sdp == SDP_A


PIECES = [
    b"--xyz", b"\r\n", b"--", b"\r\n--xyz\r\n", b"\r\n--xyz--", b"\r\n\r\n", b":", b"a", b"\xff", b" ", b"v=0",
    b"Content-Type: ", b"application/sdp", b"multipart/mixed", b"Content-Disposition: x;handling=required",
    b"Content-Encoding: ", b"Content-Type: multipart/mixed;boundary=xyz\r\n\r\n",
]  # fmt: skip
KINDS = ["multipart/mixed;boundary=xyz", 'multipart/x;boundary="xyz"', "multipart/", "multipart/mixed;boundary=;"]


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=20).map(b"".join), st.sampled_from(KINDS))
def test_any_body_is_read_or_refused(body, kind):
    headers = {"Content-Type": [kind]}
    find_sdp(headers, body)
    for read in (parts, leaves, check_offer):
        try:
            list(read(headers, body) or ())
        except RemoteProtocolError:
            pass
