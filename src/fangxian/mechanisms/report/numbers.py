"""The numbers of returns: every signature asks for them, so the statements are plain.

Who is to change a return then locks it by its number.
"""

import datetime as dt

from django.db import connection

from fangxian.mechanisms.report.states import State


OF_UNIT = "SELECT id FROM report_return WHERE day = %s AND layout = %s AND area_id = %s"
ABOVE = """
    SELECT id FROM report_return
    WHERE day = %s AND layout = %s AND state <> %s AND {has_key}
    ORDER BY id
"""
HAS_KEY = {
    "sqlite": "json_type(sources, %s) IS NOT NULL",
    "postgresql": "jsonb_exists(sources, %s)",
}
KEY = {"sqlite": '$."{area}"', "postgresql": "{area}"}


def find_number(area: int, layout: str, day: dt.date) -> int | None:
    """Find a unit's return of a day, signed or not."""
    asked = [connection.ops.adapt_datefield_value(day), layout, area]
    with connection.cursor() as cursor:
        cursor.execute(OF_UNIT, asked)
        found = cursor.fetchone()
    return None if found is None else int(found[0])


def numbers_above(area: int, layout: str, day: dt.date) -> list[int]:
    """Name the signed returns that summed this unit, or had to do without it."""
    sql = ABOVE.format(has_key=HAS_KEY[connection.vendor])
    key = KEY[connection.vendor].format(area=area)
    asked = [connection.ops.adapt_datefield_value(day), layout, State.COMPUTED, key]
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        return [number for (number,) in cursor.fetchall()]
