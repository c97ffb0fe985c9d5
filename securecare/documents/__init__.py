"""The vault: files of customers, encrypted each with a key of its own, kept as long as they must be."""
