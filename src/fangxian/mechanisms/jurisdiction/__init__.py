"""Areas, posts and who holds them: who answers for what, and since when."""
