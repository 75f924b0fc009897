"""Lets the supervisor ask whether this process lives, and whether its code lets go. See docs/protocol.md, 8.19.

Code lets go while one of its threads waits here for an operation; what it waits for elsewhere cannot be seen.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .leave import leave
from .own_thread import OwnThread

_ALIVE = b"\x01"
_LETS_GO = b"\x02"


class Pulse:
    def __init__(self, descriptor: int, on_asked: Callable[[], None] = lambda: None) -> None:
        """`on_asked` is called, in a thread of its own, when the supervisor asks whether code lets go."""
        self._descriptor = descriptor
        self._on_asked = on_asked
        self._lock = threading.Lock()
        self._waiting = 0
        self._is_asked = False
        OwnThread("pulse", self._answer).start()

    @contextmanager
    def letting_go(self) -> Iterator[None]:
        self.let_go(1)
        try:
            yield
        finally:
            self.let_go(-1)

    def let_go(self, threads: int) -> None:
        """So many threads more wait."""
        with self._lock:
            self._waiting += threads
            self._answer_if_waiting()

    def _answer_if_waiting(self) -> None:
        if self._is_asked and self._waiting > 0:
            self._is_asked = False
            os.write(self._descriptor, _LETS_GO)

    def _answer(self) -> None:
        try:
            while questions := os.read(self._descriptor, 64):
                if _ALIVE in questions:
                    os.write(self._descriptor, _ALIVE)
                if _LETS_GO in questions:
                    with self._lock:
                        self._is_asked = True
                        self._answer_if_waiting()
                    self._on_asked()
        except OSError:
            pass
        leave("the supervisor is gone")
