"""The day's returns, zero reports among them, and the bulletins made of them."""
