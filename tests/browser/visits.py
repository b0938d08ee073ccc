"""Ten places to visit, each with a question for pictures: python -m tests.browser.visits.

Added to an installation of ``tests.browser.site``, for the grid worker's phone.
"""

import datetime as dt
import json
from pathlib import Path

import django
from django.conf import settings


HOUR = dt.timedelta(hours=1)
NAMES = [f"福华街 {number} 号足浴店" for number in range(11, 21)]


def build() -> None:
    """Register the places, and issue a check of each for today."""
    from django.db import transaction  # noqa: PLC0415 -- after setup

    from fangxian.kernel.actors import SYSTEM  # noqa: PLC0415 -- after setup
    from fangxian.mechanisms.jurisdiction.models import Post  # noqa: PLC0415 -- after setup
    from fangxian.mechanisms.ledger.actions import register_place  # noqa: PLC0415 -- after setup
    from fangxian.mechanisms.task.actions import IssueRequest, issue  # noqa: PLC0415 -- after setup
    from tests.people import PEOPLE  # noqa: PLC0415 -- after setup
    from tests.worlds import FOUNDED, NOON  # noqa: PLC0415 -- after setup

    post = Post.objects.get(title="网格员", appointments__staff=PEOPLE["grid"])
    visits = {}
    with transaction.atomic():
        for number, name in enumerate(NAMES):
            place = register_place(
                kind="foot_spa",
                name=name,
                area=post.area_id,
                source="examples",
                by=SYSTEM,
                at=FOUNDED,
            )
            request = IssueRequest(
                key=f"tests/closed_check/{number}",
                duty="closed_check",
                form="closed_check",
                subject=f"place:{place.pk}",
                kind="foot_spa",
                area=post.area_id,
                post=post.pk,
                opens_at=NOON - HOUR,
                due_at=NOON + 6 * HOUR,
                decision={"pack": "routine"},
            )
            visits[place.pk] = issue(request, by=SYSTEM, at=NOON).pk
    path = Path(settings.FANGXIAN_DATA, "made.json")
    made = json.loads(path.read_text())
    path.write_text(json.dumps({**made, "visits": visits}))


if __name__ == "__main__":
    django.setup()
    build()
