"""Conditions: a small, closed, typed language that policy is written in.

A condition is a JSON tree of one-key objects, the operator being the key::

    {"and": [{"==": [{"fact": "place.kind"}, "hotel"]},
             {"not": {"<": [{"fact": "rooms"}, 30]}}]}

=====================  =========================================================
``true``, ``false``    the constants
``{"fact": name}``     the fact's value; as a condition only if it is yes or no
``and``, ``or``        a list of conditions
``not``                one condition
``==``, ``!=``         two operands of one type
``<  <=  >  >=``       two operands of one type that has an order
``in``                 an operand, then a list of literals or a fact that is a list
``exists``             a fact's name: whether it is known; never itself unknown
=====================  =========================================================

There are three answers. A fact that is missing or null is *unknown*, and so is
every comparison that reads it. ``and`` is no as soon as one part is no, ``or``
is yes as soon as one part is yes; else one unknown part makes both unknown;
``not`` unknown is unknown (Kleene's strong logic). Callers must say what unknown
means to them: it is ``None``, never quietly false.

Numbers are integers: halves and tenths are written in a smaller unit. Days are
``2020-11-05`` and times ``17:00``, compared as the text they are.
"""

from fangxian.kernel.conditions.language import (
    ALWAYS,
    Condition,
    Literal,
    check,
    evaluate,
    facts_of,
)
from fangxian.kernel.conditions.reading import (
    MALFORMED,
    TOO_DEEP,
    UNKNOWN_OPERATOR,
    parse,
)
from fangxian.kernel.conditions.types import (
    UNKNOWN_FACT,
    WRONG_TYPE,
    Facts,
    Type,
    Value,
    Vocabulary,
    fits,
)
from fangxian.kernel.conditions.writing import write


__all__ = [
    "ALWAYS",
    "MALFORMED",
    "TOO_DEEP",
    "UNKNOWN_FACT",
    "UNKNOWN_OPERATOR",
    "WRONG_TYPE",
    "Condition",
    "Facts",
    "Literal",
    "Type",
    "Value",
    "Vocabulary",
    "check",
    "evaluate",
    "facts_of",
    "fits",
    "parse",
    "write",
]
