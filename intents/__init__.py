"""What does the citizen mean? Text in, `Understanding` out: no network, no database. Callers: `dialogs`, the wiring."""
