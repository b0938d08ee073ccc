"""Pure judgements: check_* refuses, can_* asks."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from fangxian.kernel.actors import Role
from fangxian.kernel.moments import start_of
from fangxian.kernel.refusals import Refusal, RefusalKind


if TYPE_CHECKING:
    from fangxian.kernel.actors import Actor
    from fangxian.mechanisms.protocol.layouts import Identity, Layout, Sum


SIGNERS = frozenset(
    {
        Role.GRID_WORKER,
        Role.COMMUNITY,
        Role.STREET,
        Role.DISTRICT,
    }
)
ISSUERS = SIGNERS | {Role.SUPERVISION}

UNKNOWN_RETURN = RefusalKind(
    code="report.unknown_return",
    sentence="There is no return {returned} here.",
    remedy="Open it from the list of your own area's returns.",
    hidden=True,
)
UNKNOWN_BULLETIN = RefusalKind(
    code="report.unknown_bulletin",
    sentence="There is no bulletin {bulletin} here.",
    remedy="Open it from the list of your own area's bulletins.",
    hidden=True,
)
NOT_THE_UNITS_OWN = RefusalKind(
    code="report.not_the_units_own",
    sentence="A return is signed by its own unit; this post belongs to another.",
    remedy="Ask the head of the unit to sign, or appoint one if the post is vacant.",
)
NO_LAYOUT = RefusalKind(
    code="report.no_layout",
    sentence="No protocol in force here asks this unit for that return.",
    remedy="Have the protocol adopted for the area, or choose another report.",
)
NOT_BEGUN = RefusalKind(
    code="report.not_begun",
    sentence="{day} has not begun, so there is nothing to return.",
    remedy="Return it on the day itself.",
)
ALREADY_ATTESTED = RefusalKind(
    code="report.already_attested",
    sentence="The return of {day} has been signed already.",
    remedy="If a figure has changed, restate the return; the signed one is kept.",
)
NOT_ATTESTED = RefusalKind(
    code="report.not_attested",
    sentence="This return has not been signed, so there is nothing to restate.",
    remedy="Sign it; the figures are computed anew at that moment.",
)
UNBALANCED = RefusalKind(
    code="report.unbalanced",
    sentence="{identity} does not balance: {left} on one side, {right} on the other.",
    remedy="Open both figures; a record is missing or counted twice.",
)
NOT_NOTHING = RefusalKind(
    code="report.not_nothing",
    sentence="This is no zero report: {indicator} is {n}.",
    remedy="Sign the return with its figures.",
)
NOTHING_CHANGED = RefusalKind(
    code="report.nothing_changed",
    sentence="Computed anew, every figure is as it was; there is nothing to restate.",
    remedy="Correct the record that is wrong first; the figure follows.",
)
NO_REASON = RefusalKind(
    code="report.no_reason",
    sentence="A restatement needs a reason.",
    remedy="Say in a sentence what became known after the return was signed.",
)
ALREADY_ISSUED = RefusalKind(
    code="report.already_issued",
    sentence="The bulletin of {day} is out already, as number {number}.",
    remedy="A bulletin is never changed; issue a correction that names it.",
)


def check_can_sign(area: int, *, by: "Actor") -> None:
    """Refuse unless this post belongs to the very unit whose return it is."""
    if by.role not in SIGNERS or by.unit != area:
        raise NOT_THE_UNITS_OWN()


def can_sign(area: int, *, by: "Actor") -> bool:
    """Whether the sign button is worth showing."""
    try:
        check_can_sign(area, by=by)
    except Refusal:
        return False
    return True


def check_can_issue(area: int, *, by: "Actor") -> None:
    """Refuse unless this post speaks for the area: its office or its supervision."""
    if by.role not in ISSUERS or by.unit != area:
        raise NOT_THE_UNITS_OWN()


def can_issue(area: int, *, by: "Actor") -> bool:
    """Whether the issue button is worth showing."""
    try:
        check_can_issue(area, by=by)
    except Refusal:
        return False
    return True


def check_begun(day: dt.date, *, at: dt.datetime) -> None:
    """Refuse a return of a day that has not begun in Shanghai."""
    if at < start_of(day):
        raise NOT_BEGUN(day=day)


def check_reason(reason: str) -> None:
    """Refuse a restatement that does not say why."""
    if not reason.strip():
        raise NO_REASON()


def sum_of(
    figures: Iterable[Mapping[str, int]], names: Iterable[str]
) -> dict[str, int]:
    """Add figures name by name; only the named ones are kept, absent ones are 0."""
    total = dict.fromkeys(names, 0)
    for one in figures:
        for name in total:
            total[name] += one.get(name, 0)
    return total


def sides_of(identity: "Identity", figures: Mapping[str, int]) -> tuple[int, int]:
    """Give both sides of an identity: what is added up, and what it should equal."""
    return value_of(identity.sum, figures), figures[identity.equals]


def value_of(sum_: "Sum", figures: Mapping[str, int]) -> int:
    """Add and take away figures."""
    added = sum(figures[name] for name in sum_.plus)
    return added - sum(figures[name] for name in sum_.minus)


def check_balanced(layout: "Layout", figures: Mapping[str, int]) -> None:
    """Refuse figures that break an identity the layout states."""
    for identity in layout.identities:
        left, right = sides_of(identity, figures)
        if left != right:
            raise UNBALANCED(identity=identity.title, left=left, right=right)


def check_nothing(layout: "Layout", figures: Mapping[str, int]) -> None:
    """Refuse a zero report while a figure that it denies is not zero."""
    for one in layout.indicators:
        if one.name in layout.nothing and figures[one.name]:
            raise NOT_NOTHING(indicator=one.label, n=figures[one.name])


def is_nothing(layout: "Layout", figures: Mapping[str, int]) -> bool:
    """Whether a zero report would be true."""
    return not any(figures[name] for name in layout.nothing)
