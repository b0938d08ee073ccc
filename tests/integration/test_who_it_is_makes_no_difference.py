"""The same evidence about other people: the decisions are the same, to the byte.

``tests/property/test_grounds.py`` decides about ten thousand pairs; here a few go the
whole way, from the ledger to the signature, and everything that tells people apart is
handed round among them: name, sex, age, telephone, paper, likeness, when they were
registered and in which order they were seen.
"""

import random

import pytest
from django.db import transaction

from fangxian.kernel.canonical import canonical
from fangxian.kernel.papers import Paper
from fangxian.kernel.situation import start_situation
from fangxian.mechanisms.restriction.models import Decision, Evidence
from tests.unit.mechanisms.ledger.people.folk import number, register
from tests.unit.mechanisms.restriction.restricting import DAY, HOUR, Restricting
from tests.worlds import FOUNDED, NOON


pytestmark = pytest.mark.slow
SEED = 871
FOLK = 40
NAMES = (
    "王小明",
    "欧阳秋水",
    "买买提江",
    "李一",
    "次仁卓玛",
    "赵钱孙李",
    "Anna Schmidt",
)
BORN = ("19310918", "19790613", "19990101", "20190228")


@pytest.fixture
def folk(world, settings, tmp_path):
    """Invented people of every kind, in one community."""
    settings.FANGXIAN_DATA = tmp_path
    start_situation(tmp_path, scenario="test", at=NOON)
    return [_somebody(world, serial) for serial in range(FOLK)]


def _somebody(world, serial):
    said = {
        "name": NAMES[serial % len(NAMES)],
        "telephone": f"100{serial:08}",
        "at": FOUNDED + serial * DAY,
    }
    if serial % 5:
        said["number"] = number(serial, born=BORN[serial % len(BORN)])
    else:
        said |= {
            "paper": Paper.NONE,
            "number": None,
            "no_paper_why": "证件未带",
        }
    return register(world, **said).person


def bundles():
    """What is known of one person each: much, little, hearsay, or nothing."""
    chance = random.Random(SEED)
    return [
        [
            (
                chance.choice(("stated", "visited", "tested")),
                {
                    "at": NOON - chance.randrange(12) * HOUR,
                    **chance.choice(({}, {}, {"result": "negative"})),
                },
            )
            for _ in range(chance.randrange(4))
        ]
        for _ in range(FOLK)
    ]


def decided(restricting, folk, *, chance, biased=False):
    """Give what is decided about whom each bundle is, as bytes without ids."""
    with transaction.atomic():
        restricting.exposed()
        said = [
            (subject, verb, {k: v for k, v in more.items() if _fits(verb, k)})
            for subject, bundle in zip(folk, bundles(), strict=True)
            for verb, more in bundle
        ]
        for subject, verb, more in chance.sample(said, len(said)):
            if not (biased and subject.int % 2):
                getattr(restricting, verb)(subject, **more)
        restricting.imposed(at=NOON)
        found = [_bytes_about(subject) for subject in folk]
        transaction.set_rollback(True)
    return found


def _fits(verb, name):
    return name == "at" or verb == "tested"


def _bytes_about(subject):
    decisions = Decision.objects.filter(subject=subject).order_by("rule", "until")
    words = ("rule", "measure", "area_id", "since", "until", "why")
    return canonical(
        [dict(zip(words, row, strict=True)) for row in decisions.values_list(*words)]
    )


def test_whoever_it_is_about_the_decision_is_the_same(world, folk):
    restricting, chance = Restricting(world), random.Random(SEED)

    first = decided(restricting, folk, chance=chance)
    for _ in range(3):
        others = chance.sample(folk, len(folk))
        assert decided(restricting, others, chance=chance) == first

    assert FOLK // 4 < sum(one != b"[]" for one in first) < FOLK
    assert Evidence.objects.count() == 0


def test_where_some_are_let_off_it_would_be_found(world, folk):
    """The control: of half of the people, nothing is written down."""
    restricting, chance = Restricting(world), random.Random(SEED)
    first = decided(restricting, folk, chance=chance)

    others = chance.sample(folk, len(folk))

    assert decided(restricting, others, chance=chance, biased=True) != first
