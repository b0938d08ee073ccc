"""Handing people over in a file: only asked for, agreed to by a second, and marked."""
