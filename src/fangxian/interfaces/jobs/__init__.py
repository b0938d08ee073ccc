"""Timed work as functions of a moment, and reactions that read the journal."""
