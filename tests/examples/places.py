"""The ledger's pages: a hotel with a namesake, both in Alice's street."""

from fangxian.kernel.actors import SYSTEM
from fangxian.mechanisms.ledger import actions
from tests.examples import Example, Made
from tests.worlds import FOUNDED, World


HOTEL = "福华金丝雀宾馆"
NAMESAKE = "福华街金丝雀宾馆"
ADDRESS = "福华街金丝雀巷1号"
UNIT = "offers the reader's own areas and kinds only"


def _place(made: Made) -> list[int]:
    return [made["place"]]


def _name(made: Made) -> list[str]:
    return [made["place_name"]]


ONE = {"args": _place, "canaries": _name}

EXAMPLES = {
    "places": Example(canaries=lambda _made: [HOTEL, ADDRESS]),
    "places_new": Example(canaries=lambda _made: ["福华街街道"]),
    "places_duplicates": Example(canaries=lambda _made: [HOTEL, NAMESAKE]),
    "place": Example(args=_place, canaries=lambda _made: [HOTEL, ADDRESS]),
    "place_amend": Example(**ONE),
    "place_suspend": Example(**ONE),
    "place_reopen": Example(**ONE),
    "place_close": Example(**ONE),
    "place_unmerge": Example(**ONE),
    "place_merge": Example(
        args=lambda made: [made["place"], made["namesake"]],
        canaries=lambda _made: [HOTEL, NAMESAKE],
    ),
    "place_code": Example(args=_place, post_only=True, same_for_all="has no page"),
}


def make(world: World, made: Made) -> None:
    """Declare the kinds and register the two hotels."""
    for code, name, name_en in (
        ("hotel", "宾馆酒店", "Hotel"),
        ("care_home", "养老院", "Care home"),
    ):
        actions.declare_kind(
            code=code,
            name=name,
            name_en=name_en,
            group="examples",
            key=True,
            by=SYSTEM,
            at=FOUNDED,
        )
    made["place"] = _register(world, HOTEL)
    made["namesake"] = _register(world, NAMESAKE)
    made["place_name"] = HOTEL


def _register(world: World, name: str) -> int:
    return actions.register_place(
        kind="hotel",
        name=name,
        address=ADDRESS,
        area=world["community"],
        responsible="王小明",
        telephone="10012345678",
        source="examples",
        by=SYSTEM,
        at=FOUNDED,
    ).pk
