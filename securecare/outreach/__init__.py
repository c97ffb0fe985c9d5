"""Community service: work for whoever comes by, without a customer's record.

A service is the recurring outreach, a session one occurrence of it, a line what was given out.
"""
