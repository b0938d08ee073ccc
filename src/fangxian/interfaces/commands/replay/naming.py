"""Checking the names of a script against its world, before anything is played."""

from collections.abc import Iterator

from fangxian.interfaces.commands.replay import script
from fangxian.interfaces.commands.replay.script import AnyEvent
from fangxian.interfaces.commands.replay.stage import Stage


def check_names(stage: Stage) -> None:
    """Refuse the first post or area that an event names and the world does not have."""
    for event in stage.script.events:
        for post in _posts_of(event):
            stage.post(post)
        for area in _areas_of(event):
            stage.area(area)
    for group in stage.script.people.returnees:
        for area in group.areas:
            stage.area(area)
    for post in stage.script.world.accounts.values():
        stage.post(post)


def _posts_of(event: AnyEvent) -> Iterator[str]:
    match event:
        case script.Visit():
            yield event.who
            yield from event.with_
        case script.JointVisits():
            yield event.who
            yield from event.departments.values()
        case script.SelfChecks() | script.Bulletins() | script.Lists():
            yield event.who
        case script.Results() | script.Cohorts():
            yield event.who
        case script.Appoint():
            yield event.post


def _areas_of(event: AnyEvent) -> Iterator[str]:
    match event:
        case script.Returns():
            yield from event.late
            yield from event.missing
        case script.Visit() | script.JointVisits() | script.VenueCodes():
            yield event.places.area
        case script.SelfChecks():
            yield event.area
        case script.Calls() if event.missed:
            yield event.missed_in
