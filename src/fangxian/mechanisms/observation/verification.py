"""Opens every photo and document that a record names, and says which are not as kept."""

from dataclasses import dataclass

from django.conf import settings

from fangxian.mechanisms.observation.evidence import find_fault, path_of
from fangxian.mechanisms.observation.models import Evidence
from fangxian.privacy.keys import keyring_at


@dataclass(frozen=True, slots=True)
class Fault:
    """One file that is not there, not sealed or not the same, by its digest."""

    digest: str
    what: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many files were opened, and which are not what the records say."""

    files: int
    faults: tuple[Fault, ...]


def verify() -> Verdict:
    """Open every file that a record names and compute its digest again."""
    keyring = keyring_at(settings.FANGXIAN_KEYRING)
    digests = Evidence.objects.values_list("digest", flat=True).distinct()
    opened, faults = 0, list[Fault]()
    for digest in digests.order_by("digest").iterator():
        opened += 1
        if wrong := find_fault(path_of(digest), keyring=keyring):
            faults.append(Fault(digest, wrong.code))
    return Verdict(opened, tuple(faults))
