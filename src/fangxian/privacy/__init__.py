"""Personal data: how private each field is, how it is sealed, how it is shown."""
