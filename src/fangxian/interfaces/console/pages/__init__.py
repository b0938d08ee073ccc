"""One module a group of pages; urls.py gathers them."""
