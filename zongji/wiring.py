"""Which setting goes where: the settings of the web and of the runtime, made from those of the command line.

Not here, for it is nobody's choice: where the program's own files lie.
"""

from __future__ import annotations

import os
import socket
import sys
from typing import TYPE_CHECKING

from zongji import VERSION
from zongji.health import INSTANCE
from zongji.setting_values import Unusable
from zongji.settings import SettingError, Settings

if TYPE_CHECKING:
    from designer.settings import WebSettings
    from interpreter.runtime.settings import RuntimeSettings


def web_settings(settings: Settings) -> WebSettings:
    """What the web process is told."""
    from designer.settings import WebSettings

    host, port = settings.web
    return WebSettings(
        data=settings.data,
        database_url=settings.database_url,
        host=host,
        port=port,
        locale=settings.locale,
        upload_limit_bytes=settings.upload_limit,
        voice=settings.voice,
        document_limit_bytes=settings.document_limit,
        session_seconds=settings.session_seconds,
        secure_cookies=settings.secure_cookies,
        sign_in_failures=settings.sign_in_failures,
        sign_in_window_seconds=settings.sign_in_window,
        password_time_cost=settings.password_time_cost,
        password_memory_kib=settings.password_memory,
        password_parallelism=settings.password_parallelism,
        keep_alive_seconds=settings.live_keep_alive,
        request_seconds=settings.request_seconds,
        threads=settings.web_threads,
        proxies=settings.proxies,
        audit_days=settings.audit_days,
        log_level=settings.log_level,
        sip_addresses=settings.sip,
        external=settings.external,
        version=VERSION,
        instance=os.environ.get(INSTANCE, ""),
    )


def runtime_settings(settings: Settings) -> RuntimeSettings:
    """What the runtime is told. Raises StartError where a SIP address cannot be used, SettingError for ``external``."""
    from interpreter.runtime.settings import Limits, RuntimeSettings, Share, SipListen

    return RuntimeSettings(
        data=settings.data,
        database_url=settings.database_url,
        sip=tuple(SipListen.parse(text) for text in settings.sip),
        advertised=external_address(settings),
        rtp_ports=settings.rtp_ports,
        limits=Limits(
            max_calls=settings.max_calls,
            max_invites_per_second=float(settings.max_call_rate),
            retry_after_seconds=settings.retry_after,
            max_call_seconds=settings.max_call_seconds,
            subscribers=settings.live_readers,
            requests_per_source=float(settings.source_rate),
            burst_per_source=settings.source_burst,
            extension=Share(settings.extension_calls, float(settings.extension_call_rate)),
            trunk=Share(settings.trunk_calls, float(settings.trunk_call_rate)),
            source=Share(settings.source_calls, float(settings.source_call_rate)),
            registrations_per_second=float(settings.register_rate),
            keys_per_second=float(settings.key_rate),
            dialog_requests_per_second=float(settings.dialog_rate),
            max_call_steps=settings.call_steps,
        ),
        ring_seconds=settings.ring_seconds,
        rtp_timeout_seconds=settings.rtp_timeout,
        presence_seconds=settings.presence,
        engine_priority=settings.media_priority,
        clock_offset_seconds=settings.clock,
        qa=settings.qa,
        trusted=settings.trusted,
        locale=settings.locale,
        log_level=settings.log_level,
    )


def external_address(settings: Settings) -> str | None:
    """``external`` as the address that SIP and SDP show, a name asked for now. Raises SettingError."""
    name = settings.external
    if not name:
        return None
    try:
        return str(socket.getaddrinfo(name, None, socket.AF_INET, socket.SOCK_DGRAM)[0][4][0])
    except (OSError, UnicodeError) as error:
        raise SettingError(
            "setting.bad", name="external", value=name, why=Unusable("why.no_ipv4"), source=settings.sources["external"]
        ) from error


def run_web(settings: Settings) -> int:
    """The web process; its exit status."""
    from designer.serving import serve

    return serve(web_settings(settings))


def run_runtime(settings: Settings) -> int:
    """The runtime process; its exit status."""
    from interpreter.runtime.errors import StartError
    from interpreter.runtime.main import run

    try:
        told = runtime_settings(settings)
    except StartError as error:
        print(error.message(settings.locale), file=sys.stderr)
        return error.status
    return run(told)
