"""Guards of a select that wait for nothing but time."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Optional, Union

from .patience import check_seconds


@dataclass(frozen=True)
class After:
    """Made by `after(seconds)`."""

    seconds: float


@dataclass(frozen=True)
class At:
    """Made by `at(moment)`."""

    moment: float
    """In seconds since 1970."""


class Every:
    """Made by `every(seconds)`."""

    def __init__(self, seconds: float) -> None:
        self._period = seconds
        self._start = time.monotonic()
        self._last = 0
        """The last of its ticks that was chosen, or that was missed before."""

    def _left(self) -> float:
        return self._start + (self._last + 1) * self._period - time.monotonic()

    def _tick(self) -> None:
        """It was chosen; what it has missed meanwhile is no more."""
        passed = math.floor((time.monotonic() - self._start) / self._period)
        self._last = max(self._last + 1, passed)


class Never:
    """The guard `never`."""

    def __repr__(self) -> str:
        return "never"


def after(seconds: float) -> After:
    """A guard that is ready when so many seconds have gone by since its select began."""
    check_seconds("after", seconds)
    return After(seconds)


def at(moment: Union[datetime, float]) -> At:
    """A guard that is ready from that moment on, by the machine's calendar: if it has passed already, at once.

    `moment`: a datetime with a time zone, or seconds since 1970, as `time.time()` gives them.
    """
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            raise ValueError(f"at: {moment!r} has no time zone: say which moment it is, with moment.astimezone()")
        return At(moment.timestamp())
    if isinstance(moment, bool) or not isinstance(moment, (int, float)):
        raise TypeError(f"at takes a datetime, or a number of seconds since 1970, not {moment!r}")
    if math.isnan(moment):
        raise ValueError("at takes a number of seconds since 1970, not nan")
    return At(moment)


def every(seconds: float) -> Every:
    """A ticker, made once, for as many selects as one likes: a guard that is ready at each multiple of its period.

    Ticks are not queued up: of those that were missed, one is ready at once in the next select, and the others are left
    out. A tick is for one select: give each loop a ticker of its own. It needs no closing.
    """
    check_seconds("every", seconds)
    if not 0 < seconds < math.inf:
        raise ValueError(f"every must be a number of seconds above 0, not {seconds}")
    return Every(seconds)


never = Never()
"""A guard that is never ready, as None is."""


class Time(NamedTuple):
    """A guard that waits for time, in one select."""

    name: str
    left: Callable[[], float]
    """In seconds, as of now; 0 or less when its time has come."""
    is_standing: bool
    """Whether it may be ready before its select begins: `after` counts from there, and is not."""
    choose: Callable[[], None] = lambda: None
    """It was chosen."""


def time_of(name: str, guard: Any) -> Optional[Time]:
    """None when it waits for something else."""
    if isinstance(guard, After):
        end = time.monotonic() + guard.seconds
        return Time(name, lambda: end - time.monotonic(), False)
    if isinstance(guard, At):
        return Time(name, lambda: guard.moment - time.time(), True)
    if isinstance(guard, Every):
        return Time(name, guard._left, True, guard._tick)
    return None


def earliest(times: Sequence[Time]) -> Optional[Time]:
    """The one whose time comes first; of several, the one that is written first."""
    return min(times, key=lambda one: one.left(), default=None)
