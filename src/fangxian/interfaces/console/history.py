"""The journal in words: what an event is called, which row does not fit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


EVENTS: Mapping[str, str | Promise] = {
    "account.closed": _("Account closed"),
    "account.link_agreed": _("Link to set a password agreed to"),
    "account.link_refused": _("Link to set a password not agreed to"),
    "account.linked": _("Link to set a password made"),
    "account.opened": _("Account opened"),
    "account.password_set": _("Password set by a link"),
    "account.reopened": _("Account opened again"),
    "account.unlocked": _("Account unlocked"),
    "area.answerer_named": _("Answerable post of an area named"),
    "area.ended": _("Area ended"),
    "area.established": _("Area established"),
    "area.moved": _("Area moved"),
    "area.redesignated": _("Area renamed or recoded"),
    "areas.imported": _("List of areas taken in"),
    "backup.made": _("Backup made"),
    "backup.restored": _("Restored from a backup"),
    "device.code_issued": _("Code for a phone issued"),
    "device.enrolled": _("Phone enrolled"),
    "device.revoked": _("Phone revoked"),
    "door.registered": _("Door registered"),
    "export.approved": _("Export of people approved"),
    "export.lapsed": _("Export of people lapsed"),
    "export.opened": _("Export of people opened"),
    "export.refused": _("Export of people refused"),
    "export.requested": _("Export of people asked for"),
    "export.withdrawn": _("Export of people withdrawn"),
    "enrolment.classified": _("Arrival classified"),
    "enrolment.closed": _("Arrival closed"),
    "enrolment.hearsay_followed": _("Hearsay looked into"),
    "enrolment.joined": _("Another source joined to an arrival"),
    "enrolment.list_taken": _("List of arrivals taken in"),
    "enrolment.not_reached": _("Arrival not met at the door"),
    "enrolment.registered": _("Arrival registered"),
    "enrolment.reopened": _("Arrival to be looked at again"),
    "enrolment.rescreened": _("Everybody screened again"),
    "enrolment.verified": _("Arrival verified"),
    "finding.confirmed": _("Rectification confirmed"),
    "finding.raised": _("Finding raised"),
    "finding.rectified": _("Finding rectified"),
    "finding.reopened": _("Finding sent back"),
    "finding.responsible_named": _("Responsible person of a finding named"),
    "finding.seen_again": _("Finding seen again"),
    "finding.withdrawn": _("Finding withdrawn"),
    "home_watch.closed": _("Watch at home ended"),
    "home_watch.opened": _("Watch at home begun"),
    "home_watch.planned": _("Duties at home issued"),
    "home_watch.recorded": _("Visit to a home recorded"),
    "home_watch.result_taken": _("Laboratory result taken down"),
    "home_watch.result_withdrawn": _("Laboratory result withdrawn"),
    "home_watch.results_listed": _("List of laboratory results taken in"),
    "home_watch.team_named": _("The five of a person named"),
    "inspection.joint_closed": _("Joint visit closed"),
    "inspection.joint_opened": _("Joint visit opened"),
    "inspection.link_ended": _("Rectification link ended"),
    "inspection.link_issued": _("Rectification link issued"),
    "inspection.looked_back": _("Looked back"),
    "inspection.patrols_planned": _("Patrols planned"),
    "inspection.reopened": _("Suspended place let open again"),
    "inspection.section_excused": _("Department excused from a joint visit"),
    "inspection.section_recorded": _("Section of a joint visit recorded"),
    "inspection.self_checks_ordered": _("Self-checks ordered"),
    "inspection.suspended": _("Place suspended after a visit"),
    "inspection.visited": _("Place visited"),
    "intake.done_later": _("Act from quarantine done"),
    "intake.pictures_removed": _("Pictures removed that nothing named"),
    "intake.quarantined": _("Act from a device put into quarantine"),
    "intake.set_aside": _("Act from quarantine set aside"),
    "intake.tried_again": _("Act from quarantine tried again"),
    "journal.guards_put_back": _("Protection of rows put back"),
    "journal.reaction_refused": _("Follow-up declined"),
    "journal.verified": _("Journal verified"),
    "ledger.difference_settled": _("Difference of a list settled"),
    "ledger.file_taken": _("List of places taken in"),
    "ledger.kind_declared": _("Kind of place declared"),
    "ledger.layout_remembered": _("Layout of a list remembered"),
    "ledger.people_indexed": _("People indexed anew"),
    "ledger.people_taken": _("List of people taken in"),
    "observation.corrected": _("Record corrected"),
    "observation.observed": _("Record made"),
    "person.amended": _("Person's details amended"),
    "person.identity_opened": _("Identity of a person opened"),
    "person.kept_apart": _("Two people kept apart"),
    "person.merged": _("Two records of a person merged"),
    "person.moved_in": _("Person moved in"),
    "person.moved_out": _("Person moved out"),
    "person.proxy_named": _("Proxy of a person named"),
    "person.proxy_released": _("Proxy of a person released"),
    "person.registered": _("Person registered"),
    "person.unmerged": _("Merger of a person undone"),
    "place.amended": _("Place amended"),
    "place.closed": _("Place closed"),
    "place.kept_apart": _("Places kept apart"),
    "place.merged": _("Places merged"),
    "place.registered": _("Place registered"),
    "place.reopened": _("Place open again"),
    "place.suspended": _("Place suspended"),
    "place.unmerged": _("Merger of places undone"),
    "place.venue_code_advanced": _("Venue code advanced"),
    "post.appointed": _("Post filled"),
    "post.closed": _("Post closed"),
    "post.created": _("Post created"),
    "post.nominated": _("Person named for a post"),
    "post.relieved": _("Post vacated"),
    "protocol.adopted": _("Protocol adopted"),
    "protocol.drafted": _("Protocol drafted"),
    "protocol.reviewed": _("Protocol reviewed"),
    "protocol.sent_back": _("Protocol sent back"),
    "protocol.superseded": _("Protocol superseded"),
    "report.attested": _("Return signed"),
    "report.bulletin_issued": _("Bulletin issued"),
    "report.computed": _("Return computed"),
    "report.frozen": _("Returns frozen"),
    "report.restated": _("Return restated"),
    "restriction.accepted": _("Proposed measure accepted"),
    "restriction.appeal_decided": _("Objection decided"),
    "restriction.appeal_filed": _("Objection filed"),
    "restriction.ended": _("Measure ended"),
    "restriction.evidence_recorded": _("Evidence recorded"),
    "restriction.evidence_withdrawn": _("Evidence withdrawn"),
    "restriction.imposed": _("Measure in force"),
    "restriction.proposed": _("Measure proposed for signature"),
    "restriction.refused": _("Proposed measure refused"),
    "staff.registered": _("Person registered as staff"),
    "sweep.called_off": _("Sweep called off"),
    "sweep.ended": _("Sweep ended"),
    "sweep.grown": _("New doors taken into a sweep"),
    "sweep.ordered": _("Sweep ordered"),
    "sweep.visit_corrected": _("Visit of a sweep corrected"),
    "sweep.visited": _("Door or place of a sweep visited"),
    "task.claimed": _("Duty claimed"),
    "task.completed": _("Duty completed"),
    "task.escalated": _("Duty escalated"),
    "task.handed_back": _("Duty handed back"),
    "task.issued": _("Duty issued"),
    "task.lapsed": _("Duty lapsed"),
    "task.settled": _("Missed duty was done in time, as was told later"),
    "task.reminded": _("Reminder sent"),
    "task.waived": _("Duty waived"),
}

FAMILIES: Mapping[str, str | Promise] = {
    "task.": _("Duties"),
    "observation.": _("Records"),
    "inspection.": _("Visits"),
    "finding.": _("Findings"),
    "report.": _("Returns"),
    "place.": _("Places"),
    "area.": _("Areas"),
    "post.": _("Posts"),
    "person.": _("People"),
    "door.": _("Doors"),
    "export.": _("Exports"),
    "enrolment.": _("Arrivals"),
    "sweep.": _("Sweeps"),
    "restriction.": _("Measures on people"),
    "home_watch.": _("People at home"),
    "staff.": _("Staff"),
    "protocol.": _("Protocols"),
    "account.": _("Accounts"),
    "ledger.": _("Lists"),
    "intake.": _("Devices"),
    "journal.": _("Journal"),
}

FAULTS: Mapping[str, str | Promise] = {
    "MISSING": _("Numbers are missing."),
    "OUT_OF_ORDER": _("A number stands before the first."),
    "ENTRY_GONE": _("The entry of this number is gone."),
    "ENTRY_CHANGED": _("The entry was changed."),
    "LEAF_CHANGED": _("The digest of the entry was changed."),
    "CHAIN_BROKEN": _("The link to the entry before was changed."),
    "SEAL_BROKEN": _("The entry was not written by this installation."),
    "SEAL_COPIED": _("The entry is a copy of another."),
    "NUMBER_LOST": _("The entry has lost its number."),
    "MARK_MOVED": _("A mark stands elsewhere than the rows."),
    "CHECKPOINT_MISSING": _("A checkpoint is missing."),
    "CHECKPOINT_CHANGED": _("The checkpoint was changed."),
    "CHECKPOINT_DIFFERS": _("The entries are not those that the checkpoint signed."),
    "LOG_CUT": _("The journal ends before this checkpoint."),
    "HELD_DIFFERS": _("The entries are not those of the checkpoint held elsewhere."),
    "COUNTER_DIFFERS": _("A counter is not the sum of its entries."),
    "GUARD_GONE": _("A trigger that keeps rows as they are is gone."),
    "GUARD_CHANGED": _("A trigger that keeps rows as they are was changed."),
    "GUARD_FOREIGN": _(
        "A trigger that this house never made stands on a table it guards."
    ),
}

OF_GUARDS = "GUARD_"


@dataclass(frozen=True, slots=True)
class FaultLine:
    """One row that does not fit; ``code`` is a range or a name, ``said`` is in words."""

    number: int | None
    entry: int | None
    what: str | Promise
    code: str
    said: str


def event_word(event: str) -> str | Promise:
    """Say what an event is; one without a word keeps its code."""
    return EVENTS.get(event, event)


def fault_lines(
    faults: tuple[tuple[Any, ...], ...],
    *,
    areas: Mapping[int, str],
    kinds: Mapping[str, str],
) -> list[FaultLine]:
    """Put the noted faults into words; ``areas`` and ``kinds`` are names by id."""
    return [
        FaultLine(
            number=number,
            entry=entry,
            what=FAULTS.get(what, what),
            code="" if counter else detail,
            said=_counter(counter, areas, kinds) if counter else "",
        )
        for number, entry, what, detail, counter in faults
    ]


def tells_of_guards(faults: tuple[tuple[Any, ...], ...]) -> bool:
    """Whether one of the noted faults is a trigger's, which somebody can put back."""
    return any(str(what).startswith(OF_GUARDS) for _, _, what, *_ in faults)


def areas_of_faults(faults: tuple[tuple[Any, ...], ...]) -> set[int]:
    """The areas that noted faults name; what is no number names none."""
    named = {counter[2] for *_, counter in faults if counter}
    return {area for area in named if type(area) is int}


def _counter(
    counter: Sequence[Any], areas: Mapping[int, str], kinds: Mapping[str, str]
) -> str:
    """Say which counter differs, and by how much."""
    measure, day, area, kind, stored, made = counter
    name = str(EVENTS.get(measure, measure))
    where = [day, areas.get(area, f"#{area}"), kinds.get(kind, kind) if kind else ""]
    which = " · ".join(str(one) for one in (name, *where) if one)
    if stored is None:
        said = gettext("{which}: nothing is stored, the entries make {made}")
    else:
        said = gettext("{which}: {stored} is stored, the entries make {made}")
    return said.format(which=which, stored=stored, made=made)
