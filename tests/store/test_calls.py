"""Finished calls: written in batches, once, and counted."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime

import pytest
from alembic import command
from sqlalchemy import create_engine, delete, text

from store import NotFound, Query, Stale, Store, migrate, new_id, open_store
from store.database import writing
from store.models import Call
from store.records import VoicemailFile, Written
from store.schema import _config
from support.call_records import FLOW, START, STEPS, call, with_files


def test_a_call_comes_back_as_it_went_in(store: Store, tenant):
    record = call(tenant)
    assert store.calls.write([record]) == Written(added=1, known=0, orphaned=0)
    read = store.calls.get(tenant, record.id)
    assert (read.number, read.caller, read.called) == (record.number, record.caller, record.called)
    assert (read.flow_id, read.flow_name, read.flow_version) == (FLOW, "主流程", 3)
    assert (read.cause, read.ended_by, read.answered_by) == ("normal", "flow", None)
    assert read.started_at == datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
    assert read.answered_at == datetime(2026, 11, 20, 15, 30, 0, 250_000, tzinfo=UTC)
    assert (read.ended_at - read.started_at).total_seconds() == 4.5
    assert read.steps == [dataclasses.asdict(step) for step in STEPS]


def test_replaying_the_journal_changes_nothing(store: Store, tenant):
    batch = [call(tenant), with_files(tenant), call(tenant, flow_id=None, flow_version=None, steps=())]
    assert store.calls.write(batch).added == 3
    first = store.calls.counts(tenant, FLOW, date(2026, 11, 20))
    assert store.calls.write([*batch, call(tenant)]) == Written(added=1, known=3, orphaned=0)
    assert store.calls.write(batch[:2] * 2).added == 0
    assert first == {"start": {"next": 2}, "main": {"1": 2}}
    assert store.calls.counts(tenant, FLOW, date(2026, 11, 20)) == {"start": {"next": 3}, "main": {"1": 3}}
    assert store.calls.page(tenant).total == 4
    assert store.voicemails.page(tenant).total == 1


def test_a_call_twice_in_one_batch_is_one_call(store: Store, tenant):
    record = call(tenant)
    assert store.calls.write([record, record]).added == 1
    assert store.calls.counts(tenant, FLOW, date(2026, 11, 20))["main"] == {"1": 1}


def test_silences_and_wrong_keys_are_counted_apart(store: Store, tenant):
    missed = tuple(dataclasses.replace(step, no_input=2, no_match=1) if step.type == "menu" else step for step in STEPS)
    batch = [call(tenant, steps=missed), call(tenant, steps=missed), call(tenant)]
    store.calls.write(batch)
    store.calls.write(batch)
    assert store.calls.misses(tenant, FLOW, date(2026, 11, 20)) == {"main": {"no_input": 4, "no_match": 2}}
    assert store.calls.misses(tenant, FLOW, date(2026, 11, 21)) == {}
    assert store.calls.counts(tenant, FLOW, date(2026, 11, 20))["main"] == {"1": 3}


def test_a_step_in_a_flow_that_was_called_counts_there(store: Store, tenant):
    called = new_id()
    store.calls.write([call(tenant, steps=(*STEPS, dataclasses.replace(STEPS[1], flow=called, no_match=1)))])
    day = date(2026, 11, 20)
    assert store.calls.counts(tenant, FLOW, day) == {"start": {"next": 1}, "main": {"1": 1}}
    assert store.calls.counts(tenant, called, day) == {"main": {"1": 1}}
    assert store.calls.misses(tenant, called, day) == {"main": {"no_match": 1}}


def test_figures_are_told_of_one_version_or_of_all(store: Store, tenant):
    missed = tuple(dataclasses.replace(step, no_input=1) for step in STEPS)
    versions = (3, 3, 4)
    store.calls.write([call(tenant, flow_version=version, steps=missed) for version in versions[:2]])
    store.calls.write([call(tenant, flow_version=version, steps=missed) for version in versions[1:]])
    day = date(2026, 11, 20)
    counted = {version: store.calls.counts(tenant, FLOW, day, version)["main"] for version in (None, 3, 4)}
    assert counted == {None: {"1": 4}, 3: {"1": 3}, 4: {"1": 1}}
    asked = {version: store.calls.misses(tenant, FLOW, day, version)["main"] for version in (None, 3, 4)}
    assert asked == {None: {"no_input": 4}, 3: {"no_input": 3}, 4: {"no_input": 1}}
    assert store.calls.counts(tenant, FLOW, day, 5) == store.calls.misses(tenant, FLOW, day, 5) == {}


def test_of_a_flow_that_was_called_no_version_is_known(store: Store, tenant):
    called = new_id()
    store.calls.write([call(tenant, steps=(dataclasses.replace(STEPS[1], flow=called),))])
    day = date(2026, 11, 20)
    assert store.calls.counts(tenant, called, day, 3) == {}
    assert store.calls.counts(tenant, called, day, 0) == {"main": {"1": 1}}


def test_what_was_counted_before_versions_were_told_apart_stays(empty_url):
    engine = create_engine(empty_url)
    place = "VALUES ('t', 'f', '2026-11-20', 'main'"
    with writing(engine).begin() as connection:
        command.upgrade(_config(connection), "0021")
        connection.execute(text(
            "INSERT INTO tenants (id, name, timezone, realm, directory_revision, created_at)"
            " VALUES ('t', 'acme', 'Asia/Shanghai', 'zongji', 1, '2026-11-20 01:02:03.000000')"
        ))
        connection.execute(text(f"INSERT INTO branch_counts (tenant_id, flow_id, day, node, exit, n) {place}, '1', 5)"))
        connection.execute(
            text(f"INSERT INTO miss_counts (tenant_id, flow_id, day, node, why, n) {place}, 'no_input', 2)")
        )
    migrate(empty_url)
    store = open_store(empty_url)
    store.calls.write([call("t", flow_id="f", flow_version=3)])
    day = date(2026, 11, 20)
    assert store.calls.counts("t", "f", day)["main"] == {"1": 6}
    assert store.calls.counts("t", "f", day, 0) == {"main": {"1": 5}}
    assert store.calls.misses("t", "f", day, 0) == {"main": {"no_input": 2}}
    store.close()
    with writing(engine).begin() as connection:
        command.downgrade(_config(connection), "0021")
        counted = connection.execute(text("SELECT node, exit, n FROM branch_counts ORDER BY node")).all()
        assert [tuple(row) for row in counted] == [("main", "1", 6), ("start", "next", 1)]
    engine.dispose()


def test_days_are_the_tenants(store: Store):
    here = store.tenants.create("上海", timezone="Asia/Shanghai").id
    there = store.tenants.create("Auckland", timezone="Pacific/Auckland").id
    store.calls.write([call(here), call(here, started_at=START + 3600), call(there)])
    assert store.calls.counts(here, FLOW, date(2026, 11, 20))["main"] == {"1": 1}
    assert store.calls.counts(here, FLOW, date(2026, 11, 21))["main"] == {"1": 1}
    assert store.calls.counts(there, FLOW, date(2026, 11, 21))["main"] == {"1": 1}


def test_a_call_of_a_tenant_that_is_gone_does_not_hold_up_the_others(store: Store, tenant):
    assert store.calls.write([call(new_id()), call(tenant)]) == Written(added=1, known=0, orphaned=1)
    assert store.calls.write([]) == Written(0, 0, 0)


@pytest.mark.parametrize("caller", ["\0anonymous", "\udcff", "x" * 5000, ""])
def test_an_odd_caller_does_not_hold_up_the_others(store: Store, tenant, caller):
    store.calls.write([call(tenant, caller=caller), call(tenant)])
    assert store.calls.page(tenant).total == 2


def test_the_list_is_searched_sorted_and_cut_by_time(store: Store, tenant):
    for hour in range(5):
        store.calls.write([call(tenant, started_at=START + 3600 * hour, caller=f"86138000000{hour:02}")])
    page = store.calls.page(tenant, Query(size=2))
    assert (page.total, [item.caller[-1] for item in page.items]) == (5, ["4", "3"])
    since = datetime.fromtimestamp(START + 3600, UTC)
    until = datetime.fromtimestamp(START + 3 * 3600, UTC)
    page = store.calls.page(tenant, Query(sort="started_at"), since=since, until=until)
    assert [item.caller[-1] for item in page.items] == ["1", "2"]
    assert store.calls.page(tenant, Query(q="0000003")).total == 1
    assert store.calls.page(tenant, Query(q="主流")).total == 5


def test_recordings_and_voicemails(store: Store, tenant, clock):
    record = with_files(tenant)
    store.calls.write([record])
    [recording] = store.calls.recordings(tenant, record.id)
    assert (recording.path, recording.seconds, recording.kind) == ("recordings/2026-11-20/x.wav", 3.0, "talk")
    assert store.calls.recording(tenant, recording.id).call_id == record.id
    [voicemail] = store.voicemails.page(tenant).items
    assert (voicemail.box, voicemail.caller, voicemail.seconds) == ("sales", record.caller, 2.5)
    assert voicemail.heard_at is None
    assert store.voicemails.boxes(tenant) == ["sales"]

    first = store.voicemails.set_heard(tenant, voicemail.id, 1, True, by="小张")
    assert (first.heard_at, first.heard_by, first.revision) == (clock.now, "小张", 2)
    clock.forward(hours=1)
    again = store.voicemails.set_heard(tenant, voicemail.id, 2, True, by="小王")
    assert (again.heard_at, again.heard_by, again.revision) == (first.heard_at, "小张", 2)
    new = store.voicemails.set_heard(tenant, voicemail.id, 2, False, by="小王")
    assert (new.heard_at, new.heard_by, new.revision) == (None, None, 3)
    assert store.voicemails.delete(tenant, voicemail.id, 3) == "voicemail/2026-11-20/x.wav"
    assert store.voicemails.page(tenant).total == 0


def test_a_box_is_heard_from_the_oldest_new_message_on(store: Store, tenant):
    def left(box: str, at: float) -> VoicemailFile:
        return VoicemailFile(id=new_id(), box=box, path=f"voicemail/{at}.wav", recorded_at=at, seconds=2.0)

    messages = [left("801", START + n) for n in (3.0, 1.0, 2.0)]
    store.calls.write([call(tenant, voicemails=(*messages, left("802", START)))])
    store.voicemails.set_heard(tenant, messages[1].id, 1, True, by="801")
    heard = [message.id for message in store.voicemails.in_box(tenant, "801", 10)]
    assert heard == [messages[n].id for n in (2, 0, 1)]
    assert [message.id for message in store.voicemails.in_box(tenant, "801", 1)] == heard[:1]


def test_stale_writes_of_a_voicemail_are_refused(store: Store, tenant, clock):
    record = with_files(tenant)
    store.calls.write([record])
    message = record.voicemails[0].id
    with pytest.raises(Stale) as never_saved:
        store.voicemails.set_heard(tenant, message, 2, True, by="小王")
    assert (never_saved.value.saved_by, never_saved.value.revision) == (record.caller, 1)
    store.voicemails.set_heard(tenant, message, 1, True, by="小张")
    for write in (
        lambda: store.voicemails.set_heard(tenant, message, 1, False, by="小王"),
        lambda: store.voicemails.delete(tenant, message, 1),
    ):
        with pytest.raises(Stale) as stale:
            write()
        assert (stale.value.saved_by, stale.value.saved_at, stale.value.revision) == ("小张", clock.now, 2)
    assert store.voicemails.get(tenant, message).heard_by == "小张"


def test_another_tenant_sees_no_call(store: Store, tenant, other):
    record = with_files(tenant)
    store.calls.write([record])
    voicemail, recording = record.voicemails[0], record.recordings[0]
    assert store.calls.page(other).total == store.voicemails.page(other).total == 0
    assert (store.voicemails.boxes(tenant), store.voicemails.boxes(other)) == (["sales"], [])
    assert store.calls.recordings(other, record.id) == []
    assert store.calls.counts(other, FLOW, date(2026, 11, 20)) == {}
    for attempt in (
        lambda: store.calls.get(other, record.id),
        lambda: store.calls.recording(other, recording.id),
        lambda: store.voicemails.get(other, voicemail.id),
        lambda: store.voicemails.set_heard(other, voicemail.id, 1, True, by="x"),
        lambda: store.voicemails.delete(other, voicemail.id, 1),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_a_calls_inputs_are_kept_with_it(store: Store, tenant):
    record, before = call(tenant, inputs='{"heard":0,"in":[]}'), call(tenant)
    for _ in range(2):
        store.calls.write([record, before])
    assert store.calls.inputs(tenant, record.id) == record.inputs
    assert store.calls.inputs(tenant, before.id) is None
    assert store.calls.inputs(new_id(), record.id) is None
    with store.calls._db.write_connection() as connection:
        connection.execute(delete(Call).where(Call.id == record.id))
    assert store.calls.inputs(tenant, record.id) is None
