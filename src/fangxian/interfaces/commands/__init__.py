"""The command line: fangxian demo, serve, replay, import, verify."""
