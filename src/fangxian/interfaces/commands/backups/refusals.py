"""Why a backup is not made, or not restored."""

from fangxian.kernel.refusals import RefusalKind


NOTHING_THERE = RefusalKind(
    "backup.nothing_there",
    "There is no installation in {folder}.",
    "Name the data folder in FANGXIAN_DATA; fangxian serve makes a new installation.",
)
NOT_EMPTY = RefusalKind(
    "backup.not_empty",
    "There is something in {folder} already: {found}.",
    "Choose an empty folder, or one that is not there yet; nothing is ever written over.",
)
KEYS_BESIDE = RefusalKind(
    "backup.keys_beside",
    "Of records, backup and keys, two would lie in one folder.",
    "Give the backup and the keys folders of their own, best on two disks with two people:"
    " whoever has both reads every name.",
)
BUSY = RefusalKind(
    "backup.busy",
    "Somebody has been writing to the records for {seconds} seconds without a pause.",
    "Try again in a minute; a command that runs long may have to end first.",
)
NOT_WRITTEN = RefusalKind(
    "backup.not_written",
    "The files could not be written: {problem}.",
    "Make room or choose another disk, and try again; what was begun is gone again.",
)
RECORDS_ON_SERVER = RefusalKind(
    "backup.records_on_server",
    "The records are on a PostgreSQL server, which copies them itself.",
    "Run pg_dump first, then this command with --files-only for the files that lie"
    " beside the records.",
)
RECORDS_HERE = RefusalKind(
    "backup.records_here",
    "The records of this installation lie beside its files.",
    "Leave out --files-only: files without their records are of no use.",
)
RECORDS_FIRST = RefusalKind(
    "backup.records_first",
    "The PostgreSQL server does not hold the records yet.",
    "Restore them with pg_restore first, then the files with this command.",
)
OTHER_STORE = RefusalKind(
    "backup.other_store",
    "The backup is of an installation with {made_with}, and this is one with {here}.",
    "Set FANGXIAN_DATABASE as it was when the backup was made.",
)
NO_BACKUP = RefusalKind(
    "backup.none",
    "{folder} is not a backup, or one that was not finished.",
    "Name the folder that fangxian backup made; its file backup.json is written last.",
)
DAMAGED = RefusalKind(
    "backup.damaged",
    "The backup is damaged: {file} {problem}.",
    "Take another copy of this backup, or an earlier one; nothing was restored.",
)
NEWER = RefusalKind(
    "backup.newer",
    "The backup was made by a later version of Fangxian.",
    "Install that version, and restore with it.",
)
NO_KEYS = RefusalKind(
    "backup.no_keys",
    "There are no keys in {folder}, and without them nobody can be read.",
    "Give the folder with the keys of this backup: --keys FOLDER.",
)
OTHER_KEYS = RefusalKind(
    "backup.other_keys",
    "The keys in {folder} are not those of this backup, or damaged.",
    "Find the keys that were copied from the same installation, then or later.",
)
