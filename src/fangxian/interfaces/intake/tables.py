"""The inbox's tables, in words that SQLite and PostgreSQL both read.

``inbox_device`` speaks by a token, ``inbox_phone`` by a key. ``inbox_link`` is the row
of a phone: which act stands in which place, and what came before its predecessors.
``inbox_picture`` says which pictures an act names that is not settled, and which of
them have not come. ``inbox_load`` is how full each process is, ``inbox_shed`` how many
requests were turned away.
"""

TABLES = """
CREATE TABLE IF NOT EXISTS inbox_self (id TEXT NOT NULL PRIMARY KEY);
CREATE TABLE IF NOT EXISTS inbox_device (
    token {bytes} NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    person TEXT NOT NULL,
    post BIGINT,
    ended BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE TABLE IF NOT EXISTS inbox_act (
    number {number},
    id {bytes} NOT NULL UNIQUE,
    digest {bytes} NOT NULL,
    device TEXT NOT NULL,
    raw {bytes} NOT NULL,
    received_at TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting',
    reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS inbox_act_waiting ON inbox_act (number)
    WHERE state = 'waiting';
CREATE TABLE IF NOT EXISTS inbox_phone (
    name TEXT NOT NULL PRIMARY KEY,
    key {bytes} NOT NULL,
    person TEXT NOT NULL,
    post BIGINT NOT NULL,
    ended BOOLEAN NOT NULL DEFAULT FALSE,
    upto BIGINT NOT NULL DEFAULT 0,
    have BIGINT NOT NULL DEFAULT 0,
    heard_at TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS inbox_link (
    phone TEXT NOT NULL,
    seq BIGINT NOT NULL,
    act {bytes} NOT NULL UNIQUE,
    prev TEXT NOT NULL DEFAULT '',
    hash {bytes} NOT NULL,
    behind BIGINT NOT NULL DEFAULT 0,
    fault TEXT NOT NULL DEFAULT '',
    early {bytes},
    came_at TEXT NOT NULL,
    PRIMARY KEY (phone, seq)
);
CREATE INDEX IF NOT EXISTS inbox_link_early ON inbox_link (phone, seq)
    WHERE early IS NOT NULL;
CREATE INDEX IF NOT EXISTS inbox_act_pictures ON inbox_act (device)
    WHERE state = 'pictures';
CREATE TABLE IF NOT EXISTS inbox_picture (
    act BIGINT NOT NULL,
    digest TEXT NOT NULL,
    awaited BOOLEAN NOT NULL,
    PRIMARY KEY (act, digest)
);
CREATE INDEX IF NOT EXISTS inbox_picture_awaited ON inbox_picture (act)
    WHERE awaited;
CREATE TABLE IF NOT EXISTS inbox_load (
    name TEXT NOT NULL PRIMARY KEY,
    at TEXT NOT NULL,
    load DOUBLE PRECISION NOT NULL,
    behind BIGINT NOT NULL
);
CREATE TABLE IF NOT EXISTS inbox_shed (
    day TEXT NOT NULL,
    class TEXT NOT NULL,
    process TEXT NOT NULL,
    n BIGINT NOT NULL,
    last_at TEXT NOT NULL,
    PRIMARY KEY (day, class, process)
);
"""
