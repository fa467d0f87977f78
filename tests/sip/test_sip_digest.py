"""Digest against the examples of the RFCs, and the server's nonces."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sip.one_domain import REALM, OneDomain, aor

from interpreter.sip.digest import (
    Authenticator,
    Credentials,
    Ha1,
    Verdict,
    authorize,
    digest_response,
    make_ha1,
    parse_digest,
)
from interpreter.sip.errors import LocalProtocolError, RemoteProtocolError
from interpreter.sip.hop import Hop
from interpreter.sip.message import Request, Response
from support.proof import examples

PHONE = Hop("UDP", "192.0.2.10", 5060)
USERS = {"801": make_ha1("801", REALM, "secret")}


def authenticator(**settings):
    settings = {"algorithms": ("SHA-256", "MD5")} | settings
    return Authenticator(OneDomain(USERS.get), random.Random(5), **settings)


def request(authorization=None, uri="sip:192.0.2.1"):
    headers = {"To": ["<sip:801@192.0.2.1>"]} | ({"Authorization": [authorization]} if authorization else {})
    return Request("REGISTER", uri, headers)


def challenge(server, now, algorithm, **kw):
    lines = [line for name, line in server.challenges(request(), now, **kw)]
    return Response(401, "", {"WWW-Authenticate": [line for line in lines if f"algorithm={algorithm}" in line]})


def answer(server, now, *, user="801", password="secret", algorithm="SHA-256", uri="sip:192.0.2.1"):
    name, value = authorize(
        request(uri=uri), challenge(server, now, algorithm), Credentials(user, password), random.Random(1)
    )
    assert name == "Authorization"
    return value


def test_example_of_rfc_2617():
    ha1 = make_ha1("Mufasa", "testrealm@host.com", "Circle Of Life").md5
    params = {
        "nonce": "dcd98b7102dd2f0e8b11d0f600bfb0c093", "uri": "/dir/index.html", "qop": "auth", "nc": "00000001",
        "cnonce": "0a4f113b",
    }  # fmt: skip
    assert digest_response("MD5", ha1, params, "GET") == "6629fae49393a05397450978507c4ef1"


def test_example_of_rfc_7616():
    ha1 = make_ha1("Mufasa", "http-auth@example.org", "Circle of Life")
    params = {
        "nonce": "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "uri": "/dir/index.html", "qop": "auth",
        "nc": "00000001", "cnonce": "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    }  # fmt: skip
    assert digest_response("MD5", ha1.md5, params, "GET") == "8ca523f5e9506fed4657c9700eebdbec"
    wanted = "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"
    assert digest_response("SHA-256", ha1.sha256, params, "GET") == wanted


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_round_trip(algorithm):
    server = authenticator()
    assert server.check(request(answer(server, 10.0, algorithm=algorithm)), PHONE, 10.0).aor == aor("801")


@pytest.mark.parametrize("algorithms", [("SHA-256", "MD5"), ("MD5",), ("SHA-256",)])
def test_challenges_in_the_order_wanted(algorithms):
    lines = [line for _, line in authenticator(algorithms=algorithms).challenges(request(), 0.0)]
    assert tuple(parse_digest(line)["algorithm"] for line in lines) == algorithms


def test_md5_alone_unless_told_otherwise():
    lines = Authenticator(OneDomain(USERS.get), random.Random(5)).challenges(request(), 0.0)
    assert [parse_digest(line)["algorithm"] for _, line in lines] == ["MD5"]
    with pytest.raises(LocalProtocolError):
        authenticator(algorithms=("SHA-1",))


@pytest.mark.parametrize(("user", "password"), [("801", "wrong"), ("nobody", "secret")])
def test_wrong_password_and_unknown_user_look_alike(user, password):
    server = authenticator()
    verdict = server.check(request(answer(server, 0.0, user=user, password=password)), PHONE, 0.0)
    assert (verdict.aor, verdict.stale, verdict.failed_as) == (None, False, user)


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_a_user_without_that_hash_cannot_prove_anything_by_it(algorithm):
    """An empty hash is no password that anybody could know."""
    known = USERS["801"]
    half = Ha1(known.md5, "") if algorithm == "SHA-256" else Ha1("", known.sha256)
    server = Authenticator(OneDomain({"801": half}.get), random.Random(5), algorithms=("SHA-256", "MD5"))
    params = parse_digest(challenge(server, 0.0, algorithm).header("WWW-Authenticate"))
    params |= {"username": "801", "uri": "sip:192.0.2.1", "nc": "00000001", "cnonce": "c"}
    params["response"] = digest_response(algorithm, "", params, "REGISTER")
    value = "Digest " + ", ".join(f'{name}="{text}"' for name, text in params.items())
    assert server.check(request(value), PHONE, 0.0) == Verdict(failed_as="801")
    other = "MD5" if algorithm == "SHA-256" else "SHA-256"
    assert server.check(request(answer(server, 0.0, algorithm=other)), PHONE, 0.0).aor == aor("801")


def test_replay_is_stale():
    server = authenticator()
    value = answer(server, 0.0)
    assert server.check(request(value), PHONE, 1.0).aor == aor("801")
    again = server.check(request(value), PHONE, 2.0)
    assert (again.aor, again.stale) == (None, True)


def test_nonce_without_qop_serves_once():
    server = authenticator()
    response = challenge(server, 0.0, "MD5")
    line = response.header("WWW-Authenticate").replace(', qop="auth"', "")
    old = Response(401, "", {"WWW-Authenticate": [line]})
    _, value = authorize(request(), old, Credentials("801", "secret"), random.Random(1))
    assert "qop" not in value
    assert server.check(request(value), PHONE, 1.0).aor == aor("801")
    assert server.check(request(value), PHONE, 2.0).stale


def test_expired_nonce_is_stale_and_forgotten():
    server = authenticator(nonce_lifetime_s=30)
    value = answer(server, 0.0)
    assert server.check(request(value), PHONE, 31.0).stale
    assert "stale=true" in server.challenges(request(), 31.0, stale=True)[0][1]


def test_nonce_of_another_server_is_stale():
    value = answer(Authenticator(OneDomain(USERS.get), random.Random(6)), 0.0, algorithm="MD5")
    assert authenticator().check(request(value), PHONE, 0.0).stale


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("sip:400@192.0.2.1", "sip:400@192.0.2.1"),
        ("sip:400@192.0.2.1", "SIP:400@192.0.2.1:5060;transport=udp"),
        ("sip:%34%30%30@Host", "sip:400@hOST;user=phone"),
        ("sip:400@192.0.2.1", "sip:192.0.2.1;transport=UDP"),  # pyVoIP
        ("urn:service:sos", "urn:service:sos"),
    ],
)
def test_an_answer_is_for_its_request_however_that_is_written(asked, answered):
    server = authenticator()
    value = answer(server, 0.0, uri=answered)
    assert server.check(request(value, uri=asked), PHONE, 0.0).aor == aor("801")


@pytest.mark.parametrize(
    "answered",
    ["sip:800@192.0.2.1", "sip:400@192.0.2.2", "sip:400@192.0.2.1:5062", "sips:400@192.0.2.1", "tel:400", "/", "*"],
)
def test_an_answer_for_another_request_is_none(answered):
    """RFC 7616 section 3.4.6: 400, and before it is known whether user and password are right."""
    server = authenticator()
    for password in ("secret", "wrong"):
        value = answer(server, 0.0, password=password, uri=answered)
        with pytest.raises(RemoteProtocolError) as refused:
            server.check(request(value, uri="sip:400@192.0.2.1"), PHONE, 0.0)
        assert refused.value.status == 400


def test_other_realm_and_scheme_are_no_answer():
    server = authenticator()
    other = answer(server, 0.0).replace(f'realm="{REALM}"', 'realm="other"')
    for value in (other, "Basic abc"):
        assert server.check(request(value), PHONE, 0.0).failed_as is None


def test_one_request_is_not_many_guesses():
    server = authenticator()
    right = answer(server, 0.0)
    wrong = right.replace('cnonce="', 'cnonce="x')
    both = Request("REGISTER", "sip:192.0.2.1", {"To": ["<sip:801@h>"], "Authorization": [wrong, right]})
    assert server.check(both, PHONE, 0.0).aor == aor("801")
    right = answer(server, 0.0)
    many = Request("REGISTER", "sip:192.0.2.1", {"To": ["<sip:801@h>"], "Authorization": [wrong] * 5 + [right]})
    assert server.check(many, PHONE, 0.0).failed_as == "801"


def test_too_many_digest_parameters():
    with pytest.raises(RemoteProtocolError, match="more than"):
        parse_digest("Digest " + ", ".join(f"a{number}=b" for number in range(100)))


def test_what_a_challenge_must_offer():
    head = 'Digest realm="x", nonce="n"'
    for line in (f"{head}, algorithm=SHA-1", f'{head}, qop="auth-int"', "Basic x"):
        response = Response(407, "", {"Proxy-Authenticate": [line]})
        assert authorize(request(), response, Credentials("a", "b"), random.Random(1)) is None
    old = Response(407, "", {"Proxy-Authenticate": ['Digest realm="x", nonce="n", opaque="o"']})
    name, value = authorize(request(), old, Credentials("a", "b"), random.Random(1))
    assert name == "Proxy-Authorization"
    assert "nc=" not in value
    assert 'opaque="o"' in value


def test_secrets_are_not_shown():
    assert "secret" not in repr(Credentials("801", "secret"))
    assert USERS["801"].md5 not in repr(USERS["801"])


@settings(max_examples=examples(300), deadline=None)
@given(st.text(alphabet='Digest abcnonceurirealmusername="\\,0123456789', max_size=120) | st.text(max_size=80))
def test_any_authorization_is_judged_or_refused(text):
    tail = 'username="801", realm="zongji", nonce="n", uri="u", qop=auth, nc=1, cnonce=c, response='
    for value in (text, "Digest " + text, "Digest " + tail + text):
        try:
            verdict = authenticator().check(request(value), PHONE, 0.0)
        except RemoteProtocolError:
            continue
        assert verdict.aor is None
