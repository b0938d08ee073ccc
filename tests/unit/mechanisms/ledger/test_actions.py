"""What may be done to places, by whom, and what is written of it."""

from uuid import UUID

import pytest

from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.transitions import NOT_A_STEP
from fangxian.mechanisms.journal.models import Entry, Tally
from fangxian.mechanisms.jurisdiction.rules import OUT_OF_REACH
from fangxian.mechanisms.ledger import actions, rules
from fangxian.mechanisms.ledger.models import Apart, Kind, Layout, Place
from fangxian.mechanisms.ledger.queries import place_facts
from fangxian.mechanisms.ledger.states import Standing, VenueCode
from tests.people import NAMES
from tests.unit.mechanisms.ledger.ledgers import (
    declare,
    hotel,
    latest_entry,
    legal_code,
    register,
    written,
)
from tests.worlds import NOON, TODAY


def refused(act, *args, **said):
    """The catalogue entry that an act is refused with; nothing may be written."""
    before = written()
    with pytest.raises(Refusal) as refusal:
        act(*args, **said)
    assert written() == before
    return refusal.value.kind


# ------------------------------------------------------------------------- kinds
@pytest.mark.usefixtures("world")
def test_a_kind_is_declared_once_however_often_it_is_said():
    declare("hotel")
    entries = Entry.objects.count()

    declare("hotel")

    assert Kind.objects.get().name == "宾馆酒店"
    assert Entry.objects.count() == entries


@pytest.mark.usefixtures("kinds")
def test_declaring_a_kind_again_corrects_its_words():
    actions.declare_kind(
        code="hotel",
        name="宾馆",
        name_en="Hotel",
        group="lodging",
        key=True,
        by=SYSTEM,
        at=NOON,
    )

    assert Kind.objects.get(pk="hotel").name == "宾馆"
    assert latest_entry().event == "ledger.kind_declared"


def test_a_street_post_declares_no_kinds(world):
    said = {"code": "x", "name": "x", "name_en": "x", "group": "", "key": False}

    kind = refused(actions.declare_kind, **said, by=world.actor("alice"), at=NOON)

    assert kind is rules.NOT_YOURS_TO_KEEP
    assert Kind.objects.count() == 0


# ---------------------------------------------------------------------- register
def test_a_registered_place_is_open_tidied_and_counted(kinds):
    place = actions.register_place(
        kind="hotel",
        name="  福华   宾馆 ",
        area=kinds["community"],
        address="福华街1号",
        uscc=legal_code(1).lower(),
        responsible="王小明",
        telephone="+86 138 1234 5678",
        source="沿街走访",
        by=kinds.actor("alice"),
        at=NOON,
    )

    place.refresh_from_db()
    assert (place.name, place.name_key) == ("福华 宾馆", "福华宾馆")
    assert (place.standing, place.venue_code) == (Standing.OPEN, VenueCode.NONE)
    assert (place.uscc, place.telephone) == (legal_code(1), "13812345678")
    assert place.responsible == "王小明"
    entry = latest_entry()
    assert (entry.event, entry.subject, entry.area, entry.person) == (
        "place.registered",
        f"place:{place.pk}",
        kinds["community"],
        kinds.actor("alice").person,
    )
    counted = Tally.objects.get(measure="place.registered", day=TODAY)
    assert (counted.area, counted.kind, counted.n) == (kinds["community"], "hotel", 1)


def test_the_journal_never_holds_who_is_responsible(kinds):
    place = hotel(kinds, responsible="王小明", telephone="13812345678")
    actions.amend_place(
        place.pk, responsible="李小红", telephone="13912345678", by=SYSTEM, at=NOON
    )

    payloads = str(list(Entry.objects.values_list("payload", flat=True)))

    assert latest_entry().payload["sealed"] == ["responsible", "telephone"]
    for private in ("王小明", "李小红", "13812345678", "13912345678"):
        assert private not in payloads


@pytest.mark.parametrize(
    "spelling", ["福华宾馆", "福华宾馆有限公司", "福 华 宾 馆", "福华（宾馆）"]
)
def test_the_same_name_again_is_refused_and_names_the_known_place(
    place, kinds, spelling
):
    with pytest.raises(Refusal) as refusal:
        register(kinds, "community", "hotel", spelling)

    assert refusal.value.kind is rules.PLACE_KNOWN
    assert refusal.value.facts == {"name": "福华宾馆", "place": place.pk}
    assert Place.objects.count() == 1


def test_the_same_name_and_code_as_another_kind_is_refused(place, kinds):
    kind = refused(
        register, kinds, "community", "restaurant", "福华宾馆", uscc=place.uscc
    )

    assert kind is rules.PLACE_KNOWN


@pytest.mark.usefixtures("place")
def test_a_restaurant_may_be_called_like_the_hotel_above_it(kinds):
    register(kinds, "community", "restaurant", "福华宾馆")

    assert Place.objects.count() == 2


def test_the_same_name_in_another_community_is_another_place(place, kinds):
    register(kinds, "second_community", "hotel", "福华宾馆", uscc=place.uscc)

    assert Place.objects.count() == 2


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"name": " （） "}, rules.NAME_MISSING),
        ({"uscc": "91410103"}, rules.CODE_LENGTH),
        ({"uscc": "9" * 18}, rules.CODE_WRONG),
        ({"telephone": "12345"}, rules.TELEPHONE_WRONG),
        ({"kind": "castle"}, rules.KIND_UNKNOWN),
    ],
)
def test_what_cannot_be_right_is_refused(kinds, said, kind):
    said = {"kind": "hotel", "name": "福华宾馆", **said}

    assert refused(register, kinds, "community", **said) is kind


def test_a_misread_code_is_refused_with_what_it_may_have_meant(kinds):
    right = legal_code(110)
    with pytest.raises(Refusal) as refusal:
        hotel(kinds, uscc=right.replace("1", "I", 1))

    assert refusal.value.kind is rules.CODE_MISREAD
    assert refusal.value.facts["guess"] == right


@pytest.mark.parametrize("who", ["auditor", "venue_manager", "supervision", "police"])
def test_who_does_not_keep_the_ledger_registers_nothing(kinds, who):
    said = {"kind": "hotel", "name": "福华宾馆", "source": "test"}
    area = kinds["grid"]

    kind = refused(
        actions.register_place, **said, area=area, by=kinds.actor(who), at=NOON
    )

    assert kind is rules.NOT_YOURS_TO_KEEP


def test_nobody_registers_in_the_next_district(kinds):
    kind = refused(
        actions.register_place,
        kind="hotel",
        name="福华宾馆",
        area=kinds["community"],
        source="test",
        by=kinds.actor("charlie"),
        at=NOON,
    )

    assert kind is OUT_OF_REACH


def test_a_sector_department_registers_its_own_kinds_only(kinds):
    said = {"area": kinds["community"], "source": "test", "at": NOON}
    civil_affairs = kinds.actor("civil_affairs")

    actions.register_place(kind="care_home", name="甲", by=civil_affairs, **said)
    kind = refused(
        actions.register_place, kind="hotel", name="乙", by=civil_affairs, **said
    )

    assert kind is OUT_OF_REACH


# ------------------------------------------------------------------------- amend
def test_amending_writes_what_was_and_what_is(place, kinds):
    actions.amend_place(
        place.pk,
        name="福华大酒店",
        address="福华街2号",
        by=kinds.actor("alice"),
        at=NOON,
    )

    place.refresh_from_db()
    assert (place.name, place.name_key) == ("福华大酒店", "福华大酒店")
    assert latest_entry().payload == {
        "place": place.pk,
        "changes": {
            "name": ["福华宾馆", "福华大酒店"],
            "address": ["福华街1号", "福华街2号"],
        },
        "sealed": [],
    }


def test_amending_nothing_writes_nothing(place, kinds):
    before = written()

    actions.amend_place(place.pk, name="福华宾馆", by=kinds.actor("alice"), at=NOON)

    assert written() == before


def test_who_is_in_charge_and_holds_a_post_is_named_as_on_the_staff(place, kinds):
    alice, worker = kinds.actor("alice"), kinds.actor("grid").person

    actions.amend_place(place.pk, responsible_staff=worker, by=alice, at=NOON)

    place.refresh_from_db()
    assert (place.responsible, place.responsible_staff_id) == (NAMES["grid"], worker)
    entry = latest_entry().payload
    assert entry["changes"] == {"responsible_staff": [None, str(worker)]}
    assert entry["sealed"] == ["responsible"]
    assert NAMES["grid"] not in str(entry)


def test_a_place_is_registered_with_one_of_the_staff_in_charge(kinds):
    worker = kinds.actor("grid").person

    place = hotel(kinds, responsible="王小明", responsible_staff=worker)

    assert (place.responsible, place.responsible_staff_id) == (NAMES["grid"], worker)
    assert place_facts(place.pk).in_charge == worker


def test_nobody_is_in_charge_as_staff_who_is_not_registered(place, kinds):
    kind = refused(
        actions.amend_place,
        place.pk,
        responsible_staff=UUID(int=404),
        by=kinds.actor("alice"),
        at=NOON,
    )

    assert kind is rules.STAFF_UNKNOWN


@pytest.mark.parametrize(
    ("changes", "is_staff"),
    [
        ({"responsible": "接任者"}, False),
        ({"responsible": None}, False),
        ({"responsible": NAMES["grid"], "address": "福华街2号"}, True),
        ({"address": "福华街2号"}, True),
        ({"responsible_staff": None}, False),
    ],
)
def test_another_name_in_charge_is_another_person(kinds, changes, is_staff):
    worker = kinds.actor("grid").person
    place = hotel(kinds, responsible_staff=worker)

    actions.amend_place(place.pk, **changes, by=kinds.actor("alice"), at=NOON)

    place.refresh_from_db()
    assert (place.responsible_staff_id == worker) is is_staff
    assert place.responsible == changes.get("responsible", NAMES["grid"])


@pytest.mark.usefixtures("place")
def test_amending_into_a_known_place_is_refused(kinds):
    other = register(kinds, "community", "hotel", "京广宾馆")

    kind = refused(
        actions.amend_place, other.pk, name="福华宾馆", by=kinds.actor("alice"), at=NOON
    )

    assert kind is rules.PLACE_KNOWN


def test_a_place_is_not_moved_out_of_ones_own_reach(place, kinds):
    kind = refused(
        actions.amend_place,
        place.pk,
        area=kinds["next_community"],
        by=kinds.actor("alice"),
        at=NOON,
    )

    assert kind is OUT_OF_REACH
    place.refresh_from_db()
    assert place.area_id == kinds["community"]


# ---------------------------------------------------------------------- standing
def test_a_place_is_suspended_reopened_and_closed_with_reasons(place, kinds):
    alice = kinds.actor("alice")

    actions.suspend_place(place.pk, reason="未查验健康码", by=alice, at=NOON)
    actions.reopen_place(place.pk, reason="复查合格", by=alice, at=NOON)
    actions.close_place(place.pk, reason="已搬离", by=alice, at=NOON)

    place.refresh_from_db()
    assert place.standing == Standing.CLOSED
    told = Entry.objects.filter(subject=f"place:{place.pk}").order_by("id")
    assert [(e.event, e.payload.get("reason")) for e in told] == [
        ("place.registered", None),
        ("place.suspended", "未查验健康码"),
        ("place.reopened", "复查合格"),
        ("place.closed", "已搬离"),
    ]


STANDS = [actions.suspend_place, actions.reopen_place, actions.close_place]


@pytest.mark.parametrize("act", STANDS)
def test_every_order_needs_a_reason(place, kinds, act):
    said = {"reason": "  ", "by": kinds.actor("alice"), "at": NOON}

    assert refused(act, place.pk, **said) is rules.REASON_MISSING


@pytest.mark.parametrize("act", STANDS)
def test_the_next_district_orders_nothing_here(place, kinds, act):
    said = {"reason": "x", "by": kinds.actor("charlie"), "at": NOON}

    assert refused(act, place.pk, **said) is rules.PLACE_UNKNOWN


def test_a_community_closes_what_is_gone_but_orders_nothing(place, kinds):
    said = {"reason": "x", "by": kinds.actor("community"), "at": NOON}

    assert refused(actions.suspend_place, place.pk, **said) is rules.NOT_YOURS_TO_ORDER
    assert actions.close_place(place.pk, **said).standing == Standing.CLOSED


def test_a_grid_worker_closes_nothing(kinds):
    place = register(kinds, "grid", "hotel", "网格宾馆")
    said = {"reason": "x", "by": kinds.actor("grid"), "at": NOON}

    assert refused(actions.close_place, place.pk, **said) is rules.NOT_YOURS_TO_SETTLE


def test_an_open_place_is_not_reopened(place, kinds):
    said = {"reason": "x", "by": kinds.actor("alice"), "at": NOON}

    assert refused(actions.reopen_place, place.pk, **said) is NOT_A_STEP


# -------------------------------------------------------------------- venue code
def test_a_venue_code_goes_its_way_step_by_step(place, kinds):
    by = kinds.actor("community")

    for step in (VenueCode.APPLIED, VenueCode.ISSUED, VenueCode.IN_USE):
        actions.advance_venue_code(place.pk, to=step, by=by, at=NOON)

    place.refresh_from_db()
    assert place.venue_code == VenueCode.IN_USE
    assert latest_entry().payload == {
        "place": place.pk,
        "from_": "issued",
        "to": "in_use",
    }


def test_a_venue_code_skips_no_step(place, kinds):
    said = {"to": VenueCode.ISSUED, "by": kinds.actor("community"), "at": NOON}

    assert refused(actions.advance_venue_code, place.pk, **said) is NOT_A_STEP


# ------------------------------------------------------------------------- merge
@pytest.fixture
def twin(kinds):
    return register(kinds, "community", "hotel", "福华街宾馆", uscc=legal_code(1))


def merge(place, into, by, evidence="同一营业执照"):
    return actions.merge_places(
        place.pk, into=into.pk, evidence=evidence, by=by, at=NOON
    )


def test_a_merge_keeps_everything_and_is_undone_entirely(place, twin, kinds):
    alice = kinds.actor("alice")
    before = Place.objects.values().get(pk=twin.pk)

    merge(twin, place, alice)
    assert Place.objects.get(pk=twin.pk).merged_into_id == place.pk
    assert latest_entry().payload["evidence"] == "同一营业执照"
    actions.unmerge_place(twin.pk, reason="两个门", by=alice, at=NOON)

    assert Place.objects.values().get(pk=twin.pk) == before
    assert latest_entry().event == "place.unmerged"


def test_a_merge_needs_evidence(place, twin, kinds):
    assert refused(merge, twin, place, kinds.actor("alice"), "") is rules.REASON_MISSING


def test_a_place_is_not_merged_into_itself(place, kinds):
    assert refused(merge, place, place, kinds.actor("alice")) is rules.SAME_PLACE


def test_a_merged_entry_is_acted_on_no_more(place, twin, kinds):
    alice = kinds.actor("alice")
    merge(twin, place, alice)
    said = {"reason": "x", "by": alice, "at": NOON}

    assert refused(merge, twin, place, alice) is rules.MERGED_AWAY
    assert refused(merge, place, twin, alice) is rules.MERGED_AWAY
    assert refused(actions.close_place, twin.pk, **said) is rules.MERGED_AWAY
    amend = actions.amend_place
    assert refused(amend, twin.pk, name="x", by=alice, at=NOON) is rules.MERGED_AWAY


def test_what_was_merged_away_stays_known(place, twin, kinds):
    merge(twin, place, kinds.actor("alice"))

    with pytest.raises(Refusal) as refusal:
        register(kinds, "community", "hotel", "福华街宾馆")

    assert refusal.value.facts["place"] == place.pk


def test_a_survivor_may_take_its_duplicates_name_and_then_they_stay_one(
    place, twin, kinds
):
    alice = kinds.actor("alice")
    merge(twin, place, alice)
    actions.amend_place(place.pk, name="福华街宾馆", by=alice, at=NOON)

    kind = refused(actions.unmerge_place, twin.pk, reason="x", by=alice, at=NOON)

    assert kind is rules.PLACE_KNOWN


def test_what_is_not_merged_is_not_unmerged(place, kinds):
    said = {"reason": "x", "by": kinds.actor("alice"), "at": NOON}

    assert refused(actions.unmerge_place, place.pk, **said) is rules.NOT_MERGED


def test_a_place_of_the_next_district_is_unknown_to_a_merge(place, kinds):
    elsewhere = register(kinds, "next_community", "hotel", "南关宾馆")

    kind = refused(merge, elsewhere, place, kinds.actor("alice"))

    assert kind is rules.PLACE_UNKNOWN


def test_a_grid_worker_merges_nothing(kinds):
    one = register(kinds, "grid", "hotel", "甲宾馆")
    other = register(kinds, "grid", "hotel", "乙宾馆")

    assert refused(merge, one, other, kinds.actor("grid")) is rules.NOT_YOURS_TO_SETTLE


def test_two_places_are_kept_apart_once(place, twin, kinds):
    said = {"reason": "两块招牌", "by": kinds.actor("alice"), "at": NOON}
    actions.keep_apart(place.pk, other=twin.pk, **said)
    before = written()

    actions.keep_apart(twin.pk, other=place.pk, **said)

    assert written() == before
    apart = Apart.objects.get()
    assert (apart.one_id, apart.other_id) == (place.pk, twin.pk)


# ----------------------------------------------------------------------- layouts
def test_a_layout_is_remembered_by_its_headings_whatever_their_width(world):
    said = {"by": world.actor("alice"), "at": NOON}

    actions.remember_layout(headings=["名称", "电话"], mapping={"name": 0}, **said)
    entries = Entry.objects.count()
    again = actions.remember_layout(
        headings=["名 称", "电话："], mapping={"name": 0}, **said
    )

    assert Layout.objects.get() == again
    assert Entry.objects.count() == entries


def test_who_keeps_no_ledger_teaches_no_layout(world):
    said = {"headings": ["名称"], "mapping": {}, "by": world.actor("auditor")}

    kind = refused(actions.remember_layout, **said, at=NOON)

    assert kind is rules.NOT_YOURS_TO_KEEP
    assert Layout.objects.count() == 0
