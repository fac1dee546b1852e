"""The forms: how they look, and what a click does."""
