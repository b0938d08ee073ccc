"""Every box of the console that takes free words, filled in and sent.

The pages are those of the examples; their forms are read as a browser reads them. What
a form has chosen already stays, a choice that is missing is made, and into every box for
words goes a name with a number and a telephone, which nobody else is called. Boxes for
what a place, a unit or a building is called are left as they are: that stands in clear.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.test import Client
from django.test.utils import setup_test_environment
from django.urls import reverse

from fangxian.capabilities.enrolment.sweeps import actions as sweeps
from fangxian.capabilities.inspection import actions as inspection
from fangxian.interfaces.console.models import Account
from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.situation import start_situation
from fangxian.mechanisms.finding import actions as findings
from fangxian.mechanisms.journal.actions import sequence
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.journal.payloads import names_of
from fangxian.mechanisms.jurisdiction import actions as areas
from fangxian.mechanisms.jurisdiction.bulk import NewArea
from fangxian.mechanisms.jurisdiction.states import Level
from fangxian.mechanisms.ledger import actions as ledger
from fangxian.mechanisms.ledger.models import Place
from fangxian.mechanisms.ledger.rows import FileRows, SourceFile
from fangxian.mechanisms.task import actions as tasks
from fangxian.privacy.typed import TypedTextField
from tests.examples import Made, all_examples, make_all
from tests.people import PEOPLE
from tests.repository.test_privacy import events
from tests.secrecy.leaving import Noting
from tests.worlds import NOON, TODAY, World, make_world


HOUR = dt.timedelta(hours=1)
BACKEND = "django.contrib.auth.backends.ModelBackend"

NAME, TELEPHONE = "上官婉儿", "10033332222"
NUMBER = "990103196604113389"
WORDS = f"{NAME} {NUMBER} {TELEPHONE} 请记下"
TYPED = {NAME, NUMBER, TELEPHONE}
LEFT_OUT = ("account", "import", "login", "logout", "mfa", "profile")
CALLED = {
    *("address", "building", "code", "laboratory", "title", "unit", "uscc"),
    *(f"{what}_{number}" for what in ("name", "code") for number in range(1, 9)),
}
NAMED_ABOVE_A_DOOR = ("area_", "place", "post_new")  # where ``name`` is no person's


@dataclass(slots=True)
class Form:
    """What a browser would send of a form, and the names of its boxes for words."""

    action: str
    said: dict[str, list[str]] = field(default_factory=dict)
    boxes: list[str] = field(default_factory=list)


class Reader(HTMLParser):
    """The forms of a page that are sent by POST."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address, self.forms, self._open, self._select = address, [], None, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take up a form, a box, or a choice."""
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            is_sent = said.get("method", "").lower() == "post"
            self._open = Form(said.get("action") or self.address) if is_sent else None
        elif self._open is not None and tag in _TAKES:
            _TAKES[tag](self, said)

    def handle_endtag(self, tag: str) -> None:
        """Put a form by."""
        if tag == "form" and self._open is not None:
            self.forms.append(self._open)
            self._open = None

    def take_input(self, said: dict[str, str]) -> None:
        kind, name = said.get("type", "text"), said.get("name", "")
        if not name:
            return
        if kind in ("radio", "checkbox"):
            if "checked" in said or name not in self._open.said:
                self._open.said[name] = [said.get("value", "on")]
        elif kind == "text" and not said.keys() & {"inputmode", "pattern"}:
            self._box(name)
        elif kind not in ("file", "submit"):
            self._open.said[name] = [said.get("value", "")]

    def take_textarea(self, said: dict[str, str]) -> None:
        self._box(said.get("name", ""))

    def take_select(self, said: dict[str, str]) -> None:
        self._select = said.get("name", "")

    def take_option(self, said: dict[str, str]) -> None:
        value = said.get("value", "")
        if "selected" in said or not any(self._open.said.get(self._select, [])):
            self._open.said[self._select] = [value]

    def _box(self, name: str) -> None:
        if name and name not in CALLED:
            self._open.boxes.append(name)


_TAKES = {
    "input": Reader.take_input,
    "textarea": Reader.take_textarea,
    "select": Reader.take_select,
    "option": Reader.take_option,
}


def forms_at(visitor: Client, address: str) -> Iterator[Form]:
    """Give the forms of a page with boxes for words."""
    answer = visitor.get(address)
    if answer.status_code != 200:
        return
    reader = Reader(address)
    reader.feed(answer.content.decode(errors="replace"))
    for form in reader.forms:
        if form.boxes and "q" not in form.boxes:
            yield form


def fill_boxes() -> None:
    """Fill the installation that FANGXIAN_DATA names; note what the boxes said to it."""
    setup_test_environment()  # so that pages tell what stands in their forms
    start_situation(settings.FANGXIAN_DATA, scenario="secrecy", at=NOON)
    world = make_world()
    made = make_all(world)
    told = type_everywhere(made, cache(_visitor))
    type_the_rest(world, made)
    sequence(at=NOON)
    noted = "\n".join([*told, "unreached:", *sorted(unreached())])
    (settings.FANGXIAN_DATA / "boxes.txt").write_text(noted, "utf-8")


def _visitor(who: str) -> Client:
    visitor = Noting(headers={"host": "localhost"})
    if who in PEOPLE:
        said = {"username": who}
        account, _ = Account.objects.get_or_create(person=PEOPLE[who], defaults=said)
        visitor.force_login(account, backend=BACKEND)
    return visitor


def type_everywhere(made: Made, visitor_of: Callable[[str], Client]) -> list[str]:
    """Fill in every box of every example's page; tell the boxes and what came of each."""
    told = []
    for url, example in all_examples().items():
        if example.post_only or url.startswith(LEFT_OUT):
            continue
        visitor = visitor_of(example.who)
        address = reverse(url, args=example.args(made))
        for form in forms_at(visitor, f"{address}?{example.query}"):
            words = {name: [WORDS] for name in form.boxes}
            if url.startswith(NAMED_ABOVE_A_DOOR) and "name" in words:
                words["name"] = ["新名称"]
            sent = visitor.post(form.action, {**form.said, **words})
            told.append(f"{url} {','.join(form.boxes)} {sent.status_code}")
    return told


def type_the_rest(world: World, made: Made) -> None:
    """Say the same where the examples' forms lead nowhere, or not first."""
    change_areas(world)
    order(world)
    judge(world, made)
    settle(world, made)


def change_areas(world: World) -> None:
    """Change areas, each on somebody's word."""
    said = {"source": WORDS, "by": SYSTEM, "at": NOON}
    under = {"level": Level.GRID, "parent": world["far_community"]}
    days = iter(TODAY - n * dt.timedelta(days=1) for n in range(9, 0, -1))
    grid = areas.establish_area(name="第七网格", on=next(days), **under, **said)
    areas.rename(grid.pk, name="第八网格", on=next(days), **said)
    to = world["second_far_community"]
    areas.move_area(grid.pk, to=to, on=next(days), **said)
    areas.abolish(world["courtyard"], on=next(days), **said)
    areas.establish_areas(
        [NewArea(row=1, code="410104005003", name="新社区", parent="410104005")],
        level=Level.COMMUNITY,
        on=TODAY,
        **said,
    )


def order(world: World) -> None:
    """Order a sweep and self-checks; give a duty back."""
    alice = {"by": world.actor("alice"), "at": NOON}
    later = {"opens_at": NOON, "until": NOON + HOUR}
    sweeps.order_sweep(
        id=UUID(int=7),
        clause="door_sweep",
        area=world["second_grid"],
        why=WORDS,
        **later,
        **alice,
    )
    checks = {"kinds": ["hotel"], "due_at": NOON + HOUR, "area": world["street"]}
    assert inspection.order_self_checks(problem=WORDS, source=WORDS, **checks, **alice)
    bob = {"by": world.actor("bob"), "at": NOON}
    request = tasks.IssueRequest(
        key="again",
        duty="patrol",
        subject="area:1",
        area=world["street"],
        opens_at=NOON,
        due_at=NOON + HOUR,
        decision={},
        post=world.posts["bob"],
    )
    issued = tasks.issue(request, by=SYSTEM, at=NOON)
    tasks.claim(issued.pk, **bob)
    tasks.hand_back(issued.pk, reason=WORDS, **bob)


def judge(world: World, made: Made) -> None:
    """Send a finding back, withdraw one, close a place for one and open it again."""
    about = {"place": made["namesake"], "text": WORDS}
    alice, bob = world.actor("alice"), world.actor("bob")
    district = world.actor("district")
    wrong, grave = (
        inspection.note_problem(**about, severity=how, by=bob, at=NOON).pk
        for how in ("minor", "grave")
    )
    findings.rectify(wrong, how=WORDS, by=alice, at=NOON)
    later = {"deadline_at": NOON + HOUR, "by": district, "at": NOON}
    findings.reopen(wrong, reason=WORDS, **later)
    inspection.suspend_place(grave, reason=WORDS, by=district, at=NOON)
    findings.withdraw(grave, reason=WORDS, by=district, at=NOON)
    inspection.reopen_place(made["namesake"], reason=WORDS, by=district, at=NOON)
    visit = {"department": "fire", "reason": WORDS}
    inspection.excuse_department(made["joint_visit"], **visit, by=district, at=NOON)


def settle(world: World, made: Made) -> None:
    """Take a merge of places back, tell them apart, take in a list without rows."""
    by = {"by": world.actor("alice"), "at": NOON}
    if Place.objects.get(pk=made["place"]).merged_into_id is None:
        ledger.merge_places(made["place"], into=made["namesake"], evidence=WORDS, **by)
    ledger.unmerge_place(made["place"], reason=WORDS, **by)
    ledger.keep_apart(made["place"], other=made["namesake"], reason=WORDS, **by)
    file = SourceFile(name=f"{NAME}.csv", digest="", area=world["street"])
    ledger.take_import(file, FileRows(readable=()), **by)


# ------------------------------------------------------------------ what was reached
def unreached() -> set[str]:
    """Name every column and field of an event that is typed, and holds none of it."""
    missed = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, TypedTextField)
        and not any(
            NAME in (said or "")
            for said in model._base_manager.values_list(field.name, flat=True)
        )
    }
    told = {
        f"{event} {name}"
        for event, payload in Entry.objects.values_list("event", "payload")
        for name, said in payload.items()
        if NAME in str(said)
    }
    wanted = {
        f"{name} {field}" for name, event in events().items() for field in typed(event)
    }
    return missed | (wanted - told)


def typed(event: Any) -> tuple[str, ...]:
    """Name the fields of an event that somebody wrote in free words."""
    return names_of(event)[1]
