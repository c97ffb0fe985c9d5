"""What may be said of a fault: its kind and where it happened, and nothing that anybody typed."""

from types import TracebackType


def describe(exception: BaseException) -> str:
    """The kind of a fault, without its message, which may hold what a person typed."""
    original = getattr(exception, "orig", None)
    return f"{type(exception).__name__}{f' ({type(original).__name__})' if original else ''}"


def trace_of(
    exception: BaseException,
) -> tuple[type[BaseException], BaseException, TracebackType | None]:
    """Where it happened, under a message of our own: the lines of code, none of the values."""
    return (RuntimeError, RuntimeError(describe(exception)), exception.__traceback__)
