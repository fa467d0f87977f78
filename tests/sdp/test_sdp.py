"""Session descriptions, offers and answers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interpreter.sdp import Codec, Direction, LocalMedia, NotAcceptable, SdpError, parse
from support.proof import examples

HEAD = "v=0\r\no=- 7 7 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"
AUDIO = (
    "m=audio 30000 RTP/AVP 8 0 18 97\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:18 G729/8000\r\n"
    "a=rtpmap:97 telephone-event/8000\r\na=fmtp:97 0-15\r\na=ptime:20\r\n"
)


def offer(audio=AUDIO, head=HEAD):
    return (head + audio).encode()


def media(**settings):
    return LocalMedia("192.0.2.1", 20000, session_id=5, **settings)


def lines(body, prefix):
    return [line for line in body.decode().split("\r\n") if line.startswith(prefix)]


def test_answer_takes_the_first_common_codec_and_the_offered_event_number():
    stream, body = media().answer(offer())
    assert (stream.codec, stream.payload_type, stream.telephone_event) == (Codec.PCMA, 8, 97)
    assert (stream.remote, stream.ptime_ms, stream.direction) == (("192.0.2.9", 30000), 20, Direction.SENDRECV)
    assert lines(body, "m=") == ["m=audio 20000 RTP/AVP 8 97"]
    assert lines(body, "o=") == ["o=- 5 5 IN IP4 192.0.2.1"]
    assert "a=rtpmap:97 telephone-event/8000" in body.decode()
    assert "a=fmtp:97 0-15" in body.decode()


@pytest.mark.parametrize(
    ("audio", "codec", "number", "event"),
    [
        pytest.param("m=audio 1 RTP/AVP 0\r\n", Codec.PCMU, 0, None, id="static, without rtpmap"),
        pytest.param("m=audio 1 RTP/AVP 96\r\na=rtpmap:96 pcma/8000/1\r\n", Codec.PCMA, 96, None, id="dynamic number"),
        pytest.param(
            "m=audio 1 RTP/AVP 0 96 101\r\na=rtpmap:96 telephone-event/48000\r\na=rtpmap:101 telephone-event/8000\r\n",
            Codec.PCMU, 0, 101, id="event of the right clock rate",
        ),
        pytest.param(
            "m=audio 1/2 RTP/AVP 0\na=rtpmap:101 telephone-event/8000\n", Codec.PCMU, 0, None, id="LF, event not in m="
        ),
        *(
            pytest.param(
                f"m=audio 1 RTP/AVP 0 101 101\r\na=rtpmap:101 telephone-event/{first}\r\n"
                f"a=rtpmap:101 telephone-event/{second}\r\n",
                Codec.PCMU, 0, 101, id=f"one number mapped at {first} and {second} Hz",
            )
            for first, second in ((8000, 16000), (16000, 8000))
        ),
    ],
)  # fmt: skip
def test_payload_types(audio, codec, number, event):
    stream, _ = media().answer(offer(audio))
    assert (stream.codec, stream.payload_type, stream.telephone_event) == (codec, number, event)


@pytest.mark.parametrize(
    ("audio", "error"),
    [
        ("m=audio 30000 RTP/AVP 18\r\n", NotAcceptable),
        ("m=audio 0 RTP/AVP 0\r\n", NotAcceptable),
        ("m=audio 30000 RTP/SAVP 0\r\n", NotAcceptable),
        ("m=video 30000 RTP/AVP 0\r\n", NotAcceptable),
        ("m=audio 30000 RTP/AVP 0\r\na=rtpmap:0 PCMU/16000\r\n", NotAcceptable),
        ("", NotAcceptable),
        ("m=audio x RTP/AVP 0\r\n", SdpError),
        ("m=audio 99999 RTP/AVP 0\r\n", SdpError),
        ("m=audio\r\n", SdpError),
        ("c=IN IP9 x\r\n", SdpError),
        ("nonsense\r\n", SdpError),
        pytest.param(AUDIO * 33, SdpError, id="media sections"),
        pytest.param(AUDIO + "a=x\r\n" * 1020, SdpError, id="lines"),
        pytest.param("m=audio 30000 RTP/AVP 0" + " 8" * 128 + "\r\n", SdpError, id="formats"),
        pytest.param(AUDIO + "a=" + "x" * 16384 + "\r\n", SdpError, id="bytes"),
    ],
)
def test_refused_offers(audio, error):
    with pytest.raises(error):
        media().answer(offer(audio))


@pytest.mark.parametrize(
    ("audio", "code", "text"),
    [
        ("m=audio 30000 RTP/AVP 18\r\n", 305, "Incompatible media format: PCMU/8000 or PCMA/8000 is wanted"),
        ("m=audio 1 RTP/SAVP 0\r\nm=audio 1 RTP/AVP 9\r\n", 305, "Incompatible media format"),
        ("m=audio 30000 RTP/SAVP 0\r\n", 302, "Incompatible transport protocol: RTP/AVP or RTP/AVPF is wanted"),
        ("m=video 30000 RTP/AVP 0\r\nm=audio 0 RTP/AVP 0\r\n", 304, "Media type not available"),
        ("", 304, "Media type not available"),
    ],
)
def test_why_an_offer_is_refused(audio, code, text):
    with pytest.raises(NotAcceptable, match=text) as caught:
        media().answer(offer(audio))
    assert caught.value.warn_code == code


def test_an_offer_without_address_is_refused():
    with pytest.raises(NotAcceptable) as caught:
        media().answer(offer(head="v=0\r\n"))
    assert caught.value.warn_code == 399


def test_only_codecs_we_are_allowed():
    stream, body = media(codecs=(Codec.PCMU,)).answer(offer())
    assert stream.codec is Codec.PCMU
    assert lines(body, "m=") == ["m=audio 20000 RTP/AVP 0 97"]


def test_other_media_lines_get_port_0_in_their_place():
    video = "m=video 30002 RTP/AVP 31 32\r\na=rtpmap:31 H261/90000\r\n"
    second = "m=audio 30004 RTP/AVP 0\r\n"
    _, body = media().answer(offer(video + AUDIO + second))
    assert lines(body, "m=") == ["m=video 0 RTP/AVP 31 32", "m=audio 20000 RTP/AVP 8 97", "m=audio 0 RTP/AVP 0"]


@pytest.mark.parametrize(
    ("theirs", "wanted", "ours"),
    [
        ("sendrecv", "sendrecv", "sendrecv"), ("sendonly", "sendrecv", "recvonly"),
        ("recvonly", "sendrecv", "sendonly"), ("inactive", "sendrecv", "inactive"),
        ("sendrecv", "sendonly", "sendonly"), ("sendonly", "sendonly", "inactive"),
        ("sendrecv", "inactive", "inactive"),
    ],
)  # fmt: skip
def test_direction(theirs, wanted, ours):
    stream, body = media().answer(offer(AUDIO + f"a={theirs}\r\n"), Direction(wanted))
    assert stream.direction == ours
    assert f"a={ours}\r\n" in body.decode()


def test_session_level_direction_and_own_connection():
    stream, _ = media().answer(offer(AUDIO + "c=IN IP4 192.0.2.77/127\r\n", HEAD + "a=sendonly\r\n"))
    assert (stream.direction, stream.remote) == (Direction.RECVONLY, ("192.0.2.77", 30000))


def test_hold_of_rfc_2543():
    stream, _ = media().answer(offer(head=HEAD.replace("c=IN IP4 192.0.2.9", "c=IN IP4 0.0.0.0")))
    assert (stream.remote, stream.direction) == (None, Direction.RECVONLY)


@pytest.mark.parametrize(
    ("lines_", "ptime"),
    [("", 20), ("a=ptime:30\r\n", 30), ("a=ptime:5\r\n", 10), ("a=ptime:25\r\n", 20), ("a=ptime:200\r\n", 60),
     ("a=ptime:20.0\r\n", 20), ("a=ptime:x\r\n", 20), ("a=ptime:60\r\na=maxptime:40\r\n", 40)],
)  # fmt: skip
def test_ptime(lines_, ptime):
    stream, body = media().answer(offer("m=audio 30000 RTP/AVP 0\r\n" + lines_))
    assert stream.ptime_ms == ptime
    assert f"a=ptime:{ptime}\r\n" in body.decode()


def test_version_grows_with_changes_only():
    local = media()
    versions = []
    for more in ("", "", "a=sendonly\r\n", "a=sendrecv\r\n"):
        _, body = local.answer(offer(AUDIO + more))
        versions.append(lines(body, "o=")[0].split()[2])
    assert versions == ["5", "5", "6", "7"]


def test_our_offer_and_its_answer():
    caller, callee = media(), LocalMedia("192.0.2.2", 20002, session_id=9)
    body = caller.offer()
    assert lines(body, "m=") == ["m=audio 20000 RTP/AVP 0 8 101"]
    theirs, answer = callee.answer(body)
    ours = caller.accept(answer)
    assert (ours.codec, ours.telephone_event, ours.remote) == (Codec.PCMU, 101, ("192.0.2.2", 20002))
    assert theirs.remote == ("192.0.2.1", 20000)
    held = caller.offer(Direction.SENDONLY)
    assert lines(held, "o=") == ["o=- 5 6 IN IP4 192.0.2.1"]
    theirs, answer = callee.answer(held)
    assert theirs.direction is Direction.RECVONLY
    assert caller.accept(answer).direction is Direction.SENDONLY


def test_new_offer_keeps_numbers_and_lines_of_the_session():
    local = media()
    local.answer(offer("m=video 1 RTP/AVP 31\r\n" + AUDIO))
    body = local.offer()
    assert lines(body, "m=") == ["m=video 0 RTP/AVP 31", "m=audio 20000 RTP/AVP 0 8 97"]
    audio = "m=audio 30000 RTP/AVP 0 97\r\na=rtpmap:97 telephone-event/8000\r\n"
    stream = local.accept(offer("m=video 0 RTP/AVP 31\r\n" + audio))
    assert (stream.codec, stream.telephone_event) == (Codec.PCMU, 97)


def test_an_answer_with_numbers_of_its_own():
    """RFC 3264 section 6.1: each side is sent what it numbered itself; our next offer keeps our numbers."""
    local = media()
    local.offer()
    audio = "m=audio 30000 RTP/AVP 8 96\r\na=rtpmap:96 telephone-event/8000\r\n"
    stream = local.accept(offer(audio))
    assert (stream.telephone_event, stream.receive_telephone_event) == (96, 101)
    assert (stream.payload_type, stream.receive_payload_type) == (8, 8)
    assert lines(local.offer(), "m=") == ["m=audio 20000 RTP/AVP 0 8 101"]


def test_an_answer_without_keys():
    local = media()
    local.offer()
    stream = local.accept(offer("m=audio 30000 RTP/AVP 0\r\n"))
    assert (stream.telephone_event, stream.receive_telephone_event) == (None, None)


def test_refused_answer():
    local = media()
    local.offer()
    for audio in ("m=audio 0 RTP/AVP 0\r\n", "", "m=audio 9 RTP/AVP 18\r\n"):
        with pytest.raises(NotAcceptable):
            local.accept(offer(audio))


def test_ipv6():
    _, body = LocalMedia("2001:db8::1", 20000, session_id=5).answer(
        offer(head=HEAD.replace("c=IN IP4 192.0.2.9", "c=IN IP6 2001:db8::9"))
    )
    assert "c=IN IP6 2001:db8::1" in body.decode()


@settings(max_examples=examples(300), deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_parse_or_are_refused(data):
    for body in (data, b"v=0\r\n" + data):
        try:
            parse(body)
        except SdpError:
            pass


@settings(max_examples=examples(300), deadline=None)
@given(st.integers(0, 400), st.integers(0, 30), st.text(alphabet="m=audio 09c:a/rtpmap\r\n;.telphne-v8", max_size=20))
def test_damaged_offers_are_answered_or_refused(position, cut, insert):
    text = HEAD + AUDIO
    local = media()
    try:
        stream, body = local.answer((text[:position] + insert + text[position + cut :]).encode())
    except (SdpError, NotAcceptable):
        return
    assert 10 <= stream.ptime_ms <= 60
    assert parse(body).media
