"""A value in hand, whose sender waits for what becomes of it."""

from __future__ import annotations

from typing import Generic, Optional, TypeVar

from .handle import Driver
from .party.hand import Held

T = TypeVar("T")


class Work(Generic[T]):
    """A value in hand. The first word counts; if the process dies without one, the value goes to the next receiver.

    As a context manager it is taken when the block is left normally, and has failed when that raises.
    """

    def __init__(self, driver: Driver, held: Held) -> None:
        self._driver = driver
        self._held = held
        self.value: T = held.value
        self.attempt: int = held.attempt
        """1 at first, one more for each attempt that failed. Above 1, some of the work may have been done before."""

    def taken(self) -> None:
        """It is done: releases the sender."""
        with self._driver.turn():
            self._held.settle("taken")

    def give_back(self) -> None:
        """Back to its old place in line, as if nothing had been: no attempt is counted."""
        with self._driver.turn():
            self._held.settle("returned")

    def fail(self, error: object = None) -> None:
        """Back to its old place in line, and the attempt has failed.

        After as many as the channel allows the value becomes a dead letter; where there are none, its send fails with
        a LostError. `error` says why, for people: the first 4,000 characters of it.
        """
        why = _in_words(error)
        with self._driver.turn():
            self._held.settle("failed", why)

    def __enter__(self) -> Work[T]:
        return self

    def __exit__(self, kind: object, error: Optional[BaseException], _: object) -> None:
        if error is None:
            self.taken()
        else:
            self.fail(error)

    def _leave(self) -> None:
        """Its loop was left, maybe by the garbage collector, and in the middle of a turn."""
        self._driver.later(lambda: self._held.settle("failed", "its code went on without a word of what became of it"))


def _in_words(error: object) -> str:
    """Anything can be given as a reason, also what has no words for itself."""
    if error is None:
        return "its code gave no reason"
    try:
        return f"{type(error).__name__}: {error}" if isinstance(error, BaseException) else str(error)
    except Exception:
        return "something that cannot be shown"
