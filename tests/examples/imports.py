"""Lists of places: one taken in by Alice with a bad row, one waiting to be confirmed."""

from fangxian.interfaces.imports import uploads
from fangxian.interfaces.imports.places import open_list, take_places
from fangxian.interfaces.imports.uploads import Upload
from tests.examples import Example, Made
from tests.worlds import NOON, World


FILE = "金丝雀台账.csv"
LIST = """单位名称,类别,社区
福华招待所,宾馆酒店,福华社区
金丝雀饭店,饭馆子,福华社区
""".encode("gb18030")

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
    upload = Upload(FILE, LIST, world["street"])
    made["upload"] = uploads.keep(upload, by=alice, at=NOON)
