"""Secure threads between staff and a customer: sealed, permanent, read only by who may."""
