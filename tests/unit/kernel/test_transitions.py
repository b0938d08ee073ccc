from enum import StrEnum

import pytest

from fangxian.kernel.refusals import Refusal
from fangxian.kernel.transitions import NOT_A_STEP, Lifecycle


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"
    WALLED = "walled"


DOOR = Lifecycle(
    start=Door.OPEN,
    steps={
        Door.OPEN: frozenset({Door.SHUT}),
        Door.SHUT: frozenset({Door.WALLED, Door.OPEN}),
        Door.WALLED: frozenset(),
    },
)


def test_a_step_of_the_table_is_taken():
    DOOR.check(Door.OPEN, Door.SHUT)


@pytest.mark.parametrize("target", [Door.OPEN, Door.WALLED])
def test_another_step_is_refused_by_name(target):
    with pytest.raises(Refusal) as refusal:
        DOOR.check(Door.OPEN, target)

    assert refusal.value.kind is NOT_A_STEP
    assert refusal.value.sentence == f"open cannot become {target}."


def test_a_forgotten_state_is_a_failure_at_import():
    with pytest.raises(ValueError, match="walled"):
        Lifecycle(
            start=Door.OPEN, steps={Door.OPEN: frozenset(), Door.SHUT: frozenset()}
        )


def test_the_table_draws_itself():
    assert DOOR.mermaid().splitlines() == [
        "stateDiagram-v2",
        "    [*] --> open",
        "    open --> shut",
        "    shut --> open",
        "    shut --> walled",
        "    walled --> [*]",
    ]
