"""Ten shifts without a server: a thousand kills of Chromium, two thousand registrations.

``make campaign NAME=shift`` writes ``campaigns/results/shift.md``. The tests are
``tests/browser/test_shift.py``; ``FANGXIAN_SHIFTS``, ``FANGXIAN_BROWSER_KILLS`` and
``FANGXIAN_REGISTRATIONS`` (of each shift) and ``FANGXIAN_SEED`` choose others.
"""

import sys

from campaigns.telling import campaign


TESTS = "tests/browser/test_shift.py"
SIZES = {
    "FANGXIAN_SHIFTS": "10",
    "FANGXIAN_BROWSER_KILLS": "100",
    "FANGXIAN_REGISTRATIONS": "200",
}
WORDS = (
    "An enrolled phone whose server is gone from its next start on: it does its patrol",
    "and registers people, and its browser is killed (SIGKILL, all processes) in the",
    "middle, again and again. *lost* counts what had shown 已保存 and is not there",
    "after the next start. Then the server comes back, and each person stands once;",
    "three days later what the phone let go of does not come back after another kill.",
    "The other tests count what the disk is told before 已保存 is shown (the app without",
    "its strict transactions must be found out), and turn a bit in the log of the app's",
    "tables (the app without its second copy must be found out).",
)


if __name__ == "__main__":
    sys.exit(campaign("shift", TESTS, SIZES, WORDS))
