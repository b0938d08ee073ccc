"""What somebody learns who copies the database but not the keys."""
