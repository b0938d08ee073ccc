"""Two thousand histories of a phone: is an act lost, done twice or out of order?

``make campaign NAME=protocol`` writes ``campaigns/results/protocol.md``. The model is
``tests/unit/interfaces/intake/test_protocol.py``; ``FANGXIAN_PROTOCOL_RUNS``, ``_STEPS``
and ``FANGXIAN_SEED`` choose others.
"""

import sys

from campaigns.telling import campaign


TESTS = "tests/unit/interfaces/intake/test_protocol.py"
SIZES = {"FANGXIAN_PROTOCOL_RUNS": "2000", "FANGXIAN_PROTOCOL_STEPS": "100"}
WORDS = (
    "A model of a phone against the real lane, inbox and processing. Acts are made,",
    "sent whole, in parts, in any order, twice, from two tabs, by boat and again later;",
    "answers are lost; the clock is three days off; the disk is full; the process ends",
    "between effect and mark; an older inbox, or all that was backed up, is put back;",
    "acts that nobody can do, and copies that say something else, come in between; the",
    "phone is revoked. Afterwards every act stands once and in its order, and the queue",
    "is empty. The tests that end in *found out* take a guard away, and must find harm.",
)


if __name__ == "__main__":
    sys.exit(campaign("protocol", TESTS, SIZES, WORDS))
