"""What staff time costs, in whole cents. Halves of a cent are rounded up, once for each amount.

Wages are rounded first and fringe is taken of the rounded wages, so that a claim can be worked out
again from what stands on paper. Totals are sums of rounded amounts and never rounded again.
"""

_MINUTES = 60
_BASIS_POINTS = 10_000


def wages_cents(minutes: int, rate_cents: int) -> int:
    """What so many minutes cost at so many cents an hour."""
    return (2 * minutes * rate_cents + _MINUTES) // (2 * _MINUTES)


def fringe_cents(wages: int, basis_points: int) -> int:
    """The benefits on top of wages, in hundredths of a percent of them."""
    return (2 * wages * basis_points + _BASIS_POINTS) // (2 * _BASIS_POINTS)
