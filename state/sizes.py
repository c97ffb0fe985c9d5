"""Sizes of files in a word."""


def said_size(size: int) -> str:
    """As in "340 kB"."""
    if size < 1000:
        return f"{size} B"
    return f"{size / 1000:.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"
