"""The organization, its facilities, programs, staff and their hours."""
