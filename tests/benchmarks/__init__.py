"""How fast, how small: named figures, each against its baseline in the same run.

`make bench` runs every module named `bench_*.py` here. Such a module has one function,
`measure(ground: Ground) -> dict[str, float]`, that gives figures by the names in `figures.py`; what
else it gives (a baseline, a sample size) is written down beside them. `make bench ONLY=push` runs
the modules with that word in their name.
"""
