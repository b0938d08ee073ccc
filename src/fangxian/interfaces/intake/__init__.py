"""Takes acts from devices: authenticate, size, envelope, rate; then the inbox."""
