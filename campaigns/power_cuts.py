"""Ten thousand power cuts: is what was acknowledged on the disk, and whole?

``make campaign NAME=power_cuts`` writes ``campaigns/results/power_cuts.md``. The tests
are ``tests/durability/test_power_cuts.py``; ``FANGXIAN_CUTS`` and ``FANGXIAN_SEED``
choose others.
"""

import sys

from campaigns.telling import campaign


TESTS = "tests/durability/test_power_cuts.py"
SIZES = {"FANGXIAN_CUTS": "10000"}
WORDS = (
    "What SQLite writes and flushes is recorded while phones send and their acts are",
    "done, with the settings as they are shipped, for the inbox and the records. A cut",
    "leaves what was flushed, and of the rest of each file all, none, the first writes,",
    "any of them, or a torn one. *torn* counts files that are not whole, *cuts that",
    "lost* those after which something acknowledged or done is missing, doubled, or",
    "without its mark; after some cuts (*gone on*) the phones send the rest, and *not",
    "once* counts what then does not stand once. With `synchronous=NORMAL` it must lose.",
)


if __name__ == "__main__":
    sys.exit(campaign("power_cuts", TESTS, SIZES, WORDS))
