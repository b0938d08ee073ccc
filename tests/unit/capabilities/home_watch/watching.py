"""People back from a medium-risk area, who are monitored at home in the first grid."""

import datetime as dt

from fangxian.capabilities.home_watch import actions
from fangxian.capabilities.home_watch.models import Member, Watch
from fangxian.capabilities.home_watch.rules import Named
from fangxian.capabilities.home_watch.states import Part
from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.moments import at_time
from fangxian.mechanisms.finding.models import Finding
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.observation.models import Observation
from fangxian.mechanisms.task.models import Task
from tests.packs import adopted
from tests.people import PEOPLE
from tests.unit.mechanisms.ledger.people.folk import number, register
from tests.unit.mechanisms.restriction.restricting import PACK, Restricting
from tests.worlds import NOON


LAST_MOMENT = at_time(dt.date(2020, 11, 22), dt.time())  # 24:00 of the 21st
TABLES = (Watch, Member, Task, Observation, Finding, Entry)
WELL = {"reached": True, "temperature": 365, "left_home": False}
FEVERISH = {**WELL, "temperature": 381, "symptoms": ["fever"]}
HANDED_OVER = {"handed_over": True, "appeal_explained": True}
SAMPLED = {"sampled": True, "sampled_on": "2020-11-14"}
FIVE = {
    Part.CADRE: Named(person=PEOPLE["community"]),
    Part.GRID_WORKER: Named(person=PEOPLE["grid"]),
    Part.MEDIC: Named(name="何医生", telephone="10055550001"),
    Part.POLICE: Named(person=PEOPLE["police"]),
    Part.VOLUNTEER: Named(name="林志愿", telephone="10055550002"),
}
FOUR = {part: one for part, one in FIVE.items() if part is not Part.MEDIC}


def clock(hours, minutes=0, *, day=9):
    """A Shanghai time of a day of November 2020."""
    return at_time(dt.date(2020, 11, day), dt.time(hours, minutes))


class Watching(Restricting):
    """A world in which the real pack holds, and the acts that bring somebody home."""

    def __init__(self, world):
        self.world = world
        self.edition = adopted(PACK, world["city"]).id
        self.number = 0

    def back(self, name="王小明", *, area="grid", serial=417, **changes):
        """Register somebody who came back from Hangu, as the police saw it."""
        telephone = f"100{serial:08}"
        person = register(
            self.world, area, name=name, number=number(serial), telephone=telephone
        ).person
        self.stated(person, area=self.world[area], **changes)
        return person

    def at_home(self, name="王小明", *, at=NOON, **changes):
        """Register, sign, and begin to look after one person; give the watch."""
        person = self.back(name, at=at, **changes)
        decisions = {one.subject: one for one in self.imposed(at=at)}
        return actions.open_watch(decisions[person].pk, by=SYSTEM, at=at)

    def plan(self, day, *, at=None):
        """Issue the duties of a day of November in the whole city."""
        return actions.plan_watch(
            area=self.world["city"],
            day=dt.date(2020, 11, day),
            by=SYSTEM,
            at=at or clock(0, day=day),
        )

    def write(self, watch, answers, *, who="grid", at=NOON, act=None, **changes):
        """Write down a visit to the door; a health record unless said otherwise."""
        said = {
            "id": self.new_id(),
            "answers": answers,
            "seen_at": at,
            "by": self.world.actor(who),
            "at": at,
            **changes,
        }
        return (act or actions.record_health)(watch.pk, **said)

    def name(self, watch, team=FIVE, *, who="community", at=NOON, **changes):
        said = {"id": self.new_id(), **changes}
        return actions.name_team(
            watch.pk, team=team, by=self.world.actor(who), at=at, **said
        )


def written():
    """Count the rows of every table touched here, for "nothing was written"."""
    return {table.__name__: table.objects.count() for table in TABLES}


def owed(watch, **which):
    """What is owed to somebody: form and Shanghai times of opening and due."""
    tasks = Task.objects.filter(subject=f"restriction:{watch.pk}", **which)
    return [(task.form, task.due_at) for task in tasks.order_by("due_at", "pk")]
