"""Reads for a process that has direct links while none of its threads waits.

Without links, nobody else needs a process whose code does something else: all is at the supervisor. What is on a link, the
process alone can bring back there; so somebody has to hear that it is to, also while the code waits for something of its
own.

| state      | meaning                                              |
| ---------- | ---------------------------------------------------- |
| `unborn`   | there was no link yet                                |
| `resting`  | a thread has just read itself, and may read on       |
| `watching` | it reads                                             |
| `aside`    | there is no link, or a thread waits and reads itself |
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Literal

from .own_thread import OwnThread

_QUIET = 0.02
"""In seconds: for so long no thread waited, before it reads itself. So it stays out of the way of code that goes on."""


class Steward:
    def __init__(self, lock: threading.Lock, is_needed: Callable[[], bool], look: Callable[[], None]) -> None:
        """`is_needed` is asked with the lock; `look` reads what comes next."""
        self._is_needed = is_needed
        self._look = look
        self._change = threading.Condition(lock)
        self._quiet = threading.Event()
        self.state: Literal["unborn", "aside", "resting", "watching"] = "unborn"

    def may_be_needed(self) -> None:
        """With the lock: there is a link, and no thread waits."""
        if self.state == "unborn":
            self.state = "resting"
            OwnThread("steward", self._serve).start()
        elif self.state == "aside":
            self.state = "resting"
            self._change.notify()

    def _serve(self) -> None:
        while True:
            self._quiet.wait(_QUIET)
            while self._watches():
                self._look()
            with self._change:
                while self.state == "aside":
                    self._change.wait()

    def _watches(self) -> bool:
        with self._change:
            self.state = "watching" if self._is_needed() else "aside"
            return self.state == "watching"
