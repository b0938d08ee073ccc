"""What the worker's log says of a job that fails."""

import pytest
from django.db import OperationalError

from fangxian.interfaces.commands import work


def log_of(problem, caplog):
    def fall():
        raise problem

    work._attempt("count the doors", fall)
    return caplog.text


def test_the_log_says_where_a_job_failed_and_not_about_whom(caplog):
    said = log_of(ValueError("no such person: Ouyang Haitang"), caplog)

    assert "could not count the doors" in said
    assert "in fall" in said
    assert "ValueError" in said
    assert "Haitang" not in said


@pytest.mark.parametrize(
    "problem", [OSError(28, "No space left"), OperationalError("database is locked")]
)
def test_what_disk_and_database_say_is_in_the_log(caplog, problem):
    assert str(problem) in log_of(problem, caplog)
