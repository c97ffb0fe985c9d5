"""Two records of one person become one: compared, chosen from, and everything moved at once."""
