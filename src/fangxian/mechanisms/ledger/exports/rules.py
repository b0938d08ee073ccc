"""Pure judgements about exports of people: check_* refuses, can_* asks.

Row D15 of the permission matrix: communities and streets hand over people of their
scope, hospitals and the centre for disease control their own; always two persons,
never more than fifty rows, decided on within a day. Nobody else hands over anybody. Row D1: who may not open an
identity alone asks a second person in the same way, for one person and one hour.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from fangxian.kernel.actors import Actor, Role
from fangxian.kernel.refusals import RefusalKind
from fangxian.mechanisms.ledger.people.rules import OPENERS, OPENERS_IN_TWO
from fangxian.mechanisms.ledger.states import EXPORT, ExportForm, ExportState


EXPORT_UNKNOWN = RefusalKind(
    code="ledger.export_unknown",
    sentence="There is no such export.",
    remedy="Check the address, or go back to the list.",
    hidden=True,
)
NOT_YOURS_TO_EXPORT = RefusalKind(
    code="ledger.not_yours_to_export",
    sentence="Your post hands nobody over in a file.",
    remedy="Ask the community or the street office that answers for the people.",
)
NOT_YOUR_PEOPLE = RefusalKind(
    code="ledger.not_your_people",
    sentence="{count} of these people your post has neither brought in nor opened for a duty.",
    remedy="Leave them out, or ask the community that answers for them.",
)
NOBODY_TO_EXPORT = RefusalKind(
    code="ledger.nobody_to_export",
    sentence="Nobody was chosen.",
    remedy="Choose who is to stand in the file.",
)
TOO_MANY_TO_EXPORT = RefusalKind(
    code="ledger.too_many_to_export",
    sentence="{asked} people were chosen; a file holds {most} at most.",
    remedy="Ask for fewer, or hand the work over as duties instead of a list.",
)
ONE_AT_A_TIME = RefusalKind(
    code="ledger.one_at_a_time",
    sentence="{asked} people were chosen; on the screen one is read at a time.",
    remedy="Ask for each of them, or for a file if your post hands people over.",
)
RECIPIENT_MISSING = RefusalKind(
    code="ledger.recipient_missing",
    sentence="It is not said who receives the file.",
    remedy="Write the unit and the person; it will stand on every row.",
)
EXPORT_ID_TAKEN = RefusalKind(
    code="ledger.export_id_taken",
    sentence="Another export was asked for under this id.",
    remedy="Send it again under an id of its own.",
)
EXPORT_DECIDED = RefusalKind(
    code="ledger.export_decided",
    sentence="Somebody has decided on this export already.",
    remedy="Reload to see what they said.",
)
EXPORT_UNDECIDED = RefusalKind(
    code="ledger.export_undecided",
    sentence="Nobody decided on this export for {hours} hours; nobody can any more.",
    remedy="Who asked may ask again, if it is still needed.",
)
NOT_YOURS_TO_WITHDRAW = RefusalKind(
    code="ledger.not_yours_to_withdraw",
    sentence="Only who asked for an export withdraws it.",
    remedy="Refuse it, if you are asked to decide.",
)
OWN_EXPORT = RefusalKind(
    code="ledger.own_export",
    sentence="Whoever asks for an export does not decide on it.",
    remedy="Ask a colleague, or the office above you.",
)
NOT_YOURS_TO_APPROVE = RefusalKind(
    code="ledger.not_yours_to_approve",
    sentence="Your post does not decide on this export.",
    remedy="Leave it to the community or the street that answers for the people.",
)
NOT_YOUR_EXPORT = RefusalKind(
    code="ledger.not_your_export",
    sentence="The file opens only to the person who asked for it.",
    remedy="Ask for one of your own.",
)
EXPORT_NOT_APPROVED = RefusalKind(
    code="ledger.export_not_approved",
    sentence="Nobody has approved this export.",
    remedy="Wait until a second person does, or remind them.",
)
EXPORT_LAPSED = RefusalKind(
    code="ledger.export_lapsed",
    sentence="The file could be opened for {hours} hours after it was approved; they are over.",
    remedy="Ask for it again.",
)
EXPORT_OUT_OF_REACH = RefusalKind(
    code="ledger.export_out_of_reach",
    sentence="Somebody in this export is not answered for by your unit any more.",
    remedy="Ask again for those who are.",
)
EXPORT_OVER_THE_DAY = RefusalKind(
    code="ledger.export_over_the_day",
    sentence="You have opened {opened} identities today; with these it would be more than {most}.",
    remedy="Open it tomorrow, or let somebody else ask for their share.",
)

PEOPLE_MAX = 50
UNDECIDED_HOURS_MAX = 24
HOURS_OPEN: Mapping[ExportForm, int] = {
    ExportForm.ROWS: 24,
    ExportForm.DOCUMENTS: 24,
    ExportForm.SCREEN: 1,
}

EXPORTERS = frozenset({Role.COMMUNITY, Role.STREET, Role.HOSPITAL, Role.CDC})
EXPORTERS_OF_THEIR_OWN = frozenset({Role.HOSPITAL, Role.CDC})
ANSWERABLE = frozenset({Role.COMMUNITY, Role.STREET})
READERS_ON_SCREEN = OPENERS_IN_TWO
AGREE_TO_READING = OPENERS | OPENERS_IN_TWO


def requesters(form: ExportForm) -> frozenset[Role]:
    """The roles that may ask for an export of a form."""
    return READERS_ON_SCREEN if form is ExportForm.SCREEN else EXPORTERS


def deciders(form: ExportForm, role: Role) -> frozenset[Role]:
    """The roles that may decide on what somebody in a role asked for."""
    if form is ExportForm.SCREEN:
        return AGREE_TO_READING
    return EXPORTERS if role in EXPORTERS_OF_THEIR_OWN else ANSWERABLE


def check_can_request(form: ExportForm, *, by: Actor) -> None:
    """Refuse to ask for an export of this form to roles that hand nobody over."""
    if not can_request(form, by=by):
        raise NOT_YOURS_TO_EXPORT()


def can_request(form: ExportForm, *, by: Actor) -> bool:
    """Whether asking for an export of this form is worth offering."""
    return by.role in requesters(form) and by.scope.kinds is None


def check_are_own(strangers: int, *, by: Actor) -> None:
    """Refuse a hospital or a centre people that are not its own."""
    if strangers and by.role in EXPORTERS_OF_THEIR_OWN:
        raise NOT_YOUR_PEOPLE(count=strangers)


def check_size(people: int, form: ExportForm) -> None:
    """Refuse an empty file, and one that would be a list on its travels."""
    if not people:
        raise NOBODY_TO_EXPORT()
    if people > 1 and form is ExportForm.SCREEN:
        raise ONE_AT_A_TIME(asked=people)
    if people > PEOPLE_MAX:
        raise TOO_MANY_TO_EXPORT(asked=people, most=PEOPLE_MAX)


def check_recipient(recipient: str) -> str:
    """Give the recipient in one line, or refuse an empty one."""
    said = " ".join(recipient.split())
    if not said:
        raise RECIPIENT_MISSING()
    return said


def check_can_decide(
    *, form: ExportForm, requester: UUID, role: Role, by: Actor
) -> None:
    """Refuse to decide on one's own request, or outside the requester's line."""
    if by.person == requester:
        raise OWN_EXPORT()
    if not can_decide(form=form, requester=requester, role=role, by=by):
        raise NOT_YOURS_TO_APPROVE()


def can_decide(*, form: ExportForm, requester: UUID, role: Role, by: Actor) -> bool:
    """Whether the buttons that approve and refuse are worth showing."""
    may = by.role in deciders(form, role) and by.scope.kinds is None
    return may and by.person != requester


def decided_by(by: Actor) -> list[tuple[ExportForm, Role]]:
    """Whose requests, of which form, somebody may decide on."""
    return [
        (form, role)
        for form in ExportForm
        for role in sorted(requesters(form))
        if by.role in deciders(form, role) and by.scope.kinds is None
    ]


def check_can_withdraw(*, requester: UUID, by: Actor) -> None:
    """Refuse to take back what somebody else asked for."""
    if by.person != requester:
        raise NOT_YOURS_TO_WITHDRAW()


def check_is_waiting(
    state: ExportState, to: ExportState, requested_at: datetime, at: datetime
) -> None:
    """Refuse a step on what was decided before, or waited for longer than a day."""
    if to not in EXPORT.steps[state]:
        raise EXPORT_DECIDED()
    if at >= waits_until(requested_at):
        raise EXPORT_UNDECIDED(hours=UNDECIDED_HOURS_MAX)


def waits_until(requested_at: datetime) -> datetime:
    """The moment from which nobody can decide on a request any more."""
    return requested_at + timedelta(hours=UNDECIDED_HOURS_MAX)


def check_is_open(
    form: ExportForm, state: ExportState, decided_at: datetime | None, at: datetime
) -> None:
    """Refuse to open what nobody approved, or approved too long ago."""
    if state is not ExportState.APPROVED or decided_at is None:
        raise EXPORT_NOT_APPROVED()
    if at >= opens_until(form, decided_at):
        raise EXPORT_LAPSED(hours=HOURS_OPEN[form])


def opens_until(form: ExportForm, approved_at: datetime) -> datetime:
    """The moment from which an approved export does not open any more."""
    return approved_at + timedelta(hours=HOURS_OPEN[form])


def check_within_the_day(opened: int, more: int, *, most: int) -> None:
    """Refuse a file with which somebody would read more people than a day allows."""
    if opened + more > most:
        raise EXPORT_OVER_THE_DAY(opened=opened, most=most)
