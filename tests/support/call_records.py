"""Records of finished calls as the runtime's writer hands them over."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Any

from store import new_id
from store.records import CallRecord, CallStep, RecordingFile, VoicemailFile

FLOW = new_id()
START = datetime(2026, 11, 20, 15, 30, tzinfo=UTC).timestamp()  # 23:30 in Shanghai
STEPS = (
    CallStep(0.0, "start", "start", "进入", "next", "", 0.0),
    CallStep(0.0, "main", "menu", "主菜单", "1", "销售", 3.5),
    CallStep(3.5, "bye", "hangup", "再见", None, "", 1.0),
)


def call(tenant: str, **changes: Any) -> CallRecord:
    record = CallRecord(
        tenant_id=tenant,
        id=new_id(START),
        number="864001234567",
        caller="8613812345678",
        called="4001234567",
        flow_id=FLOW,
        flow_name="主流程",
        flow_version=3,
        started_at=START,
        answered_at=START + 0.25,
        ended_at=START + 4.5,
        cause="normal",
        ended_by="flow",
        steps=STEPS,
    )
    return dataclasses.replace(record, **changes)


def with_files(tenant: str, **changes: Any) -> CallRecord:
    """With a recording and a message."""
    return call(
        tenant,
        answered_by="801",
        recordings=(RecordingFile(new_id(), "recordings/2026-11-20/x.wav", START + 1, 3.0),),
        voicemails=(VoicemailFile(new_id(), "sales", "voicemail/2026-11-20/x.wav", START + 2, 2.5),),
        **changes,
    )
