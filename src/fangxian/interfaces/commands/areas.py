"""Areas as people type them: a path of names below the city."""

import datetime as dt

import click

from fangxian.mechanisms.jurisdiction.queries import (
    AreaFacts,
    find_child,
    get_area,
    top_areas,
)


STEP = "/"


def area_named(path: str, on: dt.date) -> AreaFacts:
    """Give the area at a path such as DISTRICT/STREET, or say which step is wrong."""
    tops = top_areas(on)
    if not tops:
        raise click.ClickException("No area has been established.")
    here = get_area(tops[0])
    for name in path.split(STEP):
        if name == here.name:
            continue
        below = find_child(here.id, name)
        if below is None:
            raise click.ClickException(f"There is no {name} in {here.name}.")
        here = below
    return here
