"""How long an operation may wait."""

from __future__ import annotations

from typing import Optional


def check_seconds(what: str, seconds: float) -> None:
    """Raises ValueError, TypeError for what is no time."""
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        raise TypeError(f"{what} must be a number of seconds, not {seconds!r}")
    if not seconds >= 0:
        raise ValueError(f"{what} must be a number of seconds, 0 or more, not {seconds}")


def checked(timeout: Optional[float]) -> Optional[float]:
    """None where it may wait for as long as it takes."""
    if timeout is None:
        return None
    check_seconds("timeout", timeout)
    return None if timeout == float("inf") else timeout
