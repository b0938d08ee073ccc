"""The only writers of people: one verb, one transaction, one entry for each act."""

from fangxian.mechanisms.ledger.people.actions.doors import (
    move_in,
    move_out,
    register_door,
)
from fangxian.mechanisms.ledger.people.actions.files import (
    keep_list,
    remember_layout,
    take_people,
)
from fangxian.mechanisms.ledger.people.actions.identities import Identity, open_identity
from fangxian.mechanisms.ledger.people.actions.indexing import reindex_people
from fangxian.mechanisms.ledger.people.actions.persons import (
    Registered,
    amend_person,
    name_proxy,
    register_person,
    release_proxy,
)
from fangxian.mechanisms.ledger.people.actions.settling import (
    keep_people_apart,
    merge_people,
    unmerge_person,
)
from fangxian.mechanisms.ledger.people.actions.writing import hold_people


__all__ = [
    "Identity",
    "Registered",
    "amend_person",
    "hold_people",
    "keep_list",
    "keep_people_apart",
    "merge_people",
    "move_in",
    "move_out",
    "name_proxy",
    "open_identity",
    "register_door",
    "register_person",
    "reindex_people",
    "release_proxy",
    "remember_layout",
    "take_people",
    "unmerge_person",
]
