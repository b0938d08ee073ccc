"""Lists of places: one taken in by Alice with a bad row, one waiting to be confirmed."""

from fangxian.interfaces.imports import uploads
from fangxian.interfaces.imports.places import open_list, take_places
from fangxian.interfaces.imports.uploads import Upload
from fangxian.mechanisms.ledger.queries import differences, get_import
from tests.examples import Example, Made
from tests.worlds import NOON, World


FILE = "金丝雀台账.csv"
LIST = """单位名称,类别,社区
福华招待所,宾馆酒店,福华社区
金丝雀饭店,饭馆子,福华社区
""".encode("gb18030")

LIST_AGAIN = """单位名称,类别,社区,地址
福华招待所,宾馆酒店,福华社区,福华街 18 号
"""

EXAMPLES = {
    "places_imports": Example(canaries=lambda _made: [FILE]),
    "import_new": Example(canaries=lambda _made: ["福华街街道"]),
    "import_columns": Example(
        args=lambda made: [made["upload"]],
        canaries=lambda _made: [FILE, "金丝雀饭店"],
        strangers=("charlie", "community_next_door", "bob"),
    ),
    "import_one": Example(
        args=lambda made: [made["import"]],
        canaries=lambda _made: [FILE, "饭馆子"],
        strangers=("charlie", "community_next_door", "civil_affairs"),
    ),
    "import_difference": Example(
        args=lambda made: [made["import"], made["difference"]],
        post_only=True,
        same_for_all="has no page",
    ),
    "import_refused": Example(
        args=lambda made: [made["import"], "csv"],
        post_only=True,
        same_for_all="is a file, not a page; test_imports says who gets it",
    ),
}


def make(world: World, made: Made) -> None:
    """Take the list in for the first street, and send it once more."""
    alice = world.actor("alice")
    said = {"content": LIST, "by": alice, "at": NOON}
    taken = take_places(open_list(LIST), file_name=FILE, area=world["street"], **said)
    made["import"] = taken.batch
    made["difference"] = _say_otherwise(world)
    upload = Upload(FILE, LIST, world["street"])
    made["upload"] = uploads.keep(upload, by=alice, at=NOON)


def _say_otherwise(world: World) -> int:
    """Send a list that knows a new address of a place that went in before."""
    alice = world.actor("alice")
    again = LIST_AGAIN.encode("gb18030")
    said = {"content": again, "by": alice, "at": NOON}
    taken = take_places(open_list(again), file_name=FILE, area=world["street"], **said)
    batch = get_import(taken.batch, alice.scope)
    return differences(batch, alice.scope)[0].pk
