"""Those who came to the first street: told by three sources, some verified, one late."""

import datetime as dt
from uuid import UUID, uuid5

from fangxian.capabilities.enrolment import actions
from fangxian.capabilities.enrolment.journeys import Journey
from fangxian.capabilities.enrolment.states import Source
from fangxian.interfaces.imports import uploads
from fangxian.interfaces.imports.uploads import Upload
from fangxian.kernel.papers import Paper
from fangxian.mechanisms.ledger.people.details import Details
from fangxian.mechanisms.protocol.queries import in_force
from fangxian.mechanisms.protocol.vocabulary import Grade, Kind
from fangxian.mechanisms.restriction.actions import record_evidence
from fangxian.mechanisms.task.queries import open_for_subject
from tests.examples import Example, Made
from tests.packs import adopted
from tests.worlds import NOON, World


MASKED = "欧***鹂"
FROM = "天津市滨海新区汉沽街道金丝里小区"
FILE = "金丝鹂返郑排查.csv"
LIST = """姓名,证件类型,证件号码,联系电话,所属社区,来源地,离开日期,返郑日期,车次/航班
金鹂儿,护照,E99000011,10098760011,福华社区,天津市滨海新区汉沽街,2020-11-07,2020-11-08,G2001
""".encode("gb18030")
NAMESPACE = UUID(int=0x5C)
DAY = dt.timedelta(days=1)
CAME = (
    ("欧阳金丝鹂", "community", Source.CHECKPOINT, FROM, 7, 8),
    ("许文博", "community", Source.BIG_DATA, "上海市浦东新区祝桥镇营前村", 6, 7),
    ("何春梅", "grid", Source.DOOR_SURVEY, "河南省洛阳市涧西区", 5, 6),
    ("吕志强", "grid", Source.SELF_REPORT, "内蒙古满洲里市", 7, 8),
    ("施丽娟", "second_community", Source.CHECKPOINT, "安徽省阜阳市", 6, 8),
    ("张国庆", "second_community", Source.BIG_DATA, "河北省石家庄市", 4, 5),
    ("孔海波", "community", Source.CHECKPOINT, "陕西省西安市", 3, 4),
)
MET = {
    "reached": True,
    "travelled": "as_told",
    "seen_document": "ticket",
    "stays_here": True,
    "told_the_rules": True,
}


def _arrival(made: Made) -> list[UUID]:
    return [made["arrival"]]


def _masked(_made: Made) -> list[str]:
    return [MASKED]


def _origin(_made: Made) -> list[str]:
    return [MASKED, FROM]


EXAMPLES = {
    "screening": Example(canaries=_origin),
    "screening_search": Example(
        post_only=True, same_for_all="is posted to, has no page of its own"
    ),
    "screening_visits": Example(canaries=_masked),
    "screening_one": Example(args=_arrival, canaries=_origin),
    "screening_new": Example(canaries=lambda _made: ["福华街街道"]),
    "screening_visit": Example(
        who="community",
        args=_arrival,
        canaries=_origin,
        strangers=("community_next_door", "charlie"),
    ),
    "screening_call": Example(
        who="community",
        args=lambda made: [made["hearsay_task"]],
        canaries=_masked,
        strangers=("community_next_door", "charlie"),
    ),
    "screening_import_new": Example(canaries=lambda _made: ["福华街街道"]),
    "screening_import_columns": Example(
        args=lambda made: [made["arrivals_upload"]],
        canaries=lambda _made: [FILE, "金鹂儿"],
        strangers=("charlie", "community_next_door", "bob"),
    ),
}


def make(world: World, made: Made) -> None:
    """Adopt the plan, let people come by several sources, visit some of them."""
    if in_force("covid19-cn", world["city"], NOON) is None:
        adopted("covid19-cn", world["city"])
    came = [_come(world, serial, *who) for serial, who in enumerate(CAME)]
    made["arrival"] = came[0].pk
    actions.enrol(
        came[0].person,
        id=_id("also"),
        source=Source.BIG_DATA,
        origin="天津",
        is_abroad=False,
        arrived_on=dt.date(2020, 11, 8),
        area=world["community"],
        by=world.actor("community", at=NOON - DAY),
        at=NOON - DAY,
    )
    _come_from_abroad(world)
    for serial, who in ((2, "community"), (3, "grid"), (6, "community")):
        _visit(world, came[serial], serial, who)
    _hear(world, made, came[0].person)
    upload = Upload(FILE, LIST, area=world["street"], kind=Source.CHECKPOINT.value)
    made["arrivals_upload"] = uploads.keep(upload, by=world.actor("alice"), at=NOON)


def _id(word: str) -> UUID:
    return uuid5(NAMESPACE, word)


def _details(world: World, serial: int, name: str, area: str) -> Details:
    return Details(
        name=name,
        area=world[area],
        paper=Paper.UNKNOWN,
        no_paper_why="登记时未带证件",
        telephone=f"1001234{600 + serial:04}",
    )


def _come(
    world: World, serial: int, name: str, area: str, source: Source, *said: object
) -> object:
    origin, left, arrived = said
    at = NOON - DAY if serial < 2 else NOON - dt.timedelta(hours=2)
    return actions.enrol_somebody(
        _details(world, serial, name, area),
        id=_id(name),
        source=source,
        journey=Journey(
            origin=origin,
            left_on=dt.date(2020, 11, left),
            arrived_on=dt.date(2020, 11, min(arrived, 8)),
            transport="G2001次" if serial % 2 else "",
        ),
        by=world.actor("alice", at=at),
        at=at,
    )


def _come_from_abroad(world: World) -> None:
    actions.enrol_somebody(
        _details(world, 90, "杜安娜", "community"),
        id=_id("abroad"),
        source=Source.EXIT_ENTRY,
        journey=Journey(origin="阿联酋迪拜", entered_on=dt.date(2020, 11, 5)),
        by=world.actor("cdc"),
        at=NOON,
    )


def _visit(world: World, arrival: object, serial: int, who: str) -> None:
    actions.verify(
        arrival.pk,
        id=_id(f"visit {serial}"),
        answers=MET,
        seen_at=NOON - dt.timedelta(minutes=30),
        by=world.actor(who),
        at=NOON,
    )


def _hear(world: World, made: Made, person: UUID) -> None:
    """Somebody says that she was at a venue; nobody has verified it."""
    evidence = record_evidence(
        id=_id("hearsay"),
        subject=person,
        kind=Kind.VISIT,
        grade=Grade.C,
        states={
            "visit.on": "2020-11-08",
            "visit.minutes": 20,
            "visit.presence": "remote",
        },
        seen_at=NOON,
        area=world["community"],
        by=world.actor("community"),
        at=NOON,
    )
    actions.follow_hearsay(evidence.pk, at=NOON)
    subject = f"person:{person}"
    made["hearsay_task"] = open_for_subject(subject, "hearsay_call").get().pk
