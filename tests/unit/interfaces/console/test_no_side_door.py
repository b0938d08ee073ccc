"""Nobody is restricted by any page: whoever may open it, and whatever they write there.

``tests/unit/interfaces`` tries devices, lists and commands (``test_no_side_door.py``,
``test_first_twelve.py``).
"""

import json
from uuid import uuid4

import pytest
from django.urls import reverse

from fangxian.mechanisms.restriction import queries
from fangxian.mechanisms.restriction.models import Decision
from tests.examples import all_examples
from tests.unit.interfaces.console.test_matrix import _address, _console_urls
from tests.unit.mechanisms.restriction.restricting import DAY, PENNY
from tests.unit.mechanisms.restriction.twelve import Twelve, groundless
from tests.worlds import NOON


pytestmark = pytest.mark.slow
INSIDERS = ("cdc", "hospital", "district", "administrator", "community", "grid")


def restricted(subject):
    return any(
        queries.restrictions_of([subject], at).exists()
        for at in (NOON, NOON + DAY, NOON + 10 * DAY)
    )


class Watch:
    """Tells after a page whether it made decisions: without one nobody is restricted.

    No row of them changes or goes, so each is looked at when it comes, by the name of
    the page that made it, and all of them once more at the end.
    """

    def __init__(self):
        self._seen = Decision.objects.count()

    def is_more(self):
        before, self._seen = self._seen, Decision.objects.count()
        return self._seen != before


def forged(made):
    """What somebody writes into a form who wants Penny at home, on nothing."""
    moment, far = "2020-11-09T12:00", "2030-01-01"
    return {
        **dict.fromkeys(("subject", "person", "people", "persons", "id"), str(PENNY)),
        **dict.fromkeys(("measure", "rule", "status", "state"), "home_monitoring"),
        **dict.fromkeys(("reason", "why", "note", "how", "said", "text"), "组织安排"),
        **dict.fromkeys(("until", "to_on", "left_on"), far),
        **dict.fromkeys(("since", "seen_at", "at", "opened"), moment),
        **dict.fromkeys(("cohort", "decision", "proposal"), "1"),
        "kind": "lab",
        "grade": "A",
        "result": "positive",
        "lab.result": "positive",
        "evidence": str(uuid4()),
        "area": str(made.get("grid", 1)),
        "accept": "on",
        "confirm": "on",
        "agreed": "on",
        "upheld": "no",
        "color": "red",
    }


# ------------------------------------------------------------------ the first twelve
def addresses(twelve):
    """Every page as it can be opened for one of the twelve, whatever it is about."""
    people = [twelve.heard_of, twelve.held, twelve.depositors[0]]
    numbers = [twelve.decision.pk, twelve.decision.proposal.cohort_id, twelve.drafted]
    for name, pattern in _console_urls().items():
        if "logout" in name or name.startswith(("account_", "mfa_")):
            continue
        for number, person in zip(numbers, people, strict=True):
            parts = pattern.pattern.converters
            yield (
                name,
                reverse(name, kwargs=_arguments(parts, number=number, person=person)),
                person,
            )
            if not parts:
                break


def _arguments(parts, *, number, person):
    by_kind = {"UUIDConverter": person, "IntConverter": number}
    return {
        part: by_kind.get(type(converter).__name__, "health_record")
        for part, converter in parts.items()
    }


@pytest.mark.parametrize("who", ["cdc", "hospital", "community", "administrator"])
def test_no_page_does_what_the_first_twelve_tried(world, browse, who):
    """With their ids where a page asks for one, and every word that could restrict."""
    twelve, client = Twelve(world), browse(who)
    said = forged({"grid": world["grid"]})
    answered, watch = set(), Watch()

    for name, address, person in addresses(twelve):
        named = dict.fromkeys(("subject", "person", "people", "persons"), str(person))
        answer = client.post(address, {**said, **named})
        assert answer.status_code < 500, name
        answered.add(answer.status_code)
        if watch.is_more():
            assert groundless() == [], name

    assert groundless() == []
    assert answered >= {200, 302, 404}
    assert twelve.found_wrong() == []


# ------------------------------------------------- every page, with what it is about
# Last: the examples stand until the module ends, and no other world beside them.
@pytest.mark.parametrize("who", INSIDERS)
def test_no_page_restricts_whom_nothing_is_known_of(visit, made, who):
    client, watch = visit(who), Watch()
    before = Decision.objects.count()

    for url, example in all_examples().items():
        if "logout" in url or url.startswith(("account_", "mfa_")):
            continue
        client.post(_address(url, example, made), forged(made))
        client.post(
            _address(url, example, made),
            json.dumps(forged(made)),
            content_type="application/json",
        )
        if watch.is_more():
            assert not restricted(PENNY), url
            assert groundless() == [], url

    assert not restricted(PENNY)
    assert groundless() == []
    assert client.get(reverse("today")).status_code == 200  # still logged in
    assert Decision.objects.count() - before in range(
        2
    )  # the one that was to be signed
