"""Threads that wait for what they began."""

from __future__ import annotations

import threading
import time
from typing import Optional

from .party.pending import Pending, Query

_LONGEST_WAIT = 86_400.0
"""In seconds: more is not known to every call of the system."""


class Waiter:
    """A thread that waits for what it began."""

    def __init__(self, pending: Pending, timeout: Optional[float]) -> None:
        self.thread = threading.get_ident()
        self.pending = pending
        self.deadline: Optional[float] = None
        self.woken: Optional[threading.Event] = None
        """Of one that sleeps."""
        self.wait_for(timeout)

    def wake(self) -> None:
        if self.woken is not None:
            self.woken.set()

    def wait_for(self, timeout: Optional[float]) -> None:
        self.deadline = None if timeout is None else time.monotonic() + timeout

    @property
    def seconds(self) -> Optional[float]:
        """How long it still waits before it looks at its time."""
        return None if self.deadline is None else min(max(0.0, self.deadline - time.monotonic()), _LONGEST_WAIT)

    @property
    def is_idle(self) -> bool:
        """Whether nothing but its ending wakes it: neither a time, nor an answer that is on its way."""
        pending = self.pending
        return self.deadline is None and not pending.is_over and not isinstance(pending, Query)
