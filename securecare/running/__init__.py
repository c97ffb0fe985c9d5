"""Preparing, building, starting and stopping the processes of the product."""
