"""How a restriction stands: computed from its records at a moment, stored nowhere."""

from enum import StrEnum


class Standing(StrEnum):
    """How a decision stands at a moment."""

    AHEAD = "ahead"  # signed, and begins later
    IN_FORCE = "in_force"
    OVER = "over"


class Channel(StrEnum):
    """How somebody appealed."""

    ONLINE = "online"
    TELEPHONE = "telephone"
    PAPER = "paper"
    WORKER = "worker"  # told to somebody at the door
