"""What the organization has in stock: items, movements, bundles, reservations.

Stock changes by movements alone. The database itself keeps every figure equal to the sum of its
movements and refuses what would make it negative; nothing here writes a figure.
"""
