"""Ways in and out: translate in, call once, translate out."""
