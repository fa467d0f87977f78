"""Groups of extensions, which take calls together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from sqlalchemy import and_, delete, select
from sqlalchemy.orm import Session

from store.audit import Details, Thing
from store.errors import BadValue
from store.ids import new_id
from store.models import Extension, ExtensionGroup, GroupMember
from store.records import FIRST, GroupEntry, Membership, Paged, Query
from store.repositories.base import Repository, based_on, owned, page_of, stamp, unique

STRATEGIES: Final = ("sequential", "simultaneous", "random", "weighted", "round_robin", "longest_idle")
"""Whom of those who are free a caller gets: the first of the group's order, all at once, by chance, by weight, each in
turn, who has waited longest."""

MAX_MEMBERS: Final = 500
MAX_WEIGHT: Final = 100


class GroupRepository(Repository):
    """Members are named by their numbers, and kept by who they are: a new number changes no group."""

    def create(
        self, tenant: str, name: str, strategy: str, members: Sequence[Membership], *, by: str
    ) -> GroupEntry:
        """Raises Duplicate, BadValue (strategy, a member that is no extension or stands twice, a weight)."""
        group = ExtensionGroup(
            tenant_id=tenant,
            id=new_id(),
            name=name,
            strategy=_checked(strategy),
            revision=1,
            updated_by=by,
            updated_at=self._db.clock(),
        )
        with self._db.write() as session, unique("group", "name", name):
            self._db.touch_directory(session, tenant)  # first, for it lets one writer in at a time
            session.add(group)
            session.flush()
            _write_members(session, group, members)
            self._note(session, tenant, "group.create", _thing(group), _about(group, members))
            return entries_of(session, [group])[0]

    def get(self, tenant: str, group_id: str) -> GroupEntry:
        """Raises NotFound."""
        with self._db.read() as session:
            return entries_of(session, [owned(session, ExtensionGroup, "group", tenant, group_id)])[0]

    def page(self, tenant: str, query: Query = FIRST) -> Paged[GroupEntry]:
        with self._db.read() as session:
            found = page_of(
                session,
                select(ExtensionGroup).where(ExtensionGroup.tenant_id == tenant),
                query,
                search=(ExtensionGroup.name,),
                sorts={
                    "id": ExtensionGroup.id,
                    "name": ExtensionGroup.name,
                    "strategy": ExtensionGroup.strategy,
                    "updated_at": ExtensionGroup.updated_at,
                },
                default="name",
            )
            return Paged(entries_of(session, found.items), found.total, found.page, found.size)

    def all(self, tenant: str) -> list[GroupEntry]:
        """All of the tenant's groups by name, for checks and choices."""
        with self._db.read() as session:
            mine = select(ExtensionGroup).where(ExtensionGroup.tenant_id == tenant).order_by(ExtensionGroup.name)
            return entries_of(session, list(session.scalars(mine)))

    def update(
        self,
        tenant: str,
        group_id: str,
        revision: int,
        *,
        name: str,
        strategy: str,
        members: Sequence[Membership],
        by: str,
    ) -> GroupEntry:
        """Raises NotFound, Stale, Duplicate, BadValue."""
        with self._db.write() as session, unique("group", "name", name):
            group = owned(session, ExtensionGroup, "group", tenant, group_id, lock=True)
            based_on(group, revision)
            self._db.touch_directory(session, tenant)  # first, for it lets one writer in at a time
            thing = _thing(group)
            group.name, group.strategy = name, _checked(strategy)
            stamp(self._db, group, by)
            session.flush()
            _write_members(session, group, members)
            self._note(session, tenant, "group.change", thing, {"name": name, **_about(group, members)})
            return entries_of(session, [group])[0]

    def delete(self, tenant: str, group_id: str, revision: int) -> None:
        """Its extensions stay. Raises NotFound, Stale."""
        with self._db.write() as session:
            group = owned(session, ExtensionGroup, "group", tenant, group_id, lock=True)
            based_on(group, revision)
            session.delete(group)
            self._db.touch_directory(session, tenant)
            self._note(session, tenant, "group.delete", _thing(group))


def entries_of(session: Session, groups: Sequence[ExtensionGroup]) -> list[GroupEntry]:
    """The groups with their members, by one more question."""
    members: dict[tuple[str, str], list[Membership]] = defaultdict(list)
    rows = session.execute(
        select(GroupMember, Extension.number, Extension.name)
        .join(
            Extension,
            and_(Extension.tenant_id == GroupMember.tenant_id, Extension.id == GroupMember.extension_id),
        )
        .where(GroupMember.tenant_id.in_({group.tenant_id for group in groups}))
        .order_by(GroupMember.place)
    )
    for row, number, name in rows:
        members[row.tenant_id, row.group_id].append(Membership(number, row.weight, name))
    return [GroupEntry(group, tuple(members[group.tenant_id, group.id])) for group in groups]


def _write_members(session: Session, group: ExtensionGroup, members: Sequence[Membership]) -> None:
    tenant = group.tenant_id
    if len(members) > MAX_MEMBERS:
        raise BadValue("members", f"一个组最多 {MAX_MEMBERS} 个分机", f"a group has {MAX_MEMBERS} extensions at most")
    named = Extension.number.in_([member.number for member in members])
    found = session.execute(select(Extension.number, Extension.id).where(Extension.tenant_id == tenant, named))
    known: dict[str, str] = dict(found.all())
    seen: set[str] = set()
    for member in members:
        _check_member(member, known, seen)
    session.execute(delete(GroupMember).where(GroupMember.tenant_id == tenant, GroupMember.group_id == group.id))
    session.add_all(
        GroupMember(
            tenant_id=tenant, group_id=group.id, extension_id=known[member.number], place=place, weight=member.weight
        )
        for place, member in enumerate(members)
    )
    session.flush()


def _check_member(member: Membership, known: dict[str, str], seen: set[str]) -> None:
    number = member.number
    if number not in known:
        raise BadValue("members", f"没有分机 {number}", f"there is no extension {number}")
    if number in seen:
        raise BadValue("members", f"分机 {number} 出现两次", f"extension {number} stands there twice")
    seen.add(number)
    if not 0 <= member.weight <= MAX_WEIGHT:
        raise BadValue("members", f"权重应为 0–{MAX_WEIGHT}：{member.weight}", f"weights are 0-{MAX_WEIGHT}")


def _checked(strategy: str) -> str:
    if strategy not in STRATEGIES:
        known = ", ".join(STRATEGIES)
        raise BadValue("strategy", f"没有这种分配方式：{strategy}（可用：{known}）", f"strategies are {known}")
    return strategy


def _thing(group: ExtensionGroup) -> Thing:
    return Thing("group", group.id, group.name)


def _about(group: ExtensionGroup, members: Sequence[Membership]) -> Details:
    return {"strategy": group.strategy, "members": [f"{member.number}×{member.weight}" for member in members]}
