"""What a unit says it does. Strangers to each other: they meet in the journal."""
