"""A mail server and a text service on this machine, and a page that shows what arrived there.

So that the demo's e-mails and texts really go out and can be read, and a text can be answered, and
no letter of a demo ever reaches anybody else.
"""
