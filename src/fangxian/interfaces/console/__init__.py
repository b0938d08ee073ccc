"""The console: server-rendered pages for everybody with a post."""
