"""Wages and fringe in whole cents, halves up."""

from fractions import Fraction
from math import floor

from hypothesis import given
from hypothesis import strategies as some

from securecare.grants.amounts import fringe_cents, wages_cents


def test_an_hour_costs_its_rate():
    assert wages_cents(60, 2850) == 2850
    assert wages_cents(90, 2850) == 4275


def test_halves_of_a_cent_are_rounded_up():
    assert wages_cents(30, 2851) == 1426
    assert wages_cents(1, 29) == 0
    assert wages_cents(1, 30) == 1
    assert fringe_cents(1, 5000) == 1
    assert fringe_cents(1, 4999) == 0


@given(some.integers(1, 1440), some.integers(0, 100_000))
def test_wages_are_the_nearest_cent(minutes: int, rate: int):
    assert wages_cents(minutes, rate) == floor(Fraction(minutes * rate, 60) + Fraction(1, 2))


@given(some.integers(0, 10**9), some.integers(0, 10_000))
def test_fringe_is_the_nearest_cent_of_rounded_wages(wages: int, points: int):
    assert fringe_cents(wages, points) == floor(Fraction(wages * points, 10_000) + Fraction(1, 2))
