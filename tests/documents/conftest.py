"""Tests of documents stand before a cabinet of their own."""

from tests.documents.cabinet import cabinet

__all__ = ["cabinet"]
