"""Journal and proof: scope, filters, the proof of an entry, verification, download."""

import ast
import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings as installed
from django.db import connection
from django.urls import reverse
from django.utils.translation import override

from fangxian.interfaces.console.fields import field_word
from fangxian.interfaces.console.history import EVENTS, FAULTS, event_word
from fangxian.interfaces.console.payloads import payload_lines
from fangxian.interfaces.console.subjects import things_of
from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.moments import SHANGHAI
from fangxian.mechanisms.journal import actions, guards, queries
from fangxian.mechanisms.journal.checkpoints import HeldCheckpoint
from fangxian.mechanisms.journal.models import Entry, Tally
from fangxian.mechanisms.journal.verification import What, verify
from fangxian.mechanisms.jurisdiction.actions import rename
from fangxian.mechanisms.ledger.actions import declare_kind
from tests.unit.interfaces.console.inspected import adopt_rules, found
from tests.worlds import NOON, SOURCE, TODAY


pytestmark = pytest.mark.usefixtures("signed")
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def signed(world):
    """The making of the world, numbered and signed; gives the world."""
    while actions.sequence(at=NOON):
        pass
    actions.checkpoint(at=NOON)
    return world


def number_of(area):
    return queries.entries([area])[0].number


def shown(client, url, *args, **query):
    answer = client.get(reverse(url, args=args), query)
    return answer.status_code, answer.content.decode()


def test_readers_see_what_was_done_in_their_areas(browse, signed):
    mine = f'href="/areas/{signed["street"]}/">'
    theirs = f'href="/areas/{signed["next_street"]}/">'

    _, alice = shown(browse("alice"), "journal", event="area.")
    _, charlie = shown(browse("charlie"), "journal", event="area.")
    _, auditor = shown(browse("auditor"), "journal", event="area.")

    assert (mine in alice, theirs in alice) == (True, False)
    assert (mine in charlie, theirs in charlie) == (False, True)
    assert (mine in auditor, theirs in auditor) == (True, True)


def test_an_entry_of_the_next_district_is_as_if_it_were_not_there(browse, signed):
    number = number_of(signed["street"])

    assert shown(browse("alice"), "journal_entry", number)[0] == 200
    assert shown(browse("charlie"), "journal_entry", number)[0] == 404


def test_an_entry_shows_its_proof(browse, signed):
    status, text = shown(browse("alice"), "journal_entry", number_of(signed["street"]))

    assert status == 200
    assert "proved" in text
    assert queries.prove(number_of(signed["street"])).root.hex() in text


@pytest.fixture
def seen(world):
    """A visit to a hotel of Alice's street that found something, numbered."""
    adopt_rules(world)
    problem = found(world, "永安宾馆")
    while actions.sequence(at=NOON):
        pass
    return problem


def entry_of(event):
    return Entry.objects.filter(event=event).latest("pk").leaf.number


@pytest.mark.parametrize(
    ("language", "kind", "place"),
    [("en", "Finding", "Place"), ("zh-hans", "问题", "场所")],
)
def test_what_was_acted_on_stands_by_its_name_with_its_page(
    browse, seen, language, kind, place
):
    _, text = shown(browse("alice", language), "journal")

    assert f'{kind}</span> <a href="/findings/{seen.pk}/">№ {seen.pk} ' in text
    assert (
        f'{place}</span> <a href="/{seen.subject.replace(":", "s/")}/">永安宾馆' in text
    )
    assert seen.subject not in text


def test_an_entry_says_its_fields_in_words(browse, seen):
    number = entry_of("finding.raised")

    _, text = shown(browse("alice", "zh-hans"), "journal_entry", number)

    assert "<dt>严重程度</dt><dd>" in text
    assert f'<dt>关于</dt><dd><a href="/{seen.subject.replace(":", "s/")}/">' in text
    assert f"<dt>整改期限</dt><dd>{to_shanghai(seen.deadline_at)}</dd>" in text
    assert "<dt>此前同类问题</dt><dd>—</dd>" in text
    assert "deadline_at" not in text


def to_shanghai(moment):
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def test_a_thing_out_of_scope_is_neither_named_nor_linked(seen, world):
    here = things_of([seen.subject, "tea:7"], world.actor("alice"))
    elsewhere = things_of([seen.subject, "tea:7"], world.actor("charlie"))

    assert here[seen.subject].name == "永安宾馆"
    assert here[seen.subject].href
    assert elsewhere[seen.subject].name == elsewhere[seen.subject].href == ""
    assert elsewhere[seen.subject].code == f"№ {seen.subject.removeprefix('place:')}"
    assert here["tea:7"].code == "tea:7"


def test_nested_fields_are_told_under_their_own(world):
    payload = {
        "departments": {"market": world.posts["dana"]},
        "digests": {str(world["street"]): "a" * 64},
        "changes": {"address": ["x", None]},
        "decision": {"clause": "six_haves", "facts": {"tea": True}},
    }
    with override("en"):
        said = {
            line.label or line.code: [one.text for one in line.values]
            for line in payload_lines("tea.drunk", payload, world.actor("alice"))
        }

    assert said["Changed › address"] == ["x", "—"]
    assert said["Digests by unit › 福华街街道"] == ["a" * 64]
    assert said["decision.facts.tea"] == ["yes"]
    assert said["Decision › Clause"] == ["six_haves"]
    assert "departments.market" in said


def test_an_entry_that_is_not_yet_signed_says_so(browse, signed):
    rename(
        signed["street"],
        name="福华街道",
        on=TODAY,
        source=SOURCE,
        by=SYSTEM,
        at=NOON,
    )
    actions.sequence(at=NOON)

    _, text = shown(browse("alice"), "journal_entry", queries.last_number())

    assert "not yet signed" in text


def test_entries_are_chosen_by_acts_and_days(browse):
    client = browse("auditor")

    assert "Area established" in shown(client, "journal", event="area.")[1]
    assert "Area established" not in shown(client, "journal", event="post.")[1]
    assert "No entries" in shown(client, "journal", first="2021-01-01")[1]
    assert "No entries" in shown(client, "journal", last="2016-01-01")[1]
    assert shown(client, "journal", first="yesterday", event="x")[0] == 200
    assert shown(client, "journal", page="x")[0] == 200


@pytest.mark.parametrize("who", ["grid", "administrator", "civil_affairs"])
def test_other_roles_do_not_read_the_journal(browse, who):
    assert shown(browse(who), "journal")[0] == 403


def test_verifying_is_an_act_and_shows_what_was_found(browse):
    client = browse("auditor")
    assert "Not verified yet" in shown(client, "journal_checkpoints")[1]

    answer = client.post(reverse("journal_verify"))

    assert answer.status_code == 302
    [noted] = Entry.objects.filter(event="journal.verified")
    assert noted.payload["found"] == 0
    assert "nothing was changed" in shown(client, "journal_checkpoints")[1]


def test_a_fault_is_named_on_the_page(browse):
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER journal_entry_no_update")
        else:
            cursor.execute("DROP FUNCTION journal_insert_only CASCADE")
        cursor.execute(
            "UPDATE journal_entry SET device = 'x'"
            " WHERE id = (SELECT min(id) FROM journal_entry)"
        )
    client = browse("auditor")

    client.post(reverse("journal_verify"))

    _, text = shown(client, "journal_checkpoints")
    assert "The entry was changed." in text
    assert "faults found" in text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            "Finding raised · 2020-11-09 · 二七区 › 福华街街道 · 宾馆: 7 is stored, the",
        ),
        ("zh-hans", "2020-11-09 · 二七区 › 福华街街道 · 宾馆：计数为 7，按条目应为 0"),
    ],
)
def test_a_counter_that_differs_is_told_in_words(browse, signed, language, said):
    declare_kind(
        code="hotel",
        name="宾馆",
        name_en="宾馆",
        group="lodging",
        key=True,
        by=SYSTEM,
        at=NOON,
    )
    Tally.objects.create(
        measure="finding.raised",
        day=TODAY,
        area=signed["street"],
        kind="hotel",
        n=7,
    )
    client = browse("auditor", language)
    client.post(reverse("journal_verify"))

    _, text = shown(client, "journal_checkpoints")

    assert said in text
    assert ("the entries make" in text) is (language == "en")


def test_who_only_reads_does_not_verify(browse):
    assert browse("district").post(reverse("journal_verify")).status_code == 403
    assert not Entry.objects.filter(event="journal.verified").exists()


def test_a_checkpoint_is_downloaded_to_be_held_elsewhere(browse):
    answer = browse("auditor").get(reverse("journal_held", args=[1]))

    held = HeldCheckpoint.from_text(answer.content.decode())
    assert 'filename="checkpoint-1.json"' in answer["Content-Disposition"]
    assert verify(checkpoint=held).clean
    assert installed.FANGXIAN_SIGNING_KEY.exists()


def test_a_checkpoint_that_was_never_made_is_declined_in_words(browse):
    answer = browse("auditor").get(reverse("journal_held", args=[99]))

    assert answer.status_code == 409
    assert "journal.no_checkpoint" in answer.content.decode()


@pytest.mark.parametrize("more", [0, 40])
def test_the_list_costs_the_same_with_more_entries(
    browse, more, django_assert_max_num_queries
):
    for number in range(more):
        declare_kind(
            code=f"kind{number}",
            name=f"kind{number}",
            name_en="",
            group="x",
            key=False,
            by=SYSTEM,
            at=NOON - HOUR,
        )
    actions.sequence(at=NOON)
    client = browse("auditor")

    with django_assert_max_num_queries(18):
        assert shown(client, "journal")[0] == 200


def test_every_fault_has_its_words():
    with override("en"):
        words = {name: str(word) for name, word in FAULTS.items()}

    assert words == {what.name: what.value for what in (*What, *guards.What)}


def test_every_event_of_the_house_has_its_word(journal_events):
    assert sorted(journal_events - set(EVENTS)) == []
    assert event_word("tea.drunk") == "tea.drunk"


def test_every_field_of_the_events_has_its_word(event_classes):
    without = sorted(
        f"{event}.{field}"
        for event, fields in event_classes.items()
        for field in fields
        if not field_word(event, field)
    )

    assert without == []
    assert field_word("tea.drunk", "sugar") == ""


@pytest.fixture
def event_classes():
    """The fields of every frozen event class of the source, by the event's name."""
    source = Path(__file__).parents[4] / "src"
    return {
        named[0].value.value: [
            one.target.id
            for one in made.body
            if isinstance(one, ast.AnnAssign) and one.value is None
        ]
        for path in source.rglob("*.py")
        for made in ast.walk(ast.parse(path.read_text()))
        if isinstance(made, ast.ClassDef)
        if (named := [one for one in made.body if is_name_of_an_event(one)])
    }


def is_name_of_an_event(line):
    return (
        isinstance(line, ast.AnnAssign)
        and ast.unparse(line.annotation) == "ClassVar[str]"
        and isinstance(line.value, ast.Constant)
    )


@pytest.fixture
def journal_events():
    """Every name that a frozen event class declares in the source."""
    source = Path(__file__).parents[4] / "src"
    return {
        line.split('"')[1]
        for path in source.rglob("*.py")
        for line in path.read_text().splitlines()
        if line.strip().startswith('name: ClassVar[str] = "')
    }
