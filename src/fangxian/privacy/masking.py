"""What is shown of a person to those who need not know all: one function each. Pure.

A mask is for reading over somebody's shoulder, not a pseudonym: two people may share
one, and who knows the person will know the mask.
"""

STARS = "****"
LONG_NUMBER = 15
SHOWN_OF_LONG = 4


def masked_name(name: str) -> str:
    """Hide the middle of a name, and all but the family name of two characters.

    Of a name in several words, each word keeps its first letter.
    """
    words = name.split()
    if len(words) > 1:
        return " ".join(f"{word[0]}{'*' * (len(word) - 1)}" for word in words)
    if len(name) <= 1:
        return name
    if len(name) == 2:  # noqa: PLR2004 -- a family name and one given character
        return f"{name[0]}*"
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


def masked_number(number: str) -> str:
    """Show four digits at each end of an ID number, less of a shorter one."""
    shown = SHOWN_OF_LONG if len(number) >= LONG_NUMBER else len(number) // 4
    if not shown:
        return STARS if number else ""
    return f"{number[:shown]}{STARS}{number[-shown:]}"


def masked_telephone(telephone: str) -> str:
    """Show the first three and the last four digits of a telephone number."""
    digits = telephone.replace("-", "")
    return f"{digits[:3]}{STARS}{digits[-4:]}" if digits else ""


def masked_room(room: str) -> str:
    """Show where a room's number begins, which is mostly its floor."""
    return f"{room[0]}{'*' * (len(room) - 1)}" if room else ""
