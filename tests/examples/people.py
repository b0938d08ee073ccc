"""People of the first street: a family behind a door, a namesake, lists and exports."""

import datetime as dt
from uuid import UUID

from fangxian.interfaces.imports import uploads
from fangxian.interfaces.imports.people import open_list, take_people
from fangxian.interfaces.imports.uploads import Upload
from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.papers import Paper
from fangxian.mechanisms.ledger.exports import actions as exports
from fangxian.mechanisms.ledger.people import actions
from fangxian.mechanisms.ledger.states import ExportForm, Purpose, Relation
from tests.examples import Example, Made
from tests.worlds import FOUNDED, NOON, World


NAME, MASKED = "欧阳金丝雀", "欧***雀"
BUILDING = "金丝雀苑3号楼"
FILE = "金丝雀返郑人员.csv"
LIST = """姓名,证件类型,证件号码,联系电话,所属社区
金雀儿,护照,E99000001,10098760001,福华社区
金丝莺,护照,E99000002,10098760002,福花社区
""".encode("gb18030")
RECIPIENT = "金丝雀隔离点 周医生"
NEIGHBOURS = (
    ("李淑芬", "10012340021"),
    ("王建国", "10012340022"),
    ("赵子涵", None),
    ("孙美玲", "10012340024"),
    ("周志强", "10012340025"),
    ("吴桂兰", "10012340026"),
)


def _person(made: Made) -> list[UUID]:
    return [made["person"]]


def _export(made: Made) -> list[UUID]:
    return [made["export"]]


def _masked(_made: Made) -> list[str]:
    return [MASKED]


def _nobody(_made: Made) -> list[str]:
    return ["福华街街道"]


ONE = {"args": _person, "canaries": _masked}
POSTED = {"post_only": True, "same_for_all": "is posted to, has no page of its own"}

EXAMPLES = {
    "people": Example(canaries=lambda _made: [MASKED, BUILDING]),
    "people_search": Example(**POSTED),
    "people_new": Example(canaries=_nobody),
    "person": Example(args=_person, canaries=lambda _made: [MASKED, BUILDING]),
    "person_amend": Example(**ONE),
    "person_move_in": Example(**ONE),
    "person_move_out": Example(**ONE),
    "person_proxy": Example(args=_person, canaries=lambda _made: [MASKED, "赵*涵"]),
    "person_proxy_release": Example(args=_person, **POSTED),
    "person_open": Example(
        who="community", strangers=("community_next_door", "charlie"), **ONE
    ),
    "people_doors": Example(canaries=lambda _made: [BUILDING]),
    "people_door": Example(
        args=lambda made: [made["house"]],
        canaries=lambda _made: [BUILDING, MASKED],
    ),
    "people_door_new": Example(canaries=_nobody),
    "people_alike": Example(canaries=_masked),
    "person_merge": Example(
        args=lambda made: [made["namesake_person"], made["person"]], canaries=_masked
    ),
    "person_unmerge": Example(**ONE),
    "people_openings": Example(
        who="supervision",
        canaries=lambda made: [made["person"].hex[-8:]],
        strangers=("charlie", "alice"),
    ),
    "people_imports": Example(canaries=lambda _made: [FILE]),
    "people_import_new": Example(canaries=_nobody),
    "people_import_columns": Example(
        args=lambda made: [made["people_upload"]],
        canaries=lambda _made: [FILE, "金雀儿"],
        strangers=("charlie", "community_next_door", "bob"),
    ),
    "people_import_one": Example(
        args=lambda made: [made["people_list"]],
        canaries=lambda _made: [FILE, "福花社区"],
        strangers=("charlie", "community_next_door", "bob"),
    ),
    "people_import_refused": Example(
        args=lambda made: [made["people_list"], "csv"],
        post_only=True,
        same_for_all="is a file, not a page; test_people_imports says who gets it",
    ),
    "people_exports": Example(canaries=lambda _made: [RECIPIENT]),
    "people_exports_new": Example(canaries=_nobody),
    "people_export": Example(
        args=_export,
        canaries=lambda _made: [RECIPIENT, MASKED],
        strangers=("charlie", "community_next_door", "district"),
    ),
    "people_export_approve": Example(args=_export, **POSTED),
    "people_export_refuse": Example(args=_export, **POSTED),
    "people_export_withdraw": Example(args=_export, **POSTED),
    "people_export_open": Example(args=_export, **POSTED),
}


def make(world: World, made: Made) -> None:
    """Register a street's worth of people, and do to one what can be done."""
    neighbours = [_register(world, name, phone) for name, phone in NEIGHBOURS]
    made["person"] = _register(world, NAME, "10012340001")
    made["namesake_person"] = _register(world, NAME, "10012340001", area="grid")
    made["house"] = _house(world, made["person"], neighbours[:3])
    _look(world, made["person"], neighbours[2])
    _bring_lists(world, made)
    made["export"] = _hand_over(world, [made["person"], *neighbours])


def _register(
    world: World, name: str, telephone: str | None, *, area: str = "community"
) -> UUID:
    return actions.register_person(
        name=name,
        area=world[area],
        paper=Paper.UNKNOWN,
        no_paper_why="登记时未带证件",
        telephone=telephone,
        source="door_survey",
        by=SYSTEM,
        at=FOUNDED,
    ).person


def _house(world: World, person: UUID, family: list[UUID]) -> int:
    by = {"by": world.actor("alice"), "at": NOON}
    door = actions.register_door(
        area=world["community"], building=BUILDING, unit="2单元", room="501", **by
    )
    for one in (person, *family):
        actions.move_in(one, door=door, since=dt.date(2020, 3, 1), **by)
    return door


def _look(world: World, person: UUID, child: UUID) -> None:
    by = {"by": world.actor("community"), "at": NOON - dt.timedelta(hours=3)}
    actions.name_proxy(child, relation=Relation.PARENT, proxy=person, **by)
    why = "电话通知明早采样时间"
    actions.open_identity(person, purpose=Purpose.CONTACT, why=why, **by)


def _bring_lists(world: World, made: Made) -> None:
    alice = world.actor("alice")
    area = world["street"]
    said = {"content": LIST, "file_name": FILE, "area": area}
    made["people_list"] = take_people(open_list(LIST), **said, by=alice, at=NOON).batch
    upload = Upload(FILE, LIST, area)
    made["people_upload"] = uploads.keep(upload, by=alice, at=NOON)


def _hand_over(world: World, people: list[UUID]) -> UUID:
    """One export that waits, one that was approved, both asked for by Alice."""
    said = {
        "form": ExportForm.ROWS,
        "recipient": RECIPIENT,
        "why": "集中隔离点入住登记",
    }
    alice, hour = world.actor("alice"), dt.timedelta(hours=1)
    for number in (1, 2):
        exports.request_export(
            id=UUID(int=number), people=people, **said, by=alice, at=NOON - 2 * hour
        )
    exports.approve_export(UUID(int=2), by=world.actor("bob"), at=NOON - hour)
    return UUID(int=2)
