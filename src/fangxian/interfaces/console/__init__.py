"""The console: server-rendered pages for the people behind a desk."""
