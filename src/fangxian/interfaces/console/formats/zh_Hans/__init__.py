"""Numbers on a Chinese page."""
