import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from fangxian.kernel.refusals import Refusal
from fangxian.kernel.transitions import NOT_A_STEP
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.jurisdiction.rules import OUT_OF_REACH
from fangxian.mechanisms.ledger.models import Kind
from fangxian.mechanisms.protocol import actions, queries, rules
from fangxian.mechanisms.protocol.models import Adoption, Edition
from fangxian.mechanisms.protocol.states import LIFECYCLE, State
from tests.packs import pack_of
from tests.unit.mechanisms.protocol.libraries import library
from tests.worlds import NOON


DAY = dt.timedelta(days=1)
VERSION = ("pack", "version")


def drafted(world, pack=None, who="administrator"):
    return actions.draft(
        pack or pack_of("lending-library"), by=world.actor(who), at=NOON
    )


def reviewed(world, pack=None):
    edition = drafted(world, pack)
    return actions.review(edition.pk, by=world.actor("cdc"), at=NOON)


def adopt(world, edition, *, area="district", who="district", from_=NOON, until=None):
    return actions.adopt(
        edition.pk,
        area=world[area],
        from_=from_,
        until=until,
        by=world.actor(who),
        at=NOON,
    )


def written():
    """Everything that these actions could have left behind."""
    return (
        list(Edition.objects.values("pk", "state", "reviewed_by", "drafted_by")),
        list(Adoption.objects.values("pk", "edition", "area", "until")),
        Kind.objects.count(),
        Entry.objects.count(),
    )


def refused(act, *args, **said):
    """The catalogue entry that an act is refused with; nothing may be written."""
    before = written()
    with pytest.raises(Refusal) as refusal:
        act(*args, **said)
    assert written() == before
    return refusal.value.kind


def last_entry():
    entry = Entry.objects.order_by("-pk")[0]
    return entry.event, entry.subject, entry.area, entry.payload


# ------------------------------------------------------------------------- draft
def test_a_draft_keeps_the_pack_word_for_word(world):
    edition = drafted(world)
    pack = pack_of("lending-library")

    edition.refresh_from_db()
    assert (edition.pack, edition.version) == ("lending-library", "1")
    assert (edition.state, edition.digest) == (State.DRAFT, pack.digest)
    assert queries.loaded(edition.pk) == pack
    assert last_entry() == (
        "protocol.drafted",
        f"edition:{edition.pk}",
        None,
        {
            "edition": edition.pk,
            "pack": "lending-library",
            "version": "1",
            "digest": pack.digest,
        },
    )


def test_drafting_the_same_again_is_the_same_and_writes_nothing(world):
    first, entries = drafted(world), Entry.objects.count()
    again = drafted(world, who="cdc")

    assert again.pk == first.pk
    assert again.drafted_by == first.drafted_by
    assert Entry.objects.count() == entries


def test_a_version_is_not_given_to_other_content(world):
    drafted(world)
    other = library(("pack", "title", "en"), "Another library")

    assert refused(drafted, world, other) is rules.VERSION_TAKEN


def test_a_grid_worker_may_not_draft(world):
    assert refused(drafted, world, who="grid") is rules.NOT_A_KEEPER


# ------------------------------------------------------------------------ review
def test_a_second_person_reviews(world):
    edition = reviewed(world)

    edition.refresh_from_db()
    assert edition.state == State.REVIEWED
    assert edition.reviewed_by == world.actor("cdc").person
    assert edition.reviewed_at == NOON
    assert last_entry()[0] == "protocol.reviewed"


def test_who_drafted_may_not_review(world):
    edition = drafted(world)
    by = world.actor("administrator")

    kind = refused(actions.review, edition.pk, by=by, at=NOON)

    assert kind is rules.REVIEWER_DRAFTED


def test_the_database_too_keeps_the_reviewer_another(world):
    edition = drafted(world)
    edition.reviewed_by, edition.reviewed_at = edition.drafted_by, NOON

    with pytest.raises(IntegrityError), transaction.atomic():
        edition.save()


def test_a_grid_worker_may_not_review(world):
    edition = drafted(world)
    kind = refused(actions.review, edition.pk, by=world.actor("grid"), at=NOON)

    assert kind is rules.NOT_A_KEEPER


def test_what_is_reviewed_is_not_reviewed_again(world):
    edition = reviewed(world)
    kind = refused(actions.review, edition.pk, by=world.actor("dana"), at=NOON)

    assert kind is NOT_A_STEP


def test_an_edition_that_does_not_exist_is_hidden(world):
    kind = refused(actions.review, 404, by=world.actor("cdc"), at=NOON)

    assert kind is rules.NO_SUCH_EDITION
    assert kind.hidden


# --------------------------------------------------------------------- send back
def test_a_reviewed_edition_goes_back_with_its_reason(world):
    edition = reviewed(world)
    by = world.actor("cdc")
    actions.send_back(edition.pk, reason="rule 3 is missing", by=by, at=NOON)

    edition.refresh_from_db()
    assert (edition.state, edition.reviewed_by) == (State.DRAFT, None)
    assert last_entry()[3] == {"edition": edition.pk, "reason": "rule 3 is missing"}


def test_an_edition_does_not_go_back_without_a_reason(world):
    edition, by = reviewed(world), world.actor("cdc")
    kind = refused(actions.send_back, edition.pk, reason=" ", by=by, at=NOON)

    assert kind is rules.NO_REASON


def test_a_grid_worker_sends_nothing_back(world):
    edition, by = reviewed(world), world.actor("grid")
    kind = refused(actions.send_back, edition.pk, reason="no", by=by, at=NOON)

    assert kind is rules.NOT_A_KEEPER


def test_what_is_in_force_does_not_go_back(world):
    edition, by = reviewed(world), world.actor("cdc")
    adopt(world, edition)
    kind = refused(actions.send_back, edition.pk, reason="late", by=by, at=NOON)

    assert kind is NOT_A_STEP


# ------------------------------------------------------------------------- adopt
def test_adopting_puts_the_pack_in_force_and_declares_its_kinds(world):
    edition = reviewed(world)
    adoption = adopt(world, edition)

    edition.refresh_from_db()
    assert edition.state == State.ADOPTED
    assert sorted(Kind.objects.values_list("code", "name_en", "group", "key")) == [
        ("lending_desk", "Lending desk", "counter", True),
        ("reading_desk", "Reading desk", "furniture", False),
        ("shelf", "Shelf", "furniture", True),
    ]
    assert last_entry() == (
        "protocol.adopted",
        f"edition:{edition.pk}",
        world["district"],
        {
            "edition": edition.pk,
            "adoption": adoption.pk,
            "digest": edition.digest,
            "from_": "2020-11-09T04:00:00.000000+00:00",
            "until": None,
        },
    )


def test_a_draft_is_not_adopted(world):
    assert refused(adopt, world, drafted(world)) is NOT_A_STEP


def test_only_headquarters_adopt(world):
    assert refused(adopt, world, reviewed(world), who="cdc") is rules.NOT_AN_ADOPTER


def test_a_district_does_not_adopt_for_the_next(world):
    kind = refused(adopt, world, reviewed(world), who="district_next_door")

    assert kind is OUT_OF_REACH
    assert kind.hidden


def test_a_period_that_ends_before_it_begins_is_refused(world):
    kind = refused(adopt, world, reviewed(world), from_=NOON, until=NOON)

    assert kind is rules.PERIOD_BACKWARDS


def test_one_edition_may_be_adopted_in_two_areas(world):
    edition = reviewed(world)
    adopt(world, edition)
    adopt(world, edition, area="next_district", who="dana")

    assert Adoption.objects.filter(edition=edition, until=None).count() == 2


# --------------------------------------------------------------------- supersede
def test_a_later_edition_supersedes_the_earlier_at_the_same_moment(world):
    first = reviewed(world)
    held = adopt(world, first)
    second = reviewed(world, library(VERSION, "2"))
    adopt(world, second, from_=NOON + DAY)

    held.refresh_from_db()
    first.refresh_from_db()
    assert held.until == NOON + DAY
    assert first.state == State.SUPERSEDED
    events = Entry.objects.order_by("pk").values_list("event", "subject")
    assert ("protocol.superseded", f"edition:{first.pk}") in list(events)


def test_an_edition_that_still_holds_elsewhere_is_not_superseded(world):
    first = reviewed(world)
    adopt(world, first)
    elsewhere = adopt(world, first, area="next_district", who="dana")
    adopt(world, reviewed(world, library(VERSION, "2")), from_=NOON + DAY)

    first.refresh_from_db()
    elsewhere.refresh_from_db()
    assert first.state == State.ADOPTED
    assert elsewhere.until is None


def test_an_edition_whose_other_adoption_has_ended_is_superseded(world):
    first = reviewed(world)
    adopt(world, first)
    adopt(world, first, area="next_district", who="dana", until=NOON + DAY)
    adopt(world, reviewed(world, library(VERSION, "2")), from_=NOON + DAY)

    first.refresh_from_db()
    assert first.state == State.SUPERSEDED


def test_another_pack_is_left_alone(world):
    held = adopt(world, reviewed(world))
    adopt(world, reviewed(world, pack_of("routine")), from_=NOON + DAY)

    held.refresh_from_db()
    assert held.until is None


def test_what_a_higher_area_adopted_stays(world):
    held = adopt(world, reviewed(world), area="city", who="dana")
    adopt(world, reviewed(world, library(VERSION, "2")), from_=NOON + DAY)

    held.refresh_from_db()
    assert held.until is None


def test_an_edition_that_ended_before_is_left_as_it_was(world):
    held = adopt(world, reviewed(world), until=NOON + DAY)
    adopt(world, reviewed(world, library(VERSION, "2")), from_=NOON + 2 * DAY)

    held.refresh_from_db()
    assert held.until == NOON + DAY


@pytest.mark.parametrize("moment", [NOON, NOON - DAY])
def test_nothing_is_adopted_into_the_past_of_another(world, moment):
    adopt(world, reviewed(world))
    second = reviewed(world, library(VERSION, "2"))

    assert refused(adopt, world, second, from_=moment) is rules.ADOPTED_BACKWARDS


def test_a_superseded_edition_does_not_come_back(world):
    first = reviewed(world)
    adopt(world, first)
    adopt(world, reviewed(world, library(VERSION, "2")), from_=NOON + DAY)

    kind = refused(adopt, world, first, from_=NOON + 2 * DAY)

    assert kind is NOT_A_STEP


def test_the_life_of_an_edition_is_drawn():
    assert "reviewed --> adopted" in LIFECYCLE.mermaid()
