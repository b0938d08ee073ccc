"""The tables are those of the models, and each room makes its own in one migration.

Nothing was released, so nobody has a store that would have to follow step by step.
"""

from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.utils import translation


OURS = {
    config.label
    for config in apps.get_app_configs()
    if config.name.startswith("fangxian.")
}


def test_migrations_make_what_the_models_say():
    loader = MigrationLoader(None)
    with translation.override(None):  # Django's own models carry words
        said = ProjectState.from_apps(apps)
        detector = MigrationAutodetector(loader.project_state(), said)
        changes = detector.changes(graph=loader.graph)
    missing = {
        room: [one.operations for one in changes[room]]
        for room in sorted(OURS & set(changes))
    }
    assert missing == {}


def test_every_room_with_tables_has_one_migration():
    migrations = MigrationLoader(None).disk_migrations
    names = sorted(one for one in migrations if one[0] in OURS)
    rooms = {model._meta.app_label for model in apps.get_models()} & OURS
    assert names == [(room, "0001_initial") for room in sorted(rooms)]
