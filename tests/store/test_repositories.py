"""Accounts, telephony, flows, numbers, prompts: revisions, conflicts, and what the runtime hears of it."""

from __future__ import annotations

import ctypes
from concurrent.futures import ThreadPoolExecutor

import pytest

from store import BadValue, Duplicate, InUse, LastAdministrator, NotFound, Query, Stale, Store, migrate, open_store
from store.records import AudioInfo, Binding

DOCUMENT = {"format": "zongji.flow/1", "name": "主流程", "nodes": [], "edges": []}
AUDIO = AudioInfo("a" * 64, 1.5, -18.0, ("quiet",))


@pytest.fixture
def flow(store: Store, tenant):
    return store.flows.create(tenant, "主流程", DOCUMENT, by="小王")


def extension(store: Store, tenant: str, number: str, name: str = "销售小王"):
    return store.extensions.create(tenant, number, name, ha1_md5="0" * 32, ha1_sha256="1" * 64, by="admin")


def trunk(store: Store, tenant: str, name: str = "运营商"):
    return store.trunks.create(tenant, name, "127.0.0.1:5080", 30, by="admin")


def prompt(store: Store, tenant: str, name: str = "welcome.wav", revision: int | None = None):
    return store.prompts.put(tenant, name, AUDIO, source="upload", locale="zh-CN", revision=revision, by="小李")


class TestRevisions:
    def test_a_save_counts_the_revision_and_names_its_author(self, store, tenant, flow, clock):
        later = clock.forward(minutes=5)
        saved = store.flows.save(tenant, flow.id, 1, document={**DOCUMENT, "nodes": [1]}, by="小李")
        assert (saved.revision, saved.updated_by, saved.updated_at) == (2, "小李", later)
        assert store.flows.get(tenant, flow.id).document["nodes"] == [1]

    def test_a_stale_save_is_refused_and_changes_nothing(self, store, tenant, flow, clock):
        later = clock.forward(minutes=5)
        store.flows.save(tenant, flow.id, 1, document=DOCUMENT, by="小李")
        with pytest.raises(Stale) as stale:
            store.flows.save(tenant, flow.id, 1, document={}, by="小王")
        assert (stale.value.saved_by, stale.value.saved_at, stale.value.revision) == ("小李", later, 2)
        assert store.flows.get(tenant, flow.id).document == DOCUMENT

    def test_of_many_at_once_one_wins(self, store, tenant, flow):
        def save(author: str) -> str:
            try:
                return store.flows.save(tenant, flow.id, 1, document=DOCUMENT, by=author).updated_by
            except Stale:
                return "stale"

        with ThreadPoolExecutor(8) as pool:
            results = list(pool.map(save, [f"author {n}" for n in range(8)]))
        assert results.count("stale") == 7

    def test_every_edited_row_refuses_a_stale_delete(self, store, tenant, flow):
        number = store.numbers.create(tenant, "4001234567", by="admin")
        deletions = [
            lambda: store.flows.delete(tenant, flow.id, 9),
            lambda: store.numbers.delete(tenant, number.id, 9),
            lambda: store.extensions.delete(tenant, extension(store, tenant, "801").id, 9),
            lambda: store.trunks.delete(tenant, trunk(store, tenant).id, 9),
            lambda: store.prompts.delete(tenant, prompt(store, tenant).name, 9),
        ]
        for delete in deletions:
            with pytest.raises(Stale):
                delete()


class TestFlowsAndNumbers:
    def test_versions_count_up_and_never_change(self, store, tenant, flow):
        first = store.flows.publish(tenant, flow.id, 1, prompts={"file:a.wav": "a" * 64}, note="首版", by="小王")
        store.flows.save(tenant, flow.id, 2, document={**DOCUMENT, "nodes": [2]}, by="小李")
        second = store.flows.publish(tenant, flow.id, 3, prompts={}, note="", by="小李")
        assert (first.number, second.number) == (1, 2)
        assert store.flows.version(tenant, flow.id, 1).document == DOCUMENT
        assert store.flows.version(tenant, flow.id, 1).prompts == {"file:a.wav": "a" * 64}
        assert [entry.version.number for entry in store.flows.versions(tenant, flow.id).items] == [2, 1]
        assert store.flows.get(tenant, flow.id).latest_version == 2

    def test_publishing_a_stale_draft_is_refused(self, store, tenant, flow):
        with pytest.raises(Stale):
            store.flows.publish(tenant, flow.id, 7, prompts={}, note="", by="小王")

    def test_who_does_not_know_of_a_version_neither_publishes_nor_deletes(self, store, tenant, flow):
        store.flows.publish(tenant, flow.id, 1, prompts={}, note="", by="小王")
        with pytest.raises(Stale) as stale:
            store.flows.publish(tenant, flow.id, 1, prompts={}, note="", by="小李")
        assert (stale.value.saved_by, stale.value.revision) == ("小王", 2)
        with pytest.raises(Stale):
            store.flows.delete(tenant, flow.id, 1)
        store.flows.delete(tenant, flow.id, 2)

    def test_a_number_is_bound_to_a_version(self, store, tenant, flow):
        store.flows.publish(tenant, flow.id, 1, prompts={}, note="", by="小王")
        number = store.numbers.create(tenant, "400-123-4567", by="小王")
        bound = store.numbers.update(tenant, number.id, 1, flow_id=flow.id, version=1, enabled=True, by="小王")
        assert (bound.number.text, bound.flow_name, bound.number.revision) == ("4001234567", "主流程", 2)
        assert store.flows.page(tenant).items[0].numbers[0].number.text == "4001234567"
        assert store.flows.versions(tenant, flow.id).items[0].numbers[0].number.text == "4001234567"
        with pytest.raises(InUse) as in_use:
            store.flows.delete(tenant, flow.id, 2)
        assert in_use.value.by == ("400-123-4567",)
        with pytest.raises(InUse):
            store.numbers.delete(tenant, number.id, 2)
        store.numbers.update(tenant, number.id, 2, flow_id=None, version=None, enabled=False, by="小王")
        store.flows.delete(tenant, flow.id, 2)
        store.numbers.delete(tenant, number.id, 3)
        assert store.numbers.page(tenant).total == 0

    def test_only_a_published_version_can_be_bound(self, store, tenant, flow):
        number = store.numbers.create(tenant, "4001234567", by="小王")
        with pytest.raises(NotFound):
            store.numbers.update(tenant, number.id, 1, flow_id=flow.id, version=1, enabled=True, by="小王")

    def test_a_number_exists_once_however_it_is_written(self, store, tenant, other):
        store.numbers.create(tenant, "010-65529988", by="小王")
        for owner in (tenant, other):
            with pytest.raises(Duplicate):
                store.numbers.create(owner, "+86 10 6552 9988", by="小王")

    def test_what_is_no_number_is_refused(self, store, tenant):
        with pytest.raises(BadValue):
            store.numbers.create(tenant, "主机", by="小王")

    def test_documents_in_use_are_drafts_and_bound_versions(self, store, tenant, flow):
        store.flows.publish(tenant, flow.id, 1, prompts={}, note="", by="小王")
        store.flows.save(tenant, flow.id, 2, document={"draft": True}, by="小王")
        assert list(store.flows.documents(tenant)) == [("主流程", {"draft": True})]
        number = store.numbers.create(tenant, "4001234567", by="小王")
        store.numbers.update(tenant, number.id, 1, flow_id=flow.id, version=1, enabled=True, by="小王")
        assert list(store.flows.documents(tenant)) == [("主流程", {"draft": True}), ("主流程", DOCUMENT)]


class TestTelephony:
    @pytest.mark.parametrize("number", ["", "1234567", "80a", "８０１", "-1"])
    def test_an_extension_has_1_to_6_digits(self, store, tenant, number):
        with pytest.raises(BadValue):
            extension(store, tenant, number)

    def test_a_fixed_length_holds_for_all(self, store, tenant):
        extension(store, tenant, "801")
        with pytest.raises(BadValue, match="801"):
            store.tenants.update(tenant, name="演示企业", timezone="Asia/Shanghai", extension_length=4)
        store.tenants.update(tenant, name="演示企业", timezone="Asia/Shanghai", extension_length=3)
        with pytest.raises(BadValue):
            extension(store, tenant, "8011")

    def test_an_extension_exists_once_per_tenant(self, store, tenant, other):
        extension(store, tenant, "801")
        with pytest.raises(Duplicate) as duplicate:
            extension(store, tenant, "801")
        assert (duplicate.value.field, duplicate.value.value) == ("number", "801")

    def test_registrations_outlive_a_restart_until_they_expire(self, store, tenant):
        phone = extension(store, tenant, "801")
        binding = Binding(
            tenant_id=tenant,
            extension="801",
            contact="sip:801@127.0.0.1:5062",
            source="udp:127.0.0.1:5062",
            expires_at=2_000_000_000.0,
            call_id="abc",
            cseq=7,
            path="<sip:edge>",
            user_agent="baresip",
        )
        store.registrations.replace(tenant, "801", [binding])
        store.registrations.replace(tenant, "801", [binding])
        assert store.registrations.load(1_999_999_999.0) == [binding]
        assert store.registrations.load(2_000_000_000.0) == []
        assert store.registrations.prune(1_999_999_999.0) == 0
        assert store.registrations.prune(2_000_000_000.0) == 1
        store.registrations.replace(tenant, "801", [binding])
        store.extensions.delete(tenant, phone.id, 1)
        assert store.registrations.load(0.0) == []
        store.registrations.replace(tenant, "801", [binding])  # its REGISTER was under way
        assert store.registrations.load(0.0) == []

    def test_a_new_number_forgets_the_phones_of_the_old(self, store, tenant):
        phone = extension(store, tenant, "801")
        store.registrations.replace(
            tenant,
            "801",
            [Binding(tenant_id=tenant, extension="801", contact="sip:x", source="", expires_at=2e9)],
        )
        moved = store.extensions.renumber(
            tenant, phone.id, 1, number="802", name="小王", ha1_md5="2" * 32, ha1_sha256="3" * 64, by="admin"
        )
        assert (moved.number, moved.ha1_md5, moved.revision) == ("802", "2" * 32, 2)
        assert store.registrations.load(0.0) == []

    @pytest.mark.parametrize("address", ["", "host:", "host:0", "host:70000", "sip:host", "a b:5060"])
    def test_a_trunk_needs_an_address(self, store, tenant, address):
        with pytest.raises(BadValue):
            store.trunks.create(tenant, "t", address, None, by="admin")

    @pytest.mark.parametrize("address", ["host", "10.0.0.1:5060", "[::1]:5060"])
    def test_trunk_addresses(self, store, tenant, address):
        assert store.trunks.create(tenant, "t", address, None, by="admin").address == address


class TestPrompts:
    def test_a_prompt_is_replaced_by_who_saw_the_last_revision(self, store, tenant):
        assert prompt(store, tenant).revision == 1
        with pytest.raises(Stale) as stale:
            prompt(store, tenant)
        assert (stale.value.saved_by, stale.value.revision) == ("小李", 1)
        replaced = prompt(store, tenant, revision=1)
        assert (replaced.revision, replaced.warnings, replaced.level_db) == (2, ["quiet"], -18.0)

    def test_renaming(self, store, tenant):
        prompt(store, tenant)
        prompt(store, tenant, "b.wav")
        with pytest.raises(Duplicate):
            store.prompts.rename(tenant, "welcome.wav", 1, new_name="b.wav", by="小李")
        store.prompts.rename(tenant, "welcome.wav", 1, new_name="hello.wav", by="小李")
        assert store.prompts.audios(tenant, ["hello.wav", "welcome.wav"]) == {"hello.wav": "a" * 64}
        with pytest.raises(NotFound):
            store.prompts.get(tenant, "welcome.wav")

    def test_a_revision_of_a_prompt_that_is_gone(self, store, tenant):
        with pytest.raises(NotFound):
            prompt(store, tenant, revision=3)


class TestUsers:
    def test_sign_in_finds_the_tenant_by_the_name(self, store, tenant):
        user = store.users.create(tenant, "admin", password_hash="$argon2id$x", role="administrator", by="seed")
        found = store.users.for_sign_in("admin")
        assert (found.id, found.tenant_id, found.password_hash) == (user.id, tenant, "$argon2id$x")
        assert store.users.for_sign_in("nobody") is None

    def test_a_sign_in_name_exists_once(self, store, tenant, other):
        store.users.create(tenant, "admin", password_hash="x", role="administrator", by="seed")
        with pytest.raises(Duplicate):
            store.users.create(other, "admin", password_hash="x", role="administrator", by="seed")

    def test_a_new_password_is_a_new_revision(self, store, tenant):
        user = store.users.create(tenant, "admin", password_hash="x", role="administrator", by="seed")
        assert store.users.set_password(tenant, user.id, "y", by="admin").revision == 2
        assert store.users.set_locale(tenant, user.id, "en-US").revision == 2

    def test_a_user_changes_role_and_is_kept_out(self, store, tenant):
        store.users.create(tenant, "admin", password_hash="x", role="administrator", by="seed")
        user = store.users.create(tenant, "wang", password_hash="x", role="qa", by="seed")
        assert store.users.set_role(tenant, user.id, "operator", by="cli").role == "operator"
        assert not store.users.set_enabled(tenant, user.id, False, by="cli").enabled
        assert store.users.set_enabled(tenant, user.id, True, by="cli").enabled
        assert store.users.get(tenant, user.id).revision == 4
        with pytest.raises(BadValue):
            store.users.set_role(tenant, user.id, "king", by="cli")
        store.users.delete(tenant, user.id, 4)
        assert store.users.for_sign_in("wang") is None

    def test_a_tenant_keeps_an_administrator_who_can_sign_in(self, store, tenant, other):
        admin, second = (
            store.users.create(tenant, name, password_hash="x", role="administrator", by="seed") for name in "ab"
        )
        store.users.create(other, "c", password_hash="x", role="administrator", by="seed")
        store.users.set_enabled(tenant, second.id, False, by="cli")
        for change in (
            lambda: store.users.set_enabled(tenant, admin.id, False, by="cli"),
            lambda: store.users.set_role(tenant, admin.id, "qa", by="cli"),
            lambda: store.users.delete(tenant, admin.id, admin.revision),
        ):
            with pytest.raises(LastAdministrator):
                change()
        store.users.delete(tenant, second.id, 2)
        assert store.users.get(tenant, admin.id).revision == 1

    def test_an_unknown_role_or_time_zone_is_refused(self, store, tenant):
        with pytest.raises(BadValue):
            store.users.create(tenant, "x", password_hash="x", role="king", by="seed")
        with pytest.raises(BadValue):
            store.tenants.create("x", timezone="Asia/Atlantis")


class TestDirectory:
    def test_it_holds_what_a_call_needs(self, store, tenant, flow):
        store.flows.publish(tenant, flow.id, 1, prompts={}, note="", by="小王")
        number = store.numbers.create(tenant, "4001234567", by="小王")
        store.numbers.update(tenant, number.id, 1, flow_id=flow.id, version=1, enabled=True, by="小王")
        extension(store, tenant, "801")
        trunk(store, tenant)
        directory = store.directory.load(tenant)
        assert directory.tenant.timezone == "Asia/Shanghai"
        [bound] = directory.numbers
        assert (bound.digits, bound.flow_id, bound.flow_name, bound.version) == (
            "864001234567",
            flow.id,
            "主流程",
            1,
        )
        assert [way.name for way in directory.trunks] == ["运营商"]

    def test_every_change_of_it_is_told_as_its_tenants(self, store, tenant, other, flow):
        store.flows.publish(tenant, flow.id, 1, prompts={}, note="", by="小王")
        number = store.numbers.create(tenant, "4001234567", by="小王")
        phone, way = extension(store, tenant, "801"), trunk(store, tenant)
        digests = {"ha1_md5": "0" * 32, "ha1_sha256": "0" * 64}
        changes = [
            lambda: store.numbers.update(tenant, number.id, 1, flow_id=flow.id, version=1, enabled=True, by="x"),
            lambda: store.flows.save(tenant, flow.id, 2, document=DOCUMENT, name="新名", by="x"),
            lambda: store.extensions.rename(tenant, phone.id, 1, name="小李", by="x"),
            lambda: store.extensions.renumber(tenant, phone.id, 2, number="801", name="x", by="x", **digests),
            lambda: store.extensions.delete(tenant, phone.id, 3),
            lambda: store.trunks.update(tenant, way.id, 1, name="x", address="h:1", max_channels=None, by="x"),
            lambda: store.trunks.delete(tenant, way.id, 2),
            lambda: store.tenants.update(tenant, name="x", timezone="UTC", extension_length=None),
        ]
        for change in changes:
            before, each = store.directory.revision(), store.directory.revisions()
            change()
            assert store.directory.revision() == before + 1
            assert store.directory.revisions() == each | {tenant: each[tenant] + 1}

    def test_a_draft_is_none_of_its_business(self, store, tenant, flow):
        before = store.directory.revision()
        store.flows.save(tenant, flow.id, 1, document={}, by="x")
        prompt(store, tenant)
        assert store.directory.revision() == before

    def test_small_values_of_the_installation(self, store):
        assert store.meta.get("colour") is None
        for colour in ("red", "blue"):
            store.meta.put("colour", colour)
            assert store.meta.get("colour") == colour


class TestLists:
    @pytest.fixture(autouse=True)
    def _phones(self, store, tenant):
        for number in range(801, 826):
            extension(store, tenant, str(number), "销售" if number % 2 else "100%_售后")

    def test_pages(self, store, tenant):
        page = store.extensions.page(tenant, Query(page=3, size=10))
        assert (page.total, page.page, page.size) == (25, 3, 10)
        assert [phone.number for phone in page.items] == ["821", "822", "823", "824", "825"]
        assert store.extensions.page(tenant, Query(page=9, size=10)).items == []

    def test_search_and_order(self, store, tenant):
        page = store.extensions.page(tenant, Query(q="%_售", sort="-number", size=2))
        assert (page.total, [phone.number for phone in page.items]) == (12, ["824", "822"])
        assert store.extensions.page(tenant, Query(q="%销")).total == 0

    @pytest.mark.parametrize("query", [Query(sort="ha1_md5"), Query(sort="-"), Query(page=0)])
    def test_what_makes_no_sense_is_refused(self, store, tenant, query):
        with pytest.raises(BadValue):
            store.extensions.page(tenant, query)


class TestTenantsAreStrangers:
    """Whatever the first tenant owns, the second can neither see, change, nor point at."""

    def test_by_id(self, store, tenant, other, flow):
        store.flows.publish(tenant, flow.id, 1, prompts={}, note="", by="小王")
        number = store.numbers.create(tenant, "4001234567", by="x")
        own = store.numbers.create(other, "4007654321", by="x")
        phone, way = extension(store, tenant, "801"), trunk(store, tenant)
        user = store.users.create(tenant, "admin", password_hash="x", role="administrator", by="x")
        prompt(store, tenant)
        attempts = [
            lambda: store.flows.get(other, flow.id),
            lambda: store.flows.save(other, flow.id, 1, document={}, by="x"),
            lambda: store.flows.delete(other, flow.id, 1),
            lambda: store.flows.publish(other, flow.id, 1, prompts={}, note="", by="x"),
            lambda: store.flows.version(other, flow.id, 1),
            lambda: store.flows.versions(other, flow.id),
            lambda: store.numbers.get(other, number.id),
            lambda: store.numbers.update(other, own.id, 1, flow_id=flow.id, version=1, enabled=True, by="x"),
            lambda: store.numbers.delete(other, number.id, 1),
            lambda: store.extensions.get(other, phone.id),
            lambda: store.extensions.rename(other, phone.id, 1, name="x", by="x"),
            lambda: store.extensions.delete(other, phone.id, 1),
            lambda: store.trunks.delete(other, way.id, 1),
            lambda: store.users.get(other, user.id),
            lambda: store.users.set_password(other, user.id, "x", by="x"),
            lambda: store.prompts.get(other, "welcome.wav"),
            lambda: store.prompts.delete(other, "welcome.wav", 1),
            lambda: store.prompts.rename(other, "welcome.wav", 1, new_name="b", by="x"),
        ]
        for attempt in attempts:
            with pytest.raises(NotFound):
                attempt()

    def test_in_lists(self, store, tenant, other, flow):
        extension(store, tenant, "801")
        trunk(store, tenant)
        prompt(store, tenant)
        store.numbers.create(tenant, "4001234567", by="x")
        store.users.create(tenant, "admin", password_hash="x", role="administrator", by="x")
        repositories = [store.flows, store.numbers, store.extensions, store.trunks, store.prompts, store.users]
        for repository in repositories:
            assert repository.page(tenant).total == 1
            assert repository.page(other).total == 0
        assert store.extensions.all(other) == store.trunks.all(other) == store.prompts.all(other) == []
        assert list(store.flows.documents(other)) == []
        assert store.prompts.audios(other, ["welcome.wav"]) == {}


class TestGivingMemoryBack:
    def test_sqlite_forgets_its_pages(self, tmp_path):
        url = f"sqlite:///{tmp_path / 'pages.db'}"
        migrate(url)
        store = open_store(url)
        sqlite = ctypes.CDLL("libsqlite3.so.0")
        sqlite.sqlite3_memory_used.restype = ctypes.c_int64
        tenant = store.tenants.create("演示企业").id
        for number in range(20):
            store.flows.create(tenant, f"流程 {number}", {**DOCUMENT, "note": "长" * 20_000}, by="小王")
        used = sqlite.sqlite3_memory_used()
        store.give_back_memory()
        assert sqlite.sqlite3_memory_used() < used - 500_000
        store.close()

    def test_who_writes_meanwhile_notices_nothing(self, store, tenant):
        with ThreadPoolExecutor(4) as threads:
            writers = [threads.submit(extension, store, tenant, str(number)) for number in range(800, 840)]
            while not all(writer.done() for writer in writers):
                store.give_back_memory()
        assert {writer.result().number for writer in writers} == {str(number) for number in range(800, 840)}

    def test_a_transaction_in_progress_goes_on(self, store, tenant):
        with store.transaction():
            extension(store, tenant, "801")
            store.give_back_memory()
            extension(store, tenant, "802")
        assert [found.number for found in store.extensions.all(tenant)] == ["801", "802"]
