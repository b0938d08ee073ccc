"""The day's returns and zero reports, and the bulletins made of them."""
