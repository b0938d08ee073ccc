"""Handing people over in a file: who may ask and agree, what opens, what is written."""

import datetime as dt
from dataclasses import replace
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from fangxian.kernel.actors import SYSTEM, Role
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.ledger.exports import actions, queries, rules
from fangxian.mechanisms.ledger.models import Export, Exported, Opening
from fangxian.mechanisms.ledger.people import actions as people
from fangxian.mechanisms.ledger.people import rules as people_rules
from fangxian.mechanisms.ledger.states import (
    ExportForm,
    ExportState,
    Purpose,
)
from tests.unit.mechanisms.ledger.people.folk import (
    NAME,
    NUMBER,
    TELEPHONE,
    number,
    owe,
    register,
)
from tests.worlds import NOON


ID = UUID(int=77)
RECIPIENT = "二七区疾控中心 周医生"
WHY = "开具解除通知书"
DAY = dt.timedelta(days=1)


def ask(by, *chosen, **said):
    said = {"form": ExportForm.ROWS, "recipient": RECIPIENT, "why": WHY, **said}
    said = {"id": ID, "at": NOON, **said}
    return actions.request_export(people=chosen, by=by, **said)


def written():
    tables = (Export, Exported, Opening, Entry)
    states = tuple(Export.objects.order_by("pk").values_list("pk", "state"))
    return (*(table.objects.count() for table in tables), states)


def refused(act, *args, **said):
    """The catalogue entry that an act is refused with; nothing may be written."""
    before = written()
    with pytest.raises(Refusal) as refusal:
        act(*args, **said)
    assert written() == before
    return refusal.value.kind


@pytest.fixture
def community(world):
    return world.actor("community")


@pytest.fixture
def street(world):
    return world.actor("street")


@pytest.fixture
def other(world):
    """Somebody else of the same community."""
    return register(world, "grid", name="李秋", number=number(418)).person


@pytest.fixture
def approved(person, other, community, street):
    """An export of two, asked for by the community and approved by the street."""
    ask(community, other, person)
    actions.approve_export(ID, by=street, at=NOON)
    return ID


# -------------------------------------------------------------------------- asking
def test_a_community_asks_for_its_people_and_opens_nobody(person, other, community):
    assert ask(community, other, person) == ID

    export = Export.objects.get()
    assert (export.recipient, export.why, export.state, export.role) == (
        RECIPIENT,
        WHY,
        "requested",
        "community",
    )
    assert queries.people_of(ID) == (other, person)  # in the order of the rows
    assert Opening.objects.count() == 0
    entry = Entry.objects.latest("id")
    assert (entry.event, entry.subject, entry.area) == (
        "export.requested",
        f"export:{ID}",
        community.unit,
    )
    assert entry.payload == {
        "export": str(ID),
        "form": "rows",
        "people": [str(other), str(person)],
    }


def test_the_same_again_changes_nothing(person, other, community):
    ask(community, person)
    before = written()

    assert ask(community, person, at=NOON + DAY) == ID
    assert written() == before
    assert refused(ask, community, other) is rules.EXPORT_ID_TAKEN
    assert refused(ask, community, person, why="另一事") is rules.EXPORT_ID_TAKEN
    for_another = {"purpose": Purpose.REVIEW}
    assert refused(ask, community, person, **for_another) is rules.EXPORT_ID_TAKEN


@pytest.mark.parametrize(
    "who", ["grid", "district", "supervision", "auditor", "administrator", "police"]
)
def test_nobody_else_asks(person, world, who):
    assert refused(ask, world.actor(who), person) is rules.NOT_YOURS_TO_EXPORT


def test_neither_does_a_sector_department_nor_the_system(person, world, community):
    bound = replace(community.scope, kinds=frozenset({"restaurant"}))

    for by in (
        world.actor("civil_affairs"),
        SYSTEM,
        replace(community, scope=bound),
    ):
        assert refused(ask, by, person) is rules.NOT_YOURS_TO_EXPORT


def test_who_is_out_of_reach_is_unknown(person, world):
    next_door = world.actor("community_next_door")
    own = register(world, "next_community", number=number(419)).person

    assert refused(ask, next_door, own, person) is people_rules.PERSON_UNKNOWN
    assert ask(next_door, own) == ID


def test_a_merged_entry_is_nobody_to_hand_over(person, other, community):
    people.merge_people(other, into=person, evidence="同一证件", by=SYSTEM, at=NOON)

    assert refused(ask, community, other) is people_rules.PERSON_MERGED_AWAY


def test_a_file_holds_fifty_at_most(person, community):
    fifty_one = [person, *(UUID(int=n) for n in range(50))]

    assert refused(ask, community, *fifty_one) is rules.TOO_MANY_TO_EXPORT
    assert refused(ask, community) is rules.NOBODY_TO_EXPORT
    assert ask(community, *[person] * 51) == ID  # who is named twice counts once
    assert queries.people_of(ID) == (person,)


def test_recipient_and_reason_are_said(person, community):
    assert refused(ask, community, person, recipient=" ") is rules.RECIPIENT_MISSING
    assert refused(ask, community, person, why="\n") is people_rules.WHY_MISSING


@pytest.mark.parametrize("who", ["hospital", "cdc"])
def test_a_hospital_and_the_centre_hand_over_their_own_only(world, who):
    by = world.actor(who)
    stranger = register(world).person
    opened = register(world, number=number(420)).person
    brought = register(world, number=number(421), source=queries.source_of(by)).person
    owe(world, who, stranger)
    people.open_identity(
        opened,
        purpose=Purpose.MEDICAL,
        why=WHY,
        task=owe(world, who, opened),
        by=by,
        at=NOON,
    )

    assert refused(ask, by, opened, brought, stranger) is rules.NOT_YOUR_PEOPLE
    assert ask(by, opened, brought) == ID


def test_what_the_next_post_opened_is_not_ones_own(world, person):
    people.open_identity(
        person,
        purpose=Purpose.MEDICAL,
        why=WHY,
        task=owe(world, "hospital", person),
        by=world.actor("hospital"),
        at=NOON,
    )
    owe(world, "cdc", person)

    assert refused(ask, world.actor("cdc"), person) is rules.NOT_YOUR_PEOPLE


# ------------------------------------------------------------------------- deciding
def test_a_second_person_agrees(person, community, street):
    ask(community, person)

    actions.approve_export(ID, by=street, at=NOON)

    facts = queries.get_export(ID, by=community)
    assert (facts.state, facts.decided_by, facts.opens_until) == (
        ExportState.APPROVED,
        street.person,
        NOON + DAY,
    )
    assert Entry.objects.latest("id").event == "export.approved"
    assert Opening.objects.count() == 0


def test_nobody_agrees_with_themselves_in_whatever_post(person, community, street):
    ask(community, person)
    in_another_post = replace(street, person=community.person)

    for by in (community, in_another_post):
        assert refused(actions.approve_export, ID, by=by, at=NOON) is rules.OWN_EXPORT


@pytest.mark.parametrize("who", ["supervision", "hospital", "cdc", "auditor"])
def test_others_who_may_know_of_it_do_not_decide(person, community, world, who):
    ask(community, person)

    kind = refused(actions.approve_export, ID, by=world.actor(who), at=NOON)

    assert kind is rules.NOT_YOURS_TO_APPROVE


@pytest.mark.parametrize("who", ["community_next_door", "charlie", "grid", "district"])
def test_for_the_rest_there_is_no_such_export(person, community, world, who):
    ask(community, person)

    by = world.actor(who)
    assert refused(actions.approve_export, ID, by=by, at=NOON) is rules.EXPORT_UNKNOWN
    assert (
        refused(actions.refuse_export, ID, why=WHY, by=by, at=NOON)
        is rules.EXPORT_UNKNOWN
    )


def test_a_community_reaches_not_everybody_whom_its_street_asks_for(world, community):
    here = register(world).person
    there = register(world, "second_community", number=number(422)).person
    ask(world.actor("alice"), here, there)

    assert (
        refused(actions.approve_export, ID, by=community, at=NOON)
        is rules.EXPORT_UNKNOWN
    )
    assert actions.approve_export(ID, by=world.actor("bob"), at=NOON) is None


def test_a_hospital_is_agreed_with_by_a_street_or_the_centre(world, street):
    by = world.actor("hospital")
    own = register(world, source=queries.source_of(by)).person
    for serial, second in enumerate((street, world.actor("cdc")), start=1):
        ask(by, own, id=UUID(int=serial))
        actions.approve_export(UUID(int=serial), by=second, at=NOON)

    assert Export.objects.filter(state="approved").count() == 2


def test_a_refusal_has_a_reason_and_ends_it(person, community, street):
    ask(community, person)
    refuse = actions.refuse_export
    assert refused(refuse, ID, why=" ", by=street, at=NOON) is people_rules.WHY_MISSING

    refuse(ID, why="改用任务派发", by=street, at=NOON)

    facts = queries.get_export(ID, by=community)
    assert (facts.state, facts.refused_why) == (ExportState.REFUSED, "改用任务派发")
    assert (
        refused(actions.approve_export, ID, by=street, at=NOON) is rules.EXPORT_DECIDED
    )
    assert (
        refused(actions.open_export, ID, by=community, at=NOON)
        is rules.EXPORT_NOT_APPROVED
    )


def test_the_database_knows_two_people_too(person, community, street):
    ask(community, person)
    wrong = (
        {"state": "approved"},
        {"state": "approved", "decided_by": community.person, "decided_at": NOON},
        {"state": "refused", "decided_by": street.person, "decided_at": NOON},
        {"state": "withdrawn"},
        {"state": "lapsed", "decided_by": street.person, "decided_at": NOON},
    )
    for changes in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Export.objects.update(**changes)


def test_who_asked_takes_it_back_and_nobody_can_agree_any_more(
    person, community, street
):
    ask(community, person)
    withdraw = actions.withdraw_export
    for somebody_else in (street, SYSTEM):
        kind = refused(withdraw, ID, by=somebody_else, at=NOON)
        assert kind in {rules.NOT_YOURS_TO_WITHDRAW, rules.EXPORT_UNKNOWN}

    withdraw(ID, by=community, at=NOON)

    facts = queries.get_export(ID, by=community)
    assert (facts.state, facts.decided_by, facts.decided_at) == (
        ExportState.WITHDRAWN,
        None,
        NOON,
    )
    last = Entry.objects.order_by("-id")[0]
    assert (last.event, last.subject) == ("export.withdrawn", f"export:{ID}")
    approve = actions.approve_export
    assert refused(approve, ID, by=street, at=NOON) is rules.EXPORT_DECIDED
    assert refused(withdraw, ID, by=community, at=NOON) is rules.EXPORT_DECIDED
    assert not queries.to_decide(street)


def test_what_was_approved_is_not_withdrawn(approved, community):
    kind = refused(actions.withdraw_export, approved, by=community, at=NOON)

    assert kind is rules.EXPORT_DECIDED


def test_nobody_decides_after_a_day(person, community, street):
    ask(community, person)
    late = NOON + DAY
    said = {"by": street, "at": late}

    assert refused(actions.approve_export, ID, **said) is rules.EXPORT_UNDECIDED
    assert refused(actions.refuse_export, ID, why=WHY, **said) is rules.EXPORT_UNDECIDED
    kind = refused(actions.withdraw_export, ID, by=community, at=late)
    assert kind is rules.EXPORT_UNDECIDED

    actions.approve_export(ID, by=street, at=late - dt.timedelta(seconds=1))


def test_what_nobody_decided_on_for_a_day_lapses_by_itself(person, community, street):
    ask(community, person)
    ask(community, person, id=UUID(int=78))
    ask(community, person, id=UUID(int=79), at=NOON + dt.timedelta(hours=1))
    actions.approve_export(UUID(int=78), by=street, at=NOON)
    assert actions.lapse_due(at=NOON + DAY - dt.timedelta(seconds=1)) == 0
    assert queries.next_moment(NOON) == NOON + DAY

    assert actions.lapse_due(at=NOON + DAY) == 1

    assert list(Export.objects.order_by("pk").values_list("state", flat=True)) == [
        "lapsed",
        "approved",
        "requested",
    ]
    last = Entry.objects.order_by("-id")[0]
    assert (last.event, last.person) == ("export.lapsed", SYSTEM.person)
    assert queries.next_moment(NOON + DAY) == NOON + DAY + dt.timedelta(hours=1)
    assert actions.lapse_due(at=NOON + DAY) == 0


# -------------------------------------------------------------------------- opening
def test_it_opens_row_by_row_and_every_row_is_written_down(
    approved, person, other, community, street
):
    rows = actions.open_export(approved, by=community, at=NOON)

    assert [row.person for row in rows] == [other, person]
    assert (rows[1].name, rows[1].number, rows[1].telephone) == (
        NAME,
        NUMBER,
        TELEPHONE,
    )
    openings = Opening.objects.order_by("id")
    assert [
        (o.person_id, o.by, o.second, o.purpose, o.why, o.export_id) for o in openings
    ] == [
        (one, community.person, street.person, "export", WHY, ID)
        for one in (other, person)
    ]
    entries = Entry.objects.order_by("-id")[:3]
    assert [entry.event for entry in entries] == [
        "person.identity_opened",
        "person.identity_opened",
        "export.opened",
    ]


def test_it_opens_for_a_day(approved, community):
    opens = actions.open_export
    late = NOON + DAY

    assert len(opens(approved, by=community, at=late - dt.timedelta(seconds=1))) == 2
    assert refused(opens, approved, by=community, at=late) is rules.EXPORT_LAPSED


def test_it_opens_to_nobody_else(approved, street, world):
    opens = actions.open_export

    assert refused(opens, approved, by=street, at=NOON) is rules.NOT_YOUR_EXPORT
    by = world.actor("supervision")
    assert refused(opens, approved, by=by, at=NOON) is rules.NOT_YOUR_EXPORT
    by = world.actor("charlie")
    assert refused(opens, approved, by=by, at=NOON) is rules.EXPORT_UNKNOWN


def test_it_does_not_open_before_somebody_agrees(person, community):
    ask(community, person)

    kind = refused(actions.open_export, ID, by=community, at=NOON)

    assert kind is rules.EXPORT_NOT_APPROVED


def test_nor_to_somebody_whose_post_hands_over_nobody_any_more(approved, community):
    demoted = replace(community, role=Role.GRID_WORKER)

    kind = refused(actions.open_export, approved, by=demoted, at=NOON)

    assert kind is rules.NOT_YOURS_TO_EXPORT


def test_nor_when_somebody_in_it_has_moved_away(approved, other, community, world):
    people.amend_person(other, area=world["second_community"], by=SYSTEM, at=NOON)

    kind = refused(actions.open_export, approved, by=community, at=NOON)

    assert kind is rules.EXPORT_OUT_OF_REACH


def test_one_of_them_is_opened_for_one_paper(approved, person, community):
    rows = actions.open_export(approved, only=[person], by=community, at=NOON)

    assert [row.person for row in rows] == [person]
    assert Opening.objects.count() == 1
    assert (
        refused(actions.open_export, approved, only=[ID], by=community, at=NOON)
        is rules.NOBODY_TO_EXPORT
    )


def test_files_and_single_openings_share_the_measure_of_a_day(
    approved, person, community, world, monkeypatch
):
    monkeypatch.setattr(people_rules, "OPENED_A_DAY_MAX", 2)
    third = register(world, number=number(423)).person
    said = {"purpose": Purpose.CONTACT, "why": WHY, "by": community}
    people.open_identity(third, at=NOON, **said)

    kind = refused(actions.open_export, approved, by=community, at=NOON)
    assert kind is rules.EXPORT_OVER_THE_DAY
    actions.open_export(approved, only=[person], by=community, at=NOON)
    actions.open_export(approved, only=[person], by=community, at=NOON)  # once a day

    fourth = register(world, number=number(424)).person
    with pytest.raises(Refusal) as refusal:
        people.open_identity(fourth, at=NOON, **said)
    assert refusal.value.kind is people_rules.OPENED_ENOUGH


# --------------------------------------------------------------------- on the screen
@pytest.mark.parametrize("who", ["street", "district", "auditor"])
def test_who_may_not_alone_reads_one_person_with_a_second(
    person, world, community, who
):
    by = world.actor(who)
    ask(by, person, form=ExportForm.SCREEN, purpose=Purpose.CONTACT)
    actions.approve_export(ID, by=community, at=NOON)

    [identity] = actions.open_export(ID, by=by, at=NOON)

    assert identity.name == NAME
    opening = Opening.objects.get()
    assert (opening.by, opening.second, opening.purpose) == (
        by.person,
        community.person,
        "contact",
    )
    late = NOON + dt.timedelta(hours=1)
    assert refused(actions.open_export, ID, by=by, at=late) is rules.EXPORT_LAPSED


def test_on_the_screen_one_is_read_at_a_time(person, other, street):
    said = {"form": ExportForm.SCREEN}

    assert refused(ask, street, person, other, **said) is rules.ONE_AT_A_TIME


@pytest.mark.parametrize("who", ["community", "grid", "hospital", "supervision"])
def test_others_do_not_ask_for_the_screen(person, world, who):
    kind = refused(ask, world.actor(who), person, form=ExportForm.SCREEN)

    assert kind is rules.NOT_YOURS_TO_EXPORT


def test_a_district_agrees_to_reading_but_to_no_file(person, street, world):
    district = world.actor("district")
    ask(street, person, id=UUID(int=78))
    ask(street, person, form=ExportForm.SCREEN)

    waiting = [export.pk for export in queries.to_decide(district)]
    assert waiting == [ID]
    kind = refused(actions.approve_export, UUID(int=78), by=district, at=NOON)
    assert kind is rules.EXPORT_UNKNOWN
    assert actions.approve_export(ID, by=district, at=NOON) is None


# -------------------------------------------------------------------------- reading
def test_who_sees_it(approved, world):
    def sees(who):
        return queries.seen_by(world.actor(who)).filter(pk=approved).exists()

    assert {who for who in world.posts if sees(who)} == {
        *("alice", "bob", "street", "community", "hospital", "cdc"),
        *("supervision", "auditor"),
    }


def test_what_waits_for_whom(person, other, community, street, world):
    ask(community, person)
    ask(world.actor("alice"), other, id=UUID(int=78), at=NOON + DAY)

    def waiting(by):
        return [export.pk.int for export in queries.to_decide(by)]

    assert waiting(street) == [77, 78]  # the longest waiting first
    assert waiting(world.actor("alice")) == [77]
    assert waiting(community) == [78]
    assert waiting(world.actor("cdc")) == []
    assert waiting(world.actor("charlie")) == []
    assert waiting(world.actor("supervision")) == []
    assert [facts.pk.int for facts in queries.requested_by(community)] == [77]


@pytest.mark.usefixtures("approved")
def test_supervision_counts_what_was_handed_over(world):
    scope = world.actor("supervision").scope

    assert [e.number_of_people for e in queries.overseen(scope)] == [2]
    assert list(queries.overseen(scope, from_=NOON + DAY)) == []
    assert list(queries.overseen(world.actor("district_next_door").scope)) == []
    assert list(queries.overseen(world.actor("civil_affairs").scope)) == []


def test_a_ready_export_is_found_for_the_papers_of_its_people(
    person, other, community, street
):
    ask(community, person, form=ExportForm.DOCUMENTS)

    def ready(*chosen, by=community, at=NOON):
        return queries.find_ready(chosen, form=ExportForm.DOCUMENTS, by=by, at=at)

    assert ready(person) is None
    actions.approve_export(ID, by=street, at=NOON)
    assert ready(person) == ID
    assert ready(person, other) is None
    assert ready(person, at=NOON + DAY) is None
    assert ready(person, by=street) is None


@pytest.mark.usefixtures("approved")
def test_nothing_of_a_request_stands_in_clear():
    with connection.cursor() as cursor:
        cursor.execute("SELECT recipient, why FROM ledger_export")
        stored = b"".join(bytes(cell) for row in cursor.fetchall() for cell in row)

    assert RECIPIENT.encode() not in stored
    assert WHY.encode() not in stored
    for entry in Entry.objects.filter(event__startswith="export."):
        said = str(entry.payload)
        assert [text for text in (RECIPIENT, WHY, NAME) if text in said] == []
