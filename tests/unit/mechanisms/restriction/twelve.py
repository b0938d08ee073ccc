"""The situations of the first twelve attacks in one world, and what must not come of it.

``test_first_twelve.py`` plays each attack through the actions and the tables; here all
twelve are laid out at once, for whoever tries pages, commands, lists and devices.
"""

import datetime as dt

from fangxian.kernel.papers import Paper
from fangxian.mechanisms.ledger.people.actions import register_person
from fangxian.mechanisms.protocol import actions as protocol
from fangxian.mechanisms.protocol.models import Edition
from fangxian.mechanisms.protocol.queries import in_force
from fangxian.mechanisms.protocol.vocabulary import GROUNDING, Grade
from fangxian.mechanisms.restriction import queries
from fangxian.mechanisms.restriction.models import Decision
from fangxian.mechanisms.restriction.verification import verify
from tests.packs import DRAFTER
from tests.unit.mechanisms.ledger.people.folk import number
from tests.unit.mechanisms.restriction.restricting import (
    PACK,
    STAYED,
    Restricting,
    pack_with,
)
from tests.worlds import FOUNDED, NOON


DAY = dt.timedelta(days=1)
OTHER_MARKET = "place:78"
MOMENTS = (NOON, NOON + DAY, NOON + 5 * DAY, NOON + 30 * DAY)


class Twelve:
    """Somebody for every attack, and the one restriction that is right."""

    def __init__(self, world):
        self.world = world
        self.restricting = restricting = Restricting(world)
        self.nobody_knows, self.heard_of, self.untouched, self.negative = (
            self.registered(serial) for serial in range(510, 514)
        )  # 3 and 4, 1, 2, 12
        self.depositors = [self.registered(serial) for serial in range(520, 523)]
        self.visitors = [self.registered(serial) for serial in range(530, 533)]
        self.held = self.registered(540)  # 10 and 11: the end is put off
        restricting.stated(self.heard_of, grade=Grade.C)
        restricting.stated(self.held)
        [self.decision] = restricting.imposed()
        restricting.exposed()
        for depositor in self.depositors:  # 5: they scanned a picture
            restricting.visited(depositor, presence="remote")
        for visitor in self.visitors:  # 6: nobody infected was there
            restricting.visited(visitor, venue=OTHER_MARKET)
        restricting.tested(self.negative, result="negative")
        drafted = protocol.draft(  # 7 to 9: rules that nobody has reviewed
            pack_with(STAYED, version="unreviewed"), by=DRAFTER, at=NOON
        )
        self.drafted = drafted.pk
        self.before = self._as_written()

    def registered(self, serial):
        """Put somebody on the ledger, so that lists and pages can mean them."""
        return register_person(
            name="赵一",
            paper=Paper.CITIZEN,
            number=number(serial),
            telephone=f"100{serial:08}",
            area=self.world["community"],
            source="test",
            by=self.world.actor("community"),
            at=FOUNDED,
        ).person

    @property
    def free(self):
        """Everybody on whom nothing can be imposed."""
        alone = [self.nobody_knows, self.heard_of, self.untouched, self.negative]
        return [*alone, *self.depositors, *self.visitors]

    def _as_written(self):
        return Decision.objects.filter(pk=self.decision.pk).values().get()

    def found_wrong(self):
        """Name what an attack achieved, by the numbers of the twelve."""
        wrong = [
            f"{subject} is restricted"
            for subject in self.free
            for at in MOMENTS
            if queries.verdict([subject], at).is_restricted
        ]
        wrong += [f"{one} rests on nothing" for one in groundless()]
        if self._as_written() != self.before:
            wrong.append("10, 11: a decision was changed")
        later = Decision.objects.filter(
            subject=self.held, until__gt=self.decision.until
        )
        wrong += [f"11: {one} ends later" for one in later]
        held = in_force(PACK, self.world["community"], NOON)
        if held is None or held.id != self.restricting.edition:
            wrong.append("7, 8, 9: other rules hold")
        if Edition.objects.get(pk=self.drafted).state != "draft":
            wrong.append("8: rules were reviewed")
        return wrong + [str(fault) for fault in verify().faults]


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
