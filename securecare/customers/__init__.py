"""The people an organization serves."""
