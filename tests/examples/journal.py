"""The journal's pages: everything done so far, numbered and signed."""

import json
from uuid import uuid4

from fangxian.interfaces.intake.envelope import open_request
from fangxian.interfaces.intake.inbox import QUARANTINED, Device, open_inbox
from fangxian.interfaces.intake.processing import process
from fangxian.mechanisms.journal import actions, queries
from tests.examples import Example, Made
from tests.people import PEOPLE
from tests.worlds import NOON, World


PHONE = "金丝雀巡查手机"
SEEN = NOON.isoformat()
WHOLE = "checkpoints and verdicts are about the whole journal, not about areas"
MACHINE = "the load is the machine's, not an area's"
STRANGERS = ("charlie", "community_next_door", "district_next_door")


def _subject(made: Made) -> list[str]:
    """The hotel of Alice's street, with its page."""
    return [f'href="/places/{made["place"]}/">']


def _number(made: Made) -> list[int]:
    return [made["registered"]]


EXAMPLES = {
    "journal": Example(query="event=place.", canaries=_subject, strangers=STRANGERS),
    "journal_entry": Example(args=_number, canaries=_subject, strangers=STRANGERS),
    "journal_checkpoints": Example(who="auditor", same_for_all=WHOLE),
    "journal_held": Example(
        who="auditor", args=lambda _made: [1], post_only=True, same_for_all=WHOLE
    ),
    "quarantine": Example(
        who="district",
        canaries=lambda _made: [PHONE],
        strangers=("district_next_door",),
    ),
    "quarantine_again": Example(
        who="district",
        args=lambda made: [made["held_act"]],
        post_only=True,
        same_for_all="has no page",
    ),
    "quarantine_aside": Example(
        who="district",
        args=lambda made: [made["held_act"]],
        post_only=True,
        same_for_all="has no page",
    ),
    "load": Example(who="administrator", same_for_all=MACHINE),
    "journal_verify": Example(who="auditor", post_only=True, same_for_all=WHOLE),
}


def make(world: World, made: Made) -> None:
    """Number and sign whatever the groups before have done, and verify it."""
    _hold_an_act(world, made)
    while actions.sequence(at=NOON):
        pass
    actions.checkpoint(at=NOON)
    actions.verify_and_note(by=world.actor("auditor"), at=NOON)
    made["registered"] = queries.entries_of(f"place:{made['place']}")[0].number


def _hold_an_act(world: World, made: Made) -> None:
    """Let a phone of the street send what this installation cannot do yet."""
    act = {"id": str(uuid4()), "kind": "canary", "seen_at": SEEN, "body": {}}
    received = open_request(json.dumps(act).encode(), device=PHONE)
    with open_inbox() as inbox:
        device = Device(PHONE, PEOPLE["grid"], world.posts["grid"])
        inbox.register(PHONE.encode(), device)
        inbox.keep([(PHONE, received)], at=NOON)
        process(inbox, at=NOON)
        made["held_act"] = inbox.held(QUARANTINED, [PHONE], most=1)[0].number
