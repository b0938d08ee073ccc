"""What an installation holds of a phone: python -m tests.browser.told DEVICE."""

import json
import sys

import django


def told(device: str) -> dict[str, object]:
    """Name whom the phone registered, what it saw, and what waits or is questioned."""
    from fangxian.interfaces.intake.inbox import open_inbox  # noqa: PLC0415 -- after setup
    from fangxian.mechanisms.journal.models import Entry  # noqa: PLC0415 -- after setup
    from fangxian.mechanisms.ledger.models import Person  # noqa: PLC0415 -- after setup

    with open_inbox() as inbox:  # first: what waits no more stands among the records
        waiting = inbox.count("waiting")
        questioned = [one for one, of, _ in inbox.quarantined() if of == device]
    entries = Entry.objects.filter(device=device).order_by("pk")
    people = entries.filter(event="person.registered")
    ids = [one.subject.removeprefix("person:") for one in people]
    names = {str(one.pk): one.name for one in Person.objects.filter(pk__in=ids)}
    return {
        "people": [names[one] for one in ids],
        "seen": entries.filter(event="observation.observed").count(),
        "waiting": waiting,
        "questioned": questioned,
    }


if __name__ == "__main__":
    django.setup()
    print(json.dumps(told(sys.argv[1]), default=str))  # noqa: T201 -- the answer
