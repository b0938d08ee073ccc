"""Ten thousand kills of the server while phones send: does every act stand once?

``make campaign NAME=phone_kills`` writes ``campaigns/results/phone_kills.md``. The tests
are ``tests/durability/test_phones.py``; ``FANGXIAN_PHONE_KILLS`` and ``FANGXIAN_SEED``
choose others.
"""

import sys

from campaigns.telling import campaign


TESTS = "tests/durability/test_phones.py"
SIZES = {"FANGXIAN_PHONE_KILLS": "10000"}
WORDS = (
    "Four phones make acts and send them over the network, while intake (granian) or",
    "worker is killed (SIGKILL) at a random moment and started again. *unanswered*",
    "counts answers that a kill cut off, *happened* the acts that do not stand exactly",
    "once. Phones that drop what they sent without a receipt must be found.",
)


if __name__ == "__main__":
    sys.exit(campaign("phone_kills", TESTS, SIZES, WORDS))
