"""Run-time repairs that make pyVoIP 1.6.8 usable as a test caller.

As released it loses its own calls: the ACK to a 200 carries a random To tag, Call-IDs repeat after a restart, any first
reply but 401/100/180 blocks ``call()`` for ever, a busy or rejected call never ends, an incoming CANCEL is not
answered with 487, an empty header drops the whole message, a caller without a number breaks its URI, and for the first
second it does not read what arrives.
``apply()`` mends these in place, once.
"""

from __future__ import annotations

import functools
import re
import socket
import threading
import uuid
from typing import Any

from pyVoIP.VoIP import CallState, VoIPPhone  # first: importing pyVoIP.SIP alone is circular

from pyVoIP import SIP  # isort: skip

CLIENT: Any = SIP.SIPClient
MESSAGE: Any = SIP.SIPMessage
PHONE: Any = VoIPPhone


@functools.cache
def apply() -> None:
    """Replace the broken methods; further calls do nothing."""
    CLIENT.gen_call_id = lambda self: f"{uuid.uuid4().hex}@{self.myIP}"
    CLIENT.gen_invite = _no_empty_user(_fresh_branch(CLIENT.gen_invite))
    CLIENT.gen_bye = _no_empty_user(CLIENT.gen_bye)
    CLIENT.gen_ack = _proper_ack(CLIENT.gen_ack)
    CLIENT.invite = _invite_without_waiting
    CLIENT.parse_message = _end_refused_calls(CLIENT.parse_message)
    CLIENT.register = _only_with_password(CLIENT.register)
    CLIENT.start = _read_at_once
    MESSAGE.parse_raw_header = staticmethod(_tolerate_empty_headers(MESSAGE.parse_raw_header))
    PHONE.call = _locked_call(PHONE.call)


def _fresh_branch(gen_invite: Any) -> Any:
    def gen(self: Any, number: str, session: str, media: Any, mode: Any, _branch: str, call_id: str) -> Any:
        return gen_invite(self, number, session, media, mode, "z9hG4bK" + uuid.uuid4().hex, call_id)

    return gen


def _no_empty_user(generate: Any) -> Any:
    """A telephone without a number has a URI without a user part, not an empty one."""

    def gen(*arguments: Any) -> str:
        return str(generate(*arguments)).replace("<sip:@", "<sip:")

    return gen


def _proper_ack(gen_ack: Any) -> Any:
    """The ACK with the To tag of the response; to a 200 also with the Contact as target and a branch of its own."""

    def gen(self: Any, response: Any) -> str:
        to = response.headers["To"]
        named = f"\r\nTo: {to['raw']};tag={to['tag']}"
        message = re.sub(r"\r\nTo: [^\r]*", lambda _: named, gen_ack(self, response), count=1)
        if response.status != SIP.SIPStatus.OK:
            return message
        contact = re.search(r"<([^>]+)>", response.headers.get("Contact", ""))
        if contact:
            message = re.sub(r"^ACK \S+", f"ACK {contact[1]}", message)
        return re.sub(r"branch=[^;\r]+", "branch=z9hG4bK" + uuid.uuid4().hex, message, count=1)

    return gen


def _tolerate_empty_headers(parse_raw_header: Any) -> Any:
    def parse(lines: list[bytes], handle: Any) -> Any:
        spaced = [line if b": " in line else line.replace(b":", b": ", 1) for line in lines]
        return parse_raw_header(spaced, handle)

    return parse


def _invite_without_waiting(self: Any, number: str, media: Any, mode: Any) -> tuple[Any, str, int]:
    call_id, session = self.gen_call_id(), self.sessID.next()
    self.__dict__.setdefault("pending", {})[call_id] = (number, media, mode, session)
    raw = self.gen_invite(number, str(session), media, mode, "", call_id).encode()
    self.out.sendto(raw, (self.server, self.port))
    return MESSAGE(raw), call_id, session


def _read_at_once(self: Any) -> None:
    """pyVoIP's own start, but for the second that it waits before it reads."""
    self.NSD = True
    self.s = self.out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    self.s.bind((self.myIP, self.myPort))
    self.register()
    threading.Thread(target=_read_until_stopped, args=(self,), name="SIP Receive", daemon=True).start()


def _read_until_stopped(self: Any) -> None:
    try:
        self.recv_loop()
    except OSError:
        if self.NSD:  # else stop() has closed the socket between two looks at it
            raise


def _locked_call(call: Any) -> Any:
    """No reply may be read before pyVoIP has noted the call it belongs to."""

    def locked(self: Any, number: str) -> Any:
        with self.sip.recvLock:
            return call(self, number)

    return locked


def _only_with_password(register: Any) -> Any:
    """A caller without an account does not register."""

    def maybe(self: Any) -> Any:
        if not self.password:
            self.s.setblocking(False)
            return True
        return register(self)

    return maybe


def _end_refused_calls(parse_message: Any) -> Any:
    def parse(self: Any, message: Any) -> Any:
        is_response = message.type != SIP.SIPMessageType.MESSAGE
        if is_response and int(message.status) >= 300 and message.headers["CSeq"]["method"] == "INVITE":
            return _refused(self, message)
        if not is_response and message.method == "CANCEL":
            return _cancelled(self, message)
        return parse_message(self, message)

    return parse


def _refused(self: Any, message: Any) -> None:
    self.out.sendto(self.gen_ack(message).encode(), (self.server, self.port))
    call_id = message.headers["Call-ID"]
    call = self.phone.calls.get(call_id)
    pending = self.__dict__.get("pending", {}).pop(call_id, None)
    if call is None:
        return
    if int(message.status) == 401 and pending and self.password:
        call.request = _invite_again(self, message, pending, call_id)
        return
    self.phone.calls.pop(call_id)
    call.final_status = int(message.status)
    call.state = CallState.ENDED


def _invite_again(self: Any, challenge: Any, pending: tuple[Any, ...], call_id: str) -> Any:
    number, media, mode, session = pending
    asked = challenge.authentication
    response = self.gen_authorization(challenge).decode()
    credentials = (
        f'Authorization: Digest username="{self.username}",realm="{asked["realm"]}",nonce="{asked["nonce"]}",'
        f'uri="sip:{self.server};transport=UDP",response="{response}",algorithm=MD5\r\n'
    )
    text = self.gen_invite(number, str(session), media, mode, "", call_id)
    raw = text.replace("\r\nContent-Length", "\r\n" + credentials + "Content-Length", 1).encode()
    self.out.sendto(raw, (self.server, self.port))
    return MESSAGE(raw)


REASONS = {486: "Busy Here", 487: "Request Terminated", 500: "Server Internal Error", 603: "Decline"}


def refuse(call: Any, status: int) -> None:
    """Answer an incoming call with a final refusal, under the To tag that its 180 had."""
    client, call_id = call.sip, call.request.headers["Call-ID"]
    tag = client.tagLibrary.get(call_id, "")
    text = client.gen_busy(call.request).replace("SIP/2.0 486 Busy Here", f"SIP/2.0 {status} {REASONS[status]}", 1)
    text = re.sub(r"(\r\nTo: [^\r]*;tag=)[^\r]*", lambda m: m[1] + tag, text, count=1)
    client.out.sendto(text.encode(), (client.server, client.port))
    call.state = CallState.ENDED
    client.phone.calls.pop(call_id, None)


def _cancelled(self: Any, message: Any) -> None:
    """200 to the CANCEL and 487 to the INVITE it cancels (RFC 3261 section 9.2)."""
    self.out.sendto(self.gen_ok(message).encode(), (self.server, self.port))
    call = self.phone.calls.get(message.headers["Call-ID"])
    if call is not None and call.state == CallState.RINGING:
        refuse(call, 487)
