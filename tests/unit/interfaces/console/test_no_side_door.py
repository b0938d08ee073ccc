"""Nobody is restricted by any page: whoever may open it, and whatever they write there.

``tests/unit/interfaces/test_no_side_door.py`` tries devices, lists and commands.
"""

import json
from uuid import uuid4

import pytest
from django.urls import reverse

from fangxian.mechanisms.protocol.vocabulary import GROUNDING
from fangxian.mechanisms.restriction import queries
from fangxian.mechanisms.restriction.models import Decision
from tests.examples import all_examples
from tests.unit.interfaces.console.test_matrix import _address
from tests.unit.mechanisms.restriction.restricting import DAY, PENNY
from tests.worlds import NOON


pytestmark = pytest.mark.slow
INSIDERS = ("cdc", "hospital", "district", "administrator", "community", "grid")


def groundless():
    """Restrictions that rest on nothing, on hearsay, or on somebody else's evidence."""
    return [
        decision
        for decision in Decision.objects.select_related("proposal")
        if not _is_grounded(decision)
    ]


def _is_grounded(decision):
    resting = list(queries.grounds_of(decision))
    return resting and all(
        one.grade in GROUNDING and one.subject in {None, decision.subject}
        for one in resting
    )


def restricted(subject):
    return any(
        queries.restrictions_of([subject], at).exists()
        for at in (NOON, NOON + DAY, NOON + 10 * DAY)
    )


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


@pytest.mark.parametrize("who", INSIDERS)
def test_no_page_restricts_whom_nothing_is_known_of(visit, made, who):
    client = visit(who)
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
        assert not restricted(PENNY), url
        assert groundless() == [], url

    assert client.get(reverse("today")).status_code == 200  # still logged in
    assert Decision.objects.count() - before in range(
        2
    )  # the one that was to be signed
