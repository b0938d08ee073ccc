"""Packs: an edition in force in Alice's street, one reviewed, one still a draft."""

from fangxian.mechanisms.protocol import actions
from tests.examples import Example, Made
from tests.packs import pack_of
from tests.unit.mechanisms.protocol.libraries import library
from tests.worlds import FOUNDED, World


PUBLIC = "protocols are public to all who work here; adoptions are tested by scope"


def _edition(made: Made) -> list[int]:
    return [made["edition"]]


def _reviewed(made: Made) -> list[int]:
    return [made["reviewed_edition"]]


EXAMPLES = {
    "protocols": Example(same_for_all=PUBLIC),
    "protocol": Example(
        args=_edition,
        canaries=lambda _made: ["福华街街道"],
        strangers=("charlie", "community_next_door", "district_next_door"),
    ),
    "protocol_parameters": Example(args=_edition, same_for_all=PUBLIC),
    "protocol_form": Example(
        args=lambda made: [made["edition"], "six_haves"], same_for_all=PUBLIC
    ),
    "protocol_returns": Example(args=_edition, same_for_all=PUBLIC),
    "protocol_cases": Example(args=_edition, same_for_all=PUBLIC),
    "protocol_changes": Example(args=_edition, same_for_all=PUBLIC),
    "protocol_review": Example(
        who="dana",
        args=lambda made: [made["draft_edition"]],
        post_only=True,
        same_for_all="has no page",
    ),
    "protocol_send_back": Example(who="dana", args=_reviewed, same_for_all=PUBLIC),
    "protocol_adopt": Example(
        who="district",
        args=_reviewed,
        canaries=lambda _made: ["解放路街道"],
        strangers=("district_next_door",),
    ),
}


def make(world: World, made: Made) -> None:
    """Adopt routine for the first street; leave the library reviewed and drafted."""
    made["edition"] = _kept(world, pack_of("routine"))
    actions.adopt(
        made["edition"],
        area=world["street"],
        from_=FOUNDED,
        by=world.actor("district"),
        at=FOUNDED,
    )
    made["reviewed_edition"] = _kept(world, pack_of("lending-library"))
    second = library(("pack", "version"), "2")
    by = world.actor("administrator")
    made["draft_edition"] = actions.draft(second, by=by, at=FOUNDED).pk


def _kept(world: World, pack) -> int:
    edition = actions.draft(pack, by=world.actor("administrator"), at=FOUNDED)
    actions.review(edition.pk, by=world.actor("cdc"), at=FOUNDED)
    return edition.pk
