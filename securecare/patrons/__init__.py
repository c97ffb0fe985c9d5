"""A patron made by staff becomes the person's own: invited by a letter, claimed behind its link."""
