"""What goes out to people: e-mails and texts, whether they agreed to them, and what became of them."""
