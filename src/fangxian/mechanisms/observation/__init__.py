"""What was seen or done: typed, immutable, corrected only by another."""
