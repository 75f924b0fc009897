"""Carries the bytes of one direct link over two named pipes."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from typing import Optional, Protocol

from .carrier import Carrier, Events, Open, Said
from .quietly import write

CHUNK = 65_536
"""In bytes: what a pipe holds."""


class Lookout(Protocol):
    """Who calls, in a turn, whenever a descriptor is ready; until it is to be left alone, which comes before its close."""

    def when_readable(self, descriptor: int, do: Callable[[], None]) -> None: ...

    def when_writable(self, descriptor: int, do: Callable[[], None]) -> None: ...

    def leave_alone(self, descriptor: int) -> None: ...


def opening_with(lookout: Lookout) -> Open:
    def open_pipes(read_path: str, write_path: str, events: Callable[[], Events]) -> Optional[Carrier]:
        """Without waiting: the supervisor has both open until both processes have. Python has them closed on an exec."""
        opened: list[int] = []
        try:
            for path, flags in [(read_path, os.O_RDONLY), (write_path, os.O_WRONLY)]:
                opened.append(os.open(path, flags | os.O_NONBLOCK))
        except (OSError, ValueError):
            # No name any more, or none that this process may see.
            for descriptor in opened:
                os.close(descriptor)
            return None
        return PipeCarrier(opened[0], opened[1], events, lookout)

    return open_pipes


class PipeCarrier:
    """
    | `_input` | `_output` | meaning                                                        |
    | -------- | --------- | -------------------------------------------------------------- |
    | open     | open      | both ways                                                      |
    | open     | None      | this side has ended the link, and reads what the other has said |
    | None     | open      | it is to be closed, when the rest has left                     |
    | None     | None      | closed                                                         |
    """

    def __init__(self, input: int, output: int, events: Callable[[], Events], lookout: Lookout) -> None:
        self._input: Optional[int] = input
        self._output: Optional[int] = output
        self._events = events
        self._lookout = lookout
        self._rest: deque[memoryview] = deque()
        """What has not left, for the pipe was full."""
        self._on_closed: Callable[[], None] = _nothing
        _open.add(self)
        lookout.when_readable(input, self._read)

    @property
    def is_writing(self) -> bool:
        return len(self._rest) > 0

    def put(self, data: bytes) -> None:
        if self._output is None:
            return
        if self._rest:
            self._rest.append(memoryview(data))
            return
        try:
            written = write(self._output, data)
        except BlockingIOError:
            written = 0
        except OSError:
            self._unheard()
            return
        if written < len(data):
            self._rest.append(memoryview(data)[written:])
            self._lookout.when_writable(self._output, self._go_on)

    def answer(self, byte: bytes) -> Said:
        if self._output is None:
            return "is heard by nobody"
        if self._rest:
            return "has no room"
        try:
            write(self._output, byte)
        except BlockingIOError:
            return "has no room"
        except OSError:
            self._close_output()
            return "is heard by nobody"
        return "is with the kernel"

    def close_output(self) -> None:
        self._close_output()

    def close(self, then: Callable[[], None] = lambda: None) -> None:
        self._close_input()
        self._on_closed = then
        if not self._rest:
            self._close_output()
            then()

    def close_in_copy(self) -> None:
        """In a copy of the process, which is none of the two sides."""
        for descriptor in (self._input, self._output):
            if descriptor is not None:
                os.close(descriptor)
        self._input = self._output = None
        self._rest.clear()

    def _read(self) -> None:
        if self._input is None:
            return
        try:
            chunk = os.read(self._input, CHUNK)
        except BlockingIOError:
            return
        except OSError:
            chunk = b""
        if chunk:
            self._events().read(chunk)
        else:
            self._close_input()
            self._events().ended()

    def _go_on(self) -> None:
        """There is room in the pipe again."""
        if self._output is None:
            return
        self._write_rest(self._output)
        if self._rest or self._output is None:
            return
        if self._input is None:
            self._close_output()
            self._on_closed()
        else:
            self._lookout.leave_alone(self._output)

    def _write_rest(self, output: int) -> None:
        rest = self._rest
        try:
            while rest:
                rest[0] = rest[0][write(output, rest[0]) :]
                if not rest[0]:
                    rest.popleft()
        except BlockingIOError:
            pass
        except OSError:
            self._unheard()

    def _unheard(self) -> None:
        is_closing = self._input is None
        self._close_output()
        if is_closing:
            self._on_closed()
        else:
            self._events().unheard()

    def _close_input(self) -> None:
        descriptor, self._input = self._input, None
        self._close(descriptor)

    def _close_output(self) -> None:
        descriptor, self._output = self._output, None
        self._rest.clear()
        self._close(descriptor)

    def _close(self, descriptor: Optional[int]) -> None:
        if descriptor is not None:
            self._lookout.leave_alone(descriptor)
            os.close(descriptor)
        if self._input is None and self._output is None:
            _open.discard(self)


_open: set[PipeCarrier] = set()


def _close_in_copy() -> None:
    for carrier in list(_open):
        carrier.close_in_copy()
    _open.clear()


os.register_at_fork(after_in_child=_close_in_copy)


def _nothing() -> None:
    pass
