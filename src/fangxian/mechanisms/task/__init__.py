"""A duty owed by a post, within a window, until done, waived or lapsed."""
