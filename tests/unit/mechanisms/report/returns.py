"""A made-up pack with one return, and how the tests make something to count."""

import datetime as dt

from fangxian.kernel.moments import at_time
from fangxian.mechanisms.finding import actions as finding
from fangxian.mechanisms.protocol import actions as protocol
from fangxian.mechanisms.protocol.packs import read_pack
from fangxian.mechanisms.report import actions
from tests.unit.mechanisms.task.duties import issued
from tests.worlds import FOUNDED, NOON, TODAY


AFTERNOON = at_time(TODAY, dt.time(16))
EVENING = at_time(TODAY, dt.time(19))
NIGHT = at_time(TODAY, dt.time(23, 30))
TOMORROW = TODAY + dt.timedelta(days=1)
MIDNIGHT = at_time(TOMORROW, dt.time())
NEXT_MORNING = at_time(TOMORROW, dt.time(9))

SOURCE = {"title": "a made-up notice", "gist": {"zh": "编的", "en": "made up"}}


def words(text):
    return {"zh": f"中{text}", "en": text}


def indicator(name, source, **more):
    return {
        "name": name,
        "label": words(name),
        "definition": words(f"how {name} is counted"),
        "unit": words("pieces"),
        "source": source,
        **more,
    }


INDICATORS = [
    indicator("patrols_due", {"tally": "task.issued"}),
    indicator("patrols", {"tally": "task.completed"}, of="patrols_due", short="missed"),
    indicator("hotels", {"places": "any", "kinds": ["hotel"]}),
    indicator("clinics_raised", {"tally": "finding.raised", "kinds": ["clinic"]}),
    indicator("raised_before", {"tally": "finding.raised", "over": "before"}),
    indicator("confirmed_before", {"tally": "finding.confirmed", "over": "before"}),
    indicator(
        "standing_before", {"sum": ["raised_before"], "minus": ["confirmed_before"]}
    ),
    indicator("raised", {"tally": "finding.raised"}),
    indicator("confirmed", {"tally": "finding.confirmed"}),
    indicator("standing", {"findings": "standing"}),
    indicator("units_due", {"returns": "due"}),
    indicator("units", {"returns": "received"}, of="units_due"),
    indicator("units_late", {"returns": "late"}),
    indicator("units_missing", {"returns": "missing"}),
    indicator("units_zero", {"returns": "zero"}),
]
CONTENT = {
    "pack": {
        "pack": "counting",
        "version": "1",
        "title": words("counting"),
        "summary": words("a pack that only counts"),
        "severities": [{"code": "major", "name": words("major"), "hours": 24}],
        "subjects": [
            {"subject": "place", "name": words("place")},
            {
                "subject": "area",
                "name": words("area"),
                "kinds": ["district", "street", "community"],
            },
        ],
    },
    "kinds": {
        "groups": [{"code": "all", "name": words("all")}],
        "kinds": [
            {"code": code, "name": words(code), "group": "all"}
            for code in ("hotel", "clinic")
        ],
    },
    "parameters": [
        {
            "name": "cut_off",
            "type": "time",
            "words": words("cut-off"),
            "values": [
                {"valid_from": "2020-01-01", "value": "17:00", "source": SOURCE}
            ],
        }
    ],
    "clauses": [
        {
            "clause": "look",
            "title": words("look"),
            "subject": "place",
            "cadence": {"every": "day"},
            "windows": [{"opens": "08:00", "due": "12:00", "closes": "24:00"}],
            "form": "looking",
            "roles": ["grid_worker"],
            "source": SOURCE,
        }
    ],
    "forms": [
        {
            "form": "looking",
            "title": words("looking"),
            "subject": "place",
            "source": SOURCE,
            "questions": [{"name": "seen", "type": "yes_no", "label": words("seen")}],
        }
    ],
    "reports": [
        {
            "layout": "daily",
            "title": words("daily"),
            "levels": ["community", "street", "district"],
            "cut_off": {"parameter": "cut_off"},
            "freeze": "24:00",
            "source": SOURCE,
            "sections": [{"title": words("all"), "indicators": INDICATORS}],
            "nothing": ["raised"],
            "identities": [
                {
                    "identity": "findings",
                    "title": words("findings balance"),
                    "sum": ["standing_before", "raised"],
                    "minus": ["confirmed"],
                    "equals": "standing",
                }
            ],
        }
    ],
}
COUNTED = [one["name"] for one in INDICATORS]


def adopt(world):
    """Put the pack in force for the whole city; give the edition's id."""
    dana, administrator = world.actor("dana"), world.actor("administrator")
    edition = protocol.draft(read_pack(CONTENT), by=administrator, at=FOUNDED)
    protocol.review(edition.pk, by=dana, at=FOUNDED)
    protocol.adopt(edition.pk, area=world["city"], from_=FOUNDED, by=dana, at=FOUNDED)
    return edition.pk


def attest(world, who="community", *, at=AFTERNOON, day=TODAY, **more):
    """Let somebody sign the return of their own unit."""
    by = world.actor(who)
    return actions.attest(area=by.unit, layout="daily", day=day, by=by, at=at, **more)


def raise_one(world, area="grid", *, at=NOON, kind="hotel", n=1):
    """Raise a finding about a place that has none yet."""
    return finding.raise_finding(
        subject=f"place:{n}",
        kind=kind,
        area=world[area],
        item="looking/seen",
        text="Not seen",
        severity="major",
        deadline_at=at + dt.timedelta(hours=24),
        by=world.actor("dana"),
        at=at,
    )


def issue_patrol(world, area="grid", *, n=1):
    """Let a patrol of a place fall due today."""
    return issued(
        world,
        key=f"counting/{area}/{n}",
        subject=f"place:{n}",
        area=world[area],
        post=None,
    )


def counted(**figures):
    """All figures of the return: these, and zero for the others."""
    return {**dict.fromkeys(COUNTED, 0), **figures}
