"""What phones are told, as types: docs/reference/field-wire.json is written from them.

Moments are ISO 8601 with their zone; words of a pack stand in both languages.
"""

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict

from fangxian.interfaces.intake.envelope import Moment


class Both(TypedDict):
    """The same words in both languages; the phone chooses."""

    zh: str
    en: str


class Named(TypedDict):
    """An area and its name, from the district down."""

    id: int
    name: str


# ----------------------------------------------------------------------- enrolment
class ServerKeys(TypedDict):
    """``seal``: ECDH P-256, SPKI; ``receipts``: Ed25519, 32 bytes; both in base64."""

    seal: str
    receipts: str


class Before(TypedDict):
    """The phone that spoke for the same person and post before.

    Its acts up to ``upto`` are here without a gap; of ``have`` it told.
    """

    name: str
    upto: int
    have: int
    heard_at: Moment | None


class Enrolled(TypedDict):
    """A phone that is enrolled, whom it speaks for, and where it sends acts."""

    device: str
    person_label: str
    post_label: str
    area: int
    area_label: str
    server_key: ServerKeys
    intake: str
    cache_hours: int
    keep_hours: int
    before: Before | None


class Refused(TypedDict):
    """Why something was not done, and what would help, in the language asked for."""

    code: str
    sentence: str
    remedy: str


# --------------------------------------------------------------------------- items
class Supervisor(TypedDict):
    """Whom to ask: the nearest post above that leads."""

    name: str


class PlaceKind(TypedDict):
    """A kind of place that this post may register."""

    code: str
    label: Both


class MeItem(TypedDict):
    """For whom, and in which post, the phone speaks."""

    t: Literal["me"]
    id: str
    person: str
    post: str
    area: Named
    supervisor: Supervisor | None
    kinds: list[PlaceKind]


class Choice(TypedDict):
    """An answer that may be chosen."""

    value: str
    label: Both


class Question(TypedDict):
    """One question of a form; conditions are as docs/adr/0008 has them."""

    name: str
    type: Literal[
        "yes_no", "number", "choice", "choices", "text", "time", "date", "photo"
    ]
    label: Both
    required: bool
    least: int
    most: int
    choices: NotRequired[list[Choice]]
    hint: NotRequired[Both]
    unit: NotRequired[Both]
    message: NotRequired[Both]
    relevant: NotRequired[Any]
    constraint: NotRequired[Any]


class FormItem(TypedDict):
    """A form of an edition, by which duties are answered."""

    t: Literal["form"]
    id: str
    edition: int
    code: str
    title: Both
    questions: list[Question]


class Send(TypedDict):
    """The act that answers a duty: the phone adds ``answers`` to the body."""

    kind: str
    body: dict[str, Any]


class Figure(TypedDict):
    """A figure of the day that is to be signed."""

    label: Both
    value: int


class Tried(TypedDict):
    """A visit of a sweep that settled nothing: how often, and the last of them."""

    times: int
    outcome: str
    at: Moment


class Spot(TypedDict):
    """A place where something is owed, also one that the phone's ledger does not have."""

    title: str
    address: str


class TaskItem(TypedDict):
    """A duty, with the act that answers it.

    ``where`` is ``door:7``, ``place:7`` or ``area:7``, and ``spot`` names that place;
    ``about`` is whom or what it is about; ``what`` tells what was found, ``figures``
    what would be signed now.
    """

    t: Literal["task"]
    id: int | str
    title: Both
    why: Both | None
    form: str
    where: str
    about: str
    who: str | None
    opens_at: Moment
    due_at: Moment
    closes_at: Moment | None
    level: int
    state: Literal["open", "done"]
    done_at: Moment | None
    send: Send
    spot: NotRequired[Spot]
    what: NotRequired[str]
    figures: NotRequired[list[Figure]]
    sweep: NotRequired[str]
    tried: NotRequired[Tried | None]
    room: NotRequired[str]


class DoorItem(TypedDict):
    """A door without its room, and how many live behind it."""

    t: Literal["door"]
    id: int
    title: str
    area: int
    people: int


class PlaceItem(TypedDict):
    """A place without who is in charge."""

    t: Literal["place"]
    id: int
    title: str
    kind: Both
    address: str
    area: int


class PersonItem(TypedDict):
    """Somebody by the masked name."""

    t: Literal["person"]
    id: str
    name: str
    door: int | None


class Reason(TypedDict):
    """Why doors or places of a sweep were not seen, and how many."""

    outcome: str
    label: Both
    count: int


class SweepItem(TypedDict):
    """A sweep of the post's own doors or places: what should be, was and was not seen."""

    t: Literal["sweep"]
    id: str
    title: Both
    why: str
    about: Literal["door", "place"]
    area: int
    form: str
    opens_at: Moment
    until: Moment
    state: Literal["running", "ended"]
    should: int
    seen: int
    empty: int
    open: int
    missed: int
    reasons: list[Reason]


class QuestionItem(TypedDict):
    """An act of this phone that could not be done: why, and what would help."""

    t: Literal["question"]
    id: str
    at: Moment
    sentence: Both
    remedy: Both


Item: TypeAlias = (
    MeItem
    | FormItem
    | TaskItem
    | DoorItem
    | PlaceItem
    | PersonItem
    | SweepItem
    | QuestionItem
)


class Bundle(TypedDict):
    """A page of a pull. ``now`` is the installation's time, in a rehearsal another's."""

    now: Moment
    rehearsal: bool
    cursor: int
    more: bool
    after: str | None
    whole: bool
    items: list[Item]
    gone: list[tuple[str, str]]
