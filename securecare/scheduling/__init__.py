"""Working hours, free times, appointments and the day they make up."""
