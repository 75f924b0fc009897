"""What comes next to a process with asyncio, and that has direct links: its event loop says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from .direct.carrier import Cancel

Do = Callable[[], None]


class LoopLookout:
    def __init__(self, loop: asyncio.AbstractEventLoop, in_turn: Callable[[Do], None]) -> None:
        self._loop = loop
        self._in_turn = in_turn
        self._leave_alone: dict[int, Callable[[int], bool]] = {}
        """How, for each descriptor that the loop watches."""
        self.times: set[asyncio.TimerHandle] = set()
        """Of the runtime itself: nothing in the code of the stage waits for them."""

    @property
    def watched(self) -> int:
        """How many descriptors the loop watches because of this."""
        return len(self._leave_alone)

    def when_readable(self, descriptor: int, do: Do) -> None:
        self._loop.add_reader(descriptor, self._in_turn, do)
        self._leave_alone[descriptor] = self._loop.remove_reader

    def when_writable(self, descriptor: int, do: Do) -> None:
        self._loop.add_writer(descriptor, self._in_turn, do)
        self._leave_alone[descriptor] = self._loop.remove_writer

    def leave_alone(self, descriptor: int) -> None:
        remove = self._leave_alone.pop(descriptor, None)
        # One that is closed looks at nothing; code may close its ends after it.
        if remove is not None and not self._loop.is_closed():
            remove(descriptor)

    def after(self, seconds: float, ring: Do) -> Cancel:
        def over() -> None:
            self.times.discard(timer)
            self._in_turn(ring)

        def cancel() -> None:
            self.times.discard(timer)
            timer.cancel()

        # What is readable by then is read before: a loop looks at its timers last.
        timer = self._loop.call_later(seconds, over)
        self.times.add(timer)
        return cancel
