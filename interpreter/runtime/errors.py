"""Why a runtime did not start, said in both languages; each reason has its own exit status."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Reason:
    status: int
    texts: dict[str, str]


_REASONS = {
    "sip_address": _Reason(
        2,
        {
            "zh-CN": "SIP 地址“{address}”不可用，应为 udp:IPv4地址:端口，例如 udp:127.0.0.1:5060。",
            "en": "SIP address “{address}” cannot be used; udp:HOST:PORT with an IPv4 host is wanted, "
            "such as udp:127.0.0.1:5060.",
        },
    ),
    "trusted_address": _Reason(
        2,
        {
            "zh-CN": "受信任地址不是 IP 地址或网段：{address}",
            "en": "A trusted address is neither an IP address nor a network: {address}",
        },
    ),
    "port_in_use": _Reason(
        3,
        {
            "zh-CN": "无法监听 SIP 地址 {address}：{detail}。端口可能已被其他程序占用，请停掉它或用 --sip 换一个端口。",
            "en": "Cannot listen for SIP at {address}: {detail}. Another program may hold the port; "
            "stop it or choose another one with --sip.",
        },
    ),
    "cannot_listen": _Reason(
        8,
        {
            "zh-CN": "无法监听 SIP 地址 {address}：{detail}。请用 --sip 换一个地址或端口。",
            "en": "Cannot listen for SIP at {address}: {detail}. Choose another address or port with --sip.",
        },
    ),
    "already_running": _Reason(
        4,
        {
            "zh-CN": "数据目录 {data} 已有一个正在运行的话务进程。",
            "en": "A runtime is already running on the data folder {data}.",
        },
    ),
    "data_folder": _Reason(
        5,
        {
            "zh-CN": "数据目录 {data} 无法使用：{detail}",
            "en": "The data folder {data} cannot be used: {detail}",
        },
    ),
    "database": _Reason(
        6,
        {
            "zh-CN": "数据库无法打开：{detail}",
            "en": "The database cannot be opened: {detail}",
        },
    ),
    "rtp_ports": _Reason(
        7,
        {
            "zh-CN": "媒体端口范围 {first}–{last} 不可用：须为 1024 到 65534 之间的至少一对端口。",
            "en": "The media ports {first}–{last} cannot be used: at least one pair between 1024 and 65534 is needed.",
        },
    ),
}


class StartError(Exception):
    """The runtime cannot start, and whoever started it can mend that.

    code: stable name of the reason. status: exit status of the process, never 0 or 1.
    """

    def __init__(self, code: str, **fields: object) -> None:
        self.code = code
        self.fields = fields
        self.status = _REASONS[code].status
        super().__init__(self.message("en"))

    def message(self, locale: str) -> str:
        """The reason as a sentence in ``zh-CN`` or ``en``."""
        texts = _REASONS[self.code].texts
        fields = {name: _in(value, locale) for name, value in self.fields.items()}
        return texts.get(locale, texts["en"]).format(**fields)


def _in(value: object, locale: str) -> object:
    """A field's value; one that is itself in both languages comes as a dict of them."""
    return value.get(locale, value.get("en")) if isinstance(value, dict) else value
