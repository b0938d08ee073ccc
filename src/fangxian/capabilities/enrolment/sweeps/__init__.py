"""Sweeps: from door to door or place to place, until everybody was seen or it ends."""
