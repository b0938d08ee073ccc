"""People under a measure: who states what, who signs, and a pack with a few rules.

Penny, Quentin and Rosa are pseudonyms of people on the ledger; the ledger itself is
not asked. The pack is the seventh edition with its rules replaced by three plain ones.
"""

import copy
import datetime as dt
from uuid import UUID

from fangxian.kernel.actors import Role
from fangxian.kernel.ids import new_id
from fangxian.mechanisms.jurisdiction.queries import actor_for
from fangxian.mechanisms.observation.actions import observe
from fangxian.mechanisms.protocol import actions as protocol
from fangxian.mechanisms.protocol.packs import read_pack
from fangxian.mechanisms.protocol.vocabulary import Grade, Kind
from fangxian.mechanisms.restriction import actions
from fangxian.mechanisms.restriction.models import (
    Answer,
    Appeal,
    Cohort,
    Decision,
    Ended,
    Evidence,
    Ground,
    Proposal,
    Ruling,
    Withdrawal,
)
from tests.packs import DRAFTER, LONG_AGO, REVIEWER, SIGNER, pack_of
from tests.people import JOINER
from tests.worlds import NOON, fill_post


HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
TABLES = (
    *(Evidence, Withdrawal, Cohort, Proposal, Ground),
    *(Answer, Decision, Ended, Appeal, Ruling),
)
PENNY, QUENTIN, ROSA = (UUID(int=number) for number in (0xA1, 0xA2, 0xA3))
PACK = "covid19-cn"
MARKET = "place:77"


def words(text):
    return {"zh": text, "en": text}


def rule(code, *, needs, when, anchor, lasts, **changes):
    return {
        "restriction": code,
        "title": words(code),
        "needs": needs,
        "when": when,
        "anchor": anchor,
        "lasts": lasts,
        "measure": "home_monitoring",
        "explanation": words(code),
        "source": {"title": "示例规则", "gist": words(code)},
        "valid_from": "2020-01-01",
        **changes,
    }


STAYED = rule(
    "stayed",
    needs=["stay"],
    when={"in": [{"fact": "stay.risk"}, ["medium", "high"]]},
    anchor="stay.left_on",
    lasts={"days": 14},
)
AT_VENUE = rule(
    "at_venue",
    needs=["visit", "exposure"],
    when={
        "and": [
            {"fact": "exposure.confirmed"},
            {">=": [{"fact": "visit.on"}, {"fact": "exposure.from_on"}]},
            {"<=": [{"fact": "visit.on"}, {"fact": "exposure.to_on"}]},
            {"==": [{"fact": "visit.presence"}, "verified"]},
            {">=": [{"fact": "visit.minutes"}, 10]},
        ]
    },
    anchor="visit.on",
    lasts={"days": 3},
)
POSITIVE = rule(
    "positive",
    needs=["lab"],
    when={
        "and": [
            {"==": [{"fact": "lab.result"}, "positive"]},
            {"<=": [{"fact": "age"}, 48]},
        ]
    },
    anchor="lab.seen_at",
    lasts={"hours": 168},
    measure="hospital_isolation",
)
TOLD = [
    {
        "text": f"evidence_{kind}",
        "title": words(kind),
        "gaps": ["seen_on", "grade"],
        "body": words("{seen_on} {grade}"),
    }
    for kind in ("visit", "exposure")
]


def content(*rules, version="test"):
    """Copy the seventh edition with these rules instead of its own."""
    copied = copy.deepcopy(dict(pack_of(PACK).content))
    del copied["cases"]
    copied["pack"]["version"] = version
    copied["texts"] = [*copied["texts"], *TOLD]
    copied["restrictions"] = list(rules)
    return copied


def pack_with(*rules, version="test"):
    return read_pack(content(*rules, version=version))


def put_in_force(pack, area, *, from_=LONG_AGO):
    """Draft, review and adopt a pack; give its edition."""
    edition = protocol.draft(pack, by=DRAFTER, at=LONG_AGO)
    if edition.state == "draft":
        protocol.review(edition.pk, by=REVIEWER, at=LONG_AGO)
    protocol.adopt(edition.pk, area=area, from_=from_, by=SIGNER, at=from_)
    return edition.pk


def second_doctor(world, area="district"):
    """Another doctor of the same CDC, or of the next district's."""
    post = fill_post(world[area], Role.CDC, "疾控中心医生", holder=JOINER)
    return actor_for(JOINER, at=NOON, post=post)


class Restricting:
    """A world in which the three rules hold, and the acts that lead to a decision."""

    def __init__(self, world):
        self.world = world
        self.edition = put_in_force(
            pack_with(STAYED, AT_VENUE, POSITIVE), world["city"]
        )
        self.number = 0

    def new_id(self):
        self.number += 1
        return new_id(NOON, self.number.to_bytes(10))

    def stated(
        self,
        subject=PENNY,
        kind=Kind.STAY,
        *,
        who="police",
        grade=Grade.B,
        at=NOON,
        seen_at=None,
        **changes,
    ):
        """State evidence as one of its sources; every part can be changed."""
        facts = {
            "id": self.new_id(),
            "states": {"stay.area": "120116.hangu", "stay.left_on": "2020-11-07"},
            "area": self.world["grid"],
            "seen_at": seen_at or at - HOUR,
        }
        return actions.record_evidence(
            **{**facts, **changes},
            subject=subject,
            kind=kind,
            grade=grade,
            by=self.world.actor(who),
            at=at,
        )

    def visited(self, subject=PENNY, *, presence="verified", **changes):
        """State that somebody was at the market, as the checkpoint saw it."""
        states = {
            "visit.on": "2020-11-08",
            "visit.minutes": 30,
            "visit.presence": presence,
        }
        return self.stated(
            subject,
            Kind.VISIT,
            **{"who": "checkpoint", "venue": MARKET, "states": states, **changes},
        )

    def exposed(self, *, venue=MARKET, **changes):
        """State that an infected person was at the market."""
        states = {
            "exposure.confirmed": True,
            "exposure.from_on": "2020-11-07",
            "exposure.to_on": "2020-11-08",
        }
        return self.stated(
            None,
            Kind.EXPOSURE,
            **{
                "who": "cdc",
                "grade": Grade.A,
                "venue": venue,
                "states": states,
                **changes,
            },
        )

    def tested(self, subject=PENNY, *, result="positive", **changes):
        states = {"lab.result": result, "lab.sampled_on": "2020-11-08"}
        return self.stated(
            subject,
            Kind.LAB,
            **{"who": "hospital", "grade": Grade.A, "states": states, **changes},
        )

    def visit_record(self, subject=PENNY, *, at=NOON):
        """Write down the grid worker's visit at somebody's door."""
        return observe(
            id=self.new_id(),
            form="notice_visit",
            edition=self.edition,
            subject=f"person:{subject}",
            kind="",
            area=self.world["grid"],
            answers={"handed_over": True, "appeal_explained": True},
            seen_at=at - HOUR,
            by=self.world.actor("grid"),
            at=at,
        ).pk

    def proposed(self, *, who="cdc", at=NOON, area="district"):
        return actions.propose(
            pack=PACK, area=self.world[area], by=self.world.actor(who), at=at
        )

    def imposed(self, *, at=NOON):
        """Evaluate and sign everything that follows; give the decisions."""
        doctor = self.world.actor("cdc")
        return [
            decision
            for cohort in self.proposed(at=at)
            for decision in actions.sign(cohort.pk, by=doctor, at=at)
        ]


def written():
    """Count the rows of every table of the slice, for "nothing was written"."""
    return {table.__name__: table.objects.count() for table in TABLES}
