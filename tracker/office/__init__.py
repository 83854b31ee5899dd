"""See docs/decisions.md for what lives in this room."""
