"""The schedule: who works when, which times are free, and the appointments in them.

Pure modules (no session, no clock) are named after what they compute:

    local_time    wall clocks and instants
    day_axis      the one time axis of a day seen from several zones
    availability  working hours out of weekly shifts, exceptions and closed days
    opening       whether an appointment lies within them, and what stands in its way
    shading       what the grid draws where nobody works
    slots         free times, and the nearest of them
    columns       overlapping blocks side by side
    statuses      what an appointment can be, and become
"""
