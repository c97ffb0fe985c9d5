"""Casework: cases, what is done in them, and how it turns out."""
