"""Tests of the inventory stand in a storeroom of their own."""

from tests.inventory.storeroom import storeroom

__all__ = ["storeroom"]
