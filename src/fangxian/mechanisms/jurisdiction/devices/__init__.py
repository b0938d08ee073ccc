"""Phones that speak for somebody in a post: a code once, then a key of their own."""
