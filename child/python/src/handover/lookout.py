"""What comes next to a process whose operations block, and that has direct links: on a descriptor, or in time.

Two may look: a thread that waits for its operation, and, while none does, the steward. Each has a selector of its own, for
of two that wait at the same one only one need hear of what comes.
"""

from __future__ import annotations

import heapq
import itertools
import os
import selectors
import time
from collections.abc import Callable
from typing import List, Optional, Tuple

from .direct.carrier import Cancel

Do = Callable[[], None]
Ready = List[Tuple[selectors.SelectorKey, int]]


class Sight:
    """The descriptors that are looked at."""

    def __init__(self, link: int) -> None:
        self.of_code = selectors.DefaultSelector()
        self.of_steward = selectors.DefaultSelector()
        self._woken, self._wake = os.pipe()
        for descriptor in (self._woken, self._wake):
            os.set_blocking(descriptor, False)
        self.add(link, selectors.EVENT_READ, None)
        self.add(self._woken, selectors.EVENT_READ, self._waken)
        os.register_at_fork(after_in_child=self._close)

    def add(self, descriptor: int, events: int, do: Optional[Do]) -> None:
        for one in (self.of_code, self.of_steward):
            one.register(descriptor, events, do)

    def remove(self, descriptor: int) -> None:
        for one in (self.of_code, self.of_steward):
            one.unregister(descriptor)

    def wake(self) -> None:
        """Whoever looks, looks again."""
        try:
            os.write(self._wake, b"\x00")
        except BlockingIOError:
            pass

    def _waken(self) -> None:
        try:
            os.read(self._woken, 64)
        except BlockingIOError:
            pass

    def _close(self) -> None:
        """In a copy of the process, which would change what this one looks at."""
        for selector in (self.of_code, self.of_steward):
            selector.close()
        for descriptor in (self._woken, self._wake):
            os.close(descriptor)


class _Time:
    def __init__(self, ring: Do) -> None:
        self.ring: Optional[Do] = ring

    def cancel(self) -> None:
        self.ring = None


class Lookout:
    """To be used in a turn; `begin` and `end` with the lock; to look, without."""

    def __init__(self, link: int) -> None:
        self._link = link
        self._sight: Optional[Sight] = None
        self._watched: set[int] = set()
        self._times: list[tuple[float, int, _Time]] = []
        self._numbers = itertools.count()
        self._looking = 0
        """How many threads wait for what comes."""

    # ── for the carriers of links, and for paths ──────────────────────────────────────────────────────────────────

    def when_readable(self, descriptor: int, do: Do) -> None:
        self._watch(descriptor, selectors.EVENT_READ, do)

    def when_writable(self, descriptor: int, do: Do) -> None:
        self._watch(descriptor, selectors.EVENT_WRITE, do)

    def leave_alone(self, descriptor: int) -> None:
        if descriptor in self._watched:
            self._watched.remove(descriptor)
            self.sight.remove(descriptor)

    def after(self, seconds: float, ring: Do) -> Cancel:
        due = _Time(ring)
        heapq.heappush(self._times, (time.monotonic() + seconds, next(self._numbers), due))
        if self._looking > 0:
            # Whoever waits may wait for longer than that.
            self.sight.wake()
        return due.cancel

    # ── for who looks ─────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def is_in_use(self) -> bool:
        """Whether there is more to look at than the link to the supervisor."""
        return len(self._watched) > 0 or len(self._times) > 0

    @property
    def sight(self) -> Sight:
        """Of a process without links nobody looks here."""
        if self._sight is None:
            self._sight = Sight(self._link)
        return self._sight

    def begin(self, seconds: Optional[float]) -> Optional[float]:
        """How long a look is to take that takes so long at most."""
        self._looking += 1
        while self._times and self._times[0][2].ring is None:
            heapq.heappop(self._times)
        if not self._times:
            return seconds
        left = max(0.0, self._times[0][0] - time.monotonic())
        return left if seconds is None else min(seconds, left)

    def end(self) -> None:
        self._looking -= 1

    def has_link(self, ready: Ready) -> bool:
        """Whether the supervisor has said something: that is not dealt with here."""
        return any(key.fd == self._link for key, _ in ready)

    def deal_with(self, ready: Ready) -> None:
        for key, _ in ready:
            if key.data is not None:
                key.data()
        now = time.monotonic()
        due = []
        while self._times and self._times[0][0] <= now:
            due.append(heapq.heappop(self._times)[2])
        for one in due:
            if one.ring is not None:
                one.ring()

    def _watch(self, descriptor: int, events: int, do: Do) -> None:
        self.sight.add(descriptor, events, do)
        self._watched.add(descriptor)
