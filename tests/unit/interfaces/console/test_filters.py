"""Lists are narrowed by what an address says, whatever it says."""

import pytest
from django.urls import reverse


BEYOND = "9" * 30  # no database has such a number
LISTS = "findings returns posts jurisdiction sweeps tasks places people"


@pytest.mark.parametrize("name", LISTS.split())
@pytest.mark.parametrize("what", ["area", "list", "finding", "page", "q"])
def test_a_number_beyond_every_row_is_no_fault(inspected, name, what):
    reader = "community" if name == "people" else "district"

    answer = inspected(reader).get(reverse(name), {what: BEYOND})

    assert answer.status_code in {200, 404}
