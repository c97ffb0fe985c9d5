"""What every part of the domain stands on."""
