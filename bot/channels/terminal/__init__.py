"""The terminal channel: one person at a keyboard, talking to the same bot as everybody."""
