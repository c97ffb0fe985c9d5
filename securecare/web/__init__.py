"""What the product serves over plain HTTP, beside its pages."""
