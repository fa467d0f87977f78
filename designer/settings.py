"""What the web room is told from outside; the front door (``zongji serve``) builds it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """Settings of the web process.

    data: the data folder; ``secret.key`` (0600), ``control.sock`` and the audio live in it.
    upload_limit_bytes: largest audio file that may be uploaded; above it 413 ``too_large``.
    voice: who speaks texts, ``auto`` or ``espeak`` (see ``designer.audio.open_speaker``).
    document_limit_bytes: largest JSON body, flow documents included.
    session_seconds: a sign-in ends after so long without a request.
    secure_cookies: send the session cookie over HTTPS only; None: whenever the request came by HTTPS.
    sign_in_failures, sign_in_window_seconds: so many wrong passwords per account and network within the window are
        allowed, then 429 for pauses that grow up to the window (see ``designer.throttle``).
    password_time_cost, password_memory_kib: argon2id parameters (RFC 9106 section 4, second choice).
    request_seconds: a request must have come after so long, and the time that its bytes need on a poor line; and so
        long an answer is offered to a client that takes nothing of it.
    threads: requests served at once; each live stream holds one of them.
    proxies: how many reverse proxies in front may set ``X-Forwarded-*``; 0 means none is believed.
    audit_days: how long the audit log is kept; 0 for ever.
    keep_alive_seconds: a live stream that had no news sends a comment after so long.
    log_level: name of the level from which on the process logs.
    sip_addresses: where the runtime listens, such as ``("udp:127.0.0.1:5060",)``.
    external: where telephones beyond a NAT reach it; ``GET /status`` tells both as ``HOST:PORT``.
    version: of this installation, shown there too.
    instance: names this start in the answers of ``/healthz``, so that who started it knows them from a stranger's.
    """

    data: Path
    database_url: str
    host: str = "127.0.0.1"
    port: int = 8080
    locale: str = "zh-CN"
    upload_limit_bytes: int = 5 * 1024 * 1024
    voice: str = "auto"
    document_limit_bytes: int = 4_000_000
    session_seconds: int = 12 * 3600
    secure_cookies: bool | None = None
    sign_in_failures: int = 5
    sign_in_window_seconds: float = 300.0
    password_time_cost: int = 3
    password_memory_kib: int = 65536
    password_parallelism: int = 4
    keep_alive_seconds: float = 15.0
    request_seconds: float = 20.0
    threads: int = 96
    proxies: int = 0
    audit_days: int = 0
    log_level: str = "INFO"
    sip_addresses: tuple[str, ...] = ()
    external: str = ""
    version: str | None = None
    instance: str = ""
    dist: Path = HERE / "static" / "dist"
    media: Path = HERE / "media"
    schemas: Path = HERE / "schemas"

    @property
    def control_socket(self) -> Path:
        """Where the runtime listens for us."""
        return self.data / "control.sock"

    @property
    def streams(self) -> int:
        """Live streams at once; the other threads stay free for ordinary requests."""
        return max(1, self.threads - 16)

    @property
    def slow_threads(self) -> int:
        """Threads that may wait for one network's slow clients."""
        return max(2, self.threads // 16)

    @property
    def all_slow_threads(self) -> int:
        """Threads that may wait for slow clients of all networks; fewer than those that streams leave free."""
        return max(2, self.threads // 8)
