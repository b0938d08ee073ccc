from uuid import UUID

import pytest

from fangxian.kernel.scopes import EVERYWHERE, NOWHERE, Bound, Scope


@pytest.mark.parametrize("kind", ["hotel", None])
def test_a_scope_without_kinds_reaches_every_kind(kind):
    assert Scope().reaches_kind(kind)
    assert EVERYWHERE.reaches_kind(kind)


def test_a_department_reaches_its_kinds_only():
    department = Scope(kinds=frozenset({"care_home"}))

    assert department.reaches_kind("care_home")
    assert not department.reaches_kind("hotel")
    assert not department.reaches_kind(None)


def test_nowhere_reaches_no_area():
    assert NOWHERE.roots == frozenset()
    assert not NOWHERE.everywhere


def test_unbound_a_scope_reaches_the_same_areas_and_everybody_in_them():
    bound = Bound(post=7, role="hospital", person=UUID(int=1))
    narrow = Scope(roots=frozenset({1}), kinds=frozenset({"hotel"}), bound=bound)

    assert narrow.unbound == Scope(roots=frozenset({1}), kinds=frozenset({"hotel"}))
    assert EVERYWHERE.unbound is EVERYWHERE
