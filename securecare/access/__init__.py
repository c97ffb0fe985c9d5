"""Accounts, sessions, second factors, roles, and the person who is acting."""
