"""Digest authentication, both sides (RFC 2617, RFC 7616, RFC 8760): MD5 and SHA-256, qop=auth.

Which nonces are taken, and how often, is in ``nonces``.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from .aor import Aor
from .errors import LocalProtocolError, RemoteProtocolError
from .headers import MAX_PARAMS, QUOTED, quote_string, unquote_string
from .hop import Hop
from .message import Request, Response
from .nonces import Nonces
from .randomness import Randomness
from .uri import parse_uri

_ALGORITHMS: dict[str, Callable[[bytes], "hashlib._Hash"]] = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}
_PARAM = re.compile(rf"[ \t]*+([A-Za-z0-9_-]++)[ \t]*+=[ \t]*+({QUOTED}|[^\s,\"]*+)[ \t]*+(?:,|\Z)", re.DOTALL)
# One for each algorithm is the most that an answer can hold (RFC 8760 section 2.4); each one is a guess at a password.
MAX_ANSWERS = len(_ALGORITHMS)


@dataclass(frozen=True, slots=True)
class Ha1:
    """H(username:realm:password) in lower-case hex; "" for an algorithm that this user cannot use."""

    md5: str = field(repr=False)
    sha256: str = field(repr=False)

    def of(self, algorithm: str) -> str:
        """The hash for ``MD5`` or ``SHA-256``."""
        return self.sha256 if algorithm == "SHA-256" else self.md5


@dataclass(frozen=True, slots=True)
class Credentials:
    """Our own account at a trunk. The password is not shown in repr."""

    username: str
    password: str = field(repr=False)


class Account(NamedTuple):
    """Somebody who may sign in. ha1: for the realm of the domain."""

    aor: Aor
    ha1: Ha1


class Domains(Protocol):
    """Our domains and their users, as the TU has them. Asked on every authenticated request: must be quick.

    host: to which domain the telephone says to belong; anything, for it is the sender's choice.
    """

    def realm(self, host: str) -> str:
        """For challenges."""

    def account(self, host: str, username: str) -> Account | None:
        """Who signs in there under this name."""


def make_ha1(username: str, realm: str, password: str) -> Ha1:
    """Both hashes of a password, for storing in its place."""
    text = f"{username}:{realm}:{password}"
    return Ha1(_digest("MD5", text), _digest("SHA-256", text))


def _digest(algorithm: str, text: str) -> str:
    return _ALGORITHMS[algorithm](text.encode("utf-8", "surrogateescape")).hexdigest()


def digest_response(algorithm: str, ha1: str, params: Mapping[str, str], method: str) -> str:
    """``response`` of RFC 7616 section 3.4.1 from nonce, uri and, with qop, nc and cnonce in ``params``."""
    ha2 = _digest(algorithm, f"{method}:{params['uri']}")
    if params.get("qop"):
        middle = f"{params['nonce']}:{params['nc']}:{params['cnonce']}:{params['qop']}"
    else:
        middle = params["nonce"]
    return _digest(algorithm, f"{ha1}:{middle}:{ha2}")


def parse_digest(value: str) -> dict[str, str] | None:
    """Parameters of ``Digest a="b", c=d``, names lower case; None for another scheme; raises on bad syntax."""
    scheme, _, rest = value.strip(" \t").partition(" ")
    if scheme.lower() != "digest":
        return None
    params: dict[str, str] = {}
    position = 0
    rest = rest.strip(" \t")
    while position < len(rest):
        if len(params) == MAX_PARAMS:
            raise RemoteProtocolError(f"more than {MAX_PARAMS} digest parameters")
        match = _PARAM.match(rest, position)
        if match is None:
            raise RemoteProtocolError(f"bad digest parameters {rest[position : position + 40]!r}")
        params.setdefault(match[1].lower(), unquote_string(match[2]))
        position = match.end()
    return params


@dataclass(frozen=True, slots=True)
class Verdict:
    """Result of a check: ``aor`` when proven; else the request deserves a challenge.

    stale: the answer fits, only its nonce is old, so the phone may retry without asking a person.
    failed_as: user whose answer did not fit, None where there was no answer at all.
    asked_at: when the challenge was made that a proven user answers, on the ``now`` clock.
    """

    aor: Aor | None = None
    stale: bool = False
    failed_as: str | None = None
    asked_at: float = 0.0


class Authenticator:
    """The server's side: challenges and checks, each for the realm of the domain that the request says to come from.

    That is the host of To for a REGISTER (RFC 3261 section 10.3 step 5), of From for all else.

    algorithms: what to challenge with, in this order; answers with either are accepted. RFC 8760 wants SHA-256
    before MD5, yet common phones (baresip 1.0 of Debian 12, sipsak) give up at any SHA-256 challenge, even beside
    an MD5 one. So MD5 alone is the default, and ``("SHA-256", "MD5")`` is for sites whose phones know better.
    """

    def __init__(
        self, domains: Domains, rng: Randomness, *, nonce_lifetime_s: float = 300.0,
        algorithms: Sequence[str] = ("MD5",),
    ) -> None:  # fmt: skip
        unknown = set(algorithms) - set(_ALGORITHMS)
        if unknown or not algorithms:
            raise LocalProtocolError(f"digest algorithms {list(algorithms)}")
        self._domains = domains
        self._algorithms = tuple(algorithms)
        self.nonces = Nonces(rng, nonce_lifetime_s)
        # An unknown user is checked against this, so that it takes as long and ends as a wrong password does.
        self._nobody = Ha1(f"{rng.getrandbits(128):032x}", f"{rng.getrandbits(256):064x}")

    def challenges(self, request: Request, now: float, *, stale: bool = False) -> list[tuple[str, str]]:
        """WWW-Authenticate headers to answer a request with, one per algorithm as wanted (RFC 8760 section 2.3)."""
        nonce, realm = self.nonces.new(now), self._domains.realm(claimed_host(request))
        tail = f'realm={quote_string(realm)}, nonce="{nonce}", qop="auth"{", stale=true" if stale else ""}'
        return [("WWW-Authenticate", f"Digest {tail}, algorithm={name}") for name in self._algorithms]

    def check(self, request: Request, source: Hop, now: float) -> Verdict:
        """Check the Authorization of a request for its realm; raises RemoteProtocolError (400) on bad syntax."""
        verdict = Verdict()
        realm = self._domains.realm(claimed_host(request))
        answers = [parse_digest(line) for line in request.header_lines("Authorization")]
        ours = [params for params in answers if params is not None and params.get("realm") == realm]
        for params in ours[:MAX_ANSWERS]:
            verdict = self._check_one(params, request, source.host, now)
            if verdict.aor is not None:
                break
        return verdict

    def _check_one(self, params: dict[str, str], request: Request, host: str, now: float) -> Verdict:
        username = params.get("username", "")
        algorithm = (params.get("algorithm") or "MD5").upper()
        needed = ["nonce", "uri", "response"] + (["nc", "cnonce"] if params.get("qop") else [])
        if algorithm not in _ALGORITHMS or params.get("qop", "auth") != "auth":
            return Verdict(failed_as=username)
        if any(not params.get(name) for name in needed):
            raise RemoteProtocolError("digest answer without " + next(n for n in needed if not params.get(n)))
        if not is_same_resource(params["uri"], request.uri):
            raise RemoteProtocolError(f"digest answer for {params['uri'][:64]!r}, not for the Request-URI")
        account = self._domains.account(claimed_host(request), username)
        ha1 = self._nobody if account is None else account.ha1
        expected = digest_response(algorithm, ha1.of(algorithm), params, request.method)
        # Compare in any case: the time must not tell whether the user exists.
        matches = hmac.compare_digest(expected.encode(), params["response"].lower().encode("utf-8", "replace"))
        if not matches or account is None or not ha1.of(algorithm):
            return Verdict(failed_as=username)
        if not self.nonces.use(params["nonce"], _count(params), account.aor, host, now):
            return Verdict(stale=True)
        return Verdict(account.aor, asked_at=self.nonces.made_at(params["nonce"]))


def claimed_host(request: Request) -> str:
    """To which domain its sender says to belong; raises RemoteProtocolError where that cannot be read."""
    return (request.to if request.method == "REGISTER" else request.from_).uri.host


def is_same_resource(answered: str, requested: str) -> bool:
    """Whether a digest answer's ``uri`` is what the request asks for (RFC 7616 section 3.4.6), however it is written.

    Spellings are equal as in RFC 3261 section 19.1.4, with no regard to parameters and to the default port: telephones
    write these into one of the two. A telephone exists (pyVoIP) that answers for the server alone, whomever it calls;
    whoever answers for a user has answered for no other.
    """
    if answered == requested:
        return True
    try:
        ours, theirs = parse_uri(requested), parse_uri(answered)
    except RemoteProtocolError:
        return False
    if (ours.scheme, ours.host, ours.port or 5060) != (theirs.scheme, theirs.host, theirs.port or 5060):
        return False
    return theirs.user in ("", ours.user)


def _count(params: Mapping[str, str]) -> int:
    """nc, or 1 where there is none for lack of qop."""
    try:
        return int(params["nc"][:8], 16) if params.get("qop") else 1
    except ValueError:
        raise RemoteProtocolError(f"bad nc {params['nc'][:20]!r}") from None


def authorize(
    request: Request, response: Response, credentials: Credentials, rng: Randomness
) -> tuple[str, str] | None:
    """The header that answers the challenge of a 401 or 407: (name, value); None if we cannot answer it.

    Takes the first challenge whose algorithm we know, as the server ranked them (RFC 8760 section 2.4).
    """
    asks, answers = ("WWW-Authenticate", "Authorization")
    if response.status == 407:
        asks, answers = ("Proxy-Authenticate", "Proxy-Authorization")
    for line in response.header_lines(asks):
        challenge = parse_digest(line)
        if challenge is None or not challenge.get("nonce"):
            continue
        algorithm = (challenge.get("algorithm") or "MD5").upper()
        if algorithm not in _ALGORITHMS:
            continue
        qops = [part.strip() for part in challenge.get("qop", "").split(",") if part.strip()]
        if qops and "auth" not in qops:
            continue
        return answers, _authorization(request, challenge, algorithm, bool(qops), credentials, rng)
    return None


def _authorization(
    request: Request, challenge: Mapping[str, str], algorithm: str, with_qop: bool, credentials: Credentials,
    rng: Randomness,
) -> str:  # fmt: skip
    realm = challenge.get("realm", "")
    params = {"uri": request.uri, "nonce": challenge["nonce"]}
    if with_qop:
        params |= {"qop": "auth", "nc": "00000001", "cnonce": f"{rng.getrandbits(64):016x}"}
    ha1 = _digest(algorithm, f"{credentials.username}:{realm}:{credentials.password}")
    parts = [
        f"username={quote_string(credentials.username)}",
        f"realm={quote_string(realm)}",
        f"nonce={quote_string(challenge['nonce'])}",
        f"uri={quote_string(request.uri)}",
        f'response="{digest_response(algorithm, ha1, params, request.method)}"',
        f"algorithm={algorithm}",
    ]
    if with_qop:
        parts += ["qop=auth", "nc=00000001", f'cnonce="{params["cnonce"]}"']
    if challenge.get("opaque"):
        parts.append(f"opaque={quote_string(challenge['opaque'])}")
    return "Digest " + ", ".join(parts)
