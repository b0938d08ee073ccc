"""The intake process: a plain ASGI application in front of the inbox."""
