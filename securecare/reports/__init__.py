"""What was done, in figures: sums over what other domains wrote down, and nothing written here."""
