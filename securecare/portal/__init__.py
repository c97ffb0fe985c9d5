"""What people do about themselves: signing up, a new password or address, and their own portal."""
