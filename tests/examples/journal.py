"""The journal's pages: everything done so far, numbered and signed."""

from fangxian.mechanisms.journal import actions, queries
from tests.examples import Example, Made
from tests.worlds import NOON, World


WHOLE = "checkpoints and verdicts are about the whole journal, not about areas"
STRANGERS = ("charlie", "community_next_door", "district_next_door")


def _subject(made: Made) -> list[str]:
    """The hotel of Alice's street as a whole cell of the table."""
    return [f">place:{made['place']}</td>"]


def _number(made: Made) -> list[int]:
    return [made["registered"]]


EXAMPLES = {
    "journal": Example(query="event=place.", canaries=_subject, strangers=STRANGERS),
    "journal_entry": Example(args=_number, canaries=_subject, strangers=STRANGERS),
    "journal_checkpoints": Example(who="auditor", same_for_all=WHOLE),
    "journal_held": Example(
        who="auditor", args=lambda _made: [1], post_only=True, same_for_all=WHOLE
    ),
    "journal_verify": Example(who="auditor", post_only=True, same_for_all=WHOLE),
}


def make(world: World, made: Made) -> None:
    """Number and sign whatever the groups before have done, and verify it."""
    while actions.sequence(at=NOON):
        pass
    actions.checkpoint(at=NOON)
    actions.verify_and_note(by=world.actor("auditor"), at=NOON)
    made["registered"] = queries.entries_of(f"place:{made['place']}")[0].number
