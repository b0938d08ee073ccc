"""What must be done: dated packs, judged purely, adopted by signature."""
