"""The lifecycle tables."""

from enum import StrEnum

from fangxian.kernel.transitions import Lifecycle


class Standing(StrEnum):
    """Whether a place is open to the public."""

    OPEN = "open"
    SUSPENDED = "suspended"  # closed by order, with a reason, until re-inspected
    CLOSED = "closed"  # gone for good


STANDING = Lifecycle(
    start=Standing.OPEN,
    steps={
        Standing.OPEN: frozenset({Standing.SUSPENDED, Standing.CLOSED}),
        Standing.SUSPENDED: frozenset({Standing.OPEN, Standing.CLOSED}),
        Standing.CLOSED: frozenset({Standing.OPEN}),
    },
)


class VenueCode(StrEnum):
    """How far a place has come towards a code that visitors scan at its door."""

    NONE = "none"
    APPLIED = "applied"  # the place has asked for one
    ISSUED = "issued"  # it was made and handed over
    IN_USE = "in_use"  # somebody has seen it hang at the door and scan


class DifferenceState(StrEnum):
    """What somebody made of a row that says otherwise than the ledger."""

    OPEN = "open"
    ACCEPTED = "accepted"  # the ledger says so too, now
    KEPT = "kept"  # the ledger stands, and the list is not asked about again


VENUE_CODE = Lifecycle(
    start=VenueCode.NONE,
    steps={
        VenueCode.NONE: frozenset({VenueCode.APPLIED}),
        VenueCode.APPLIED: frozenset({VenueCode.ISSUED}),
        VenueCode.ISSUED: frozenset({VenueCode.IN_USE}),
        VenueCode.IN_USE: frozenset(),
    },
)


class ImportState(StrEnum):
    """What became of a file."""

    TAKEN = "taken"  # every good row is on the ledger, every bad one is listed
    REPEATED = "repeated"  # nothing in it was new


class About(StrEnum):
    """What the rows of a file are."""

    PLACES = "places"
    PEOPLE = "people"
    RESULTS = "results"  # what laboratories found of people at home


class Purpose(StrEnum):
    """What somebody opens an identity for."""

    CONTACT = "contact"  # to call or to visit
    NOTICE = "notice"  # to write a paper that names the person
    SAMPLING = "sampling"  # to compare with the paper in hand
    MEDICAL = "medical"
    CORRECTION = "correction"  # to amend, or to settle a duplicate
    REVIEW = "review"  # an appeal, a complaint, an audit
    EXPORT = "export"  # to hand over in a file that a second person has approved


class ExportForm(StrEnum):
    """What people are handed over as, or that one is to be read only."""

    ROWS = "rows"  # one sheet, a row each
    DOCUMENTS = "documents"  # a paper each, such as a notice
    SCREEN = "screen"  # one person, read once on the screen by who may not alone


class ExportState(StrEnum):
    """How far a request to hand people over in a file has come."""

    REQUESTED = "requested"
    APPROVED = "approved"  # by a second person; it opens for a day
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"  # by who asked, before anybody decided
    LAPSED = "lapsed"  # nobody decided in a day


EXPORT = Lifecycle(
    start=ExportState.REQUESTED,
    steps={
        ExportState.REQUESTED: frozenset(
            {
                ExportState.APPROVED,
                ExportState.REFUSED,
                ExportState.WITHDRAWN,
                ExportState.LAPSED,
            }
        ),
        ExportState.APPROVED: frozenset(),
        ExportState.REFUSED: frozenset(),
        ExportState.WITHDRAWN: frozenset(),
        ExportState.LAPSED: frozenset(),
    },
)


class Relation(StrEnum):
    """What somebody who speaks for a person is to them."""

    PARENT = "parent"
    CHILD = "child"
    SPOUSE = "spouse"
    GUARDIAN = "guardian"
    RELATIVE = "relative"
    NEIGHBOUR = "neighbour"
    CARER = "carer"
