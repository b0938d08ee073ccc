"""Who and what is there: places first, with dated entries and their sources."""
