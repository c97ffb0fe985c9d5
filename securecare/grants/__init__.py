"""Grants: money given for a purpose, and what of the work is counted against it."""
