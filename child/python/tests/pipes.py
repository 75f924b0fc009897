"""The two pipes of a direct link, as the process at the other end has them."""

from __future__ import annotations

import os
import select
import tempfile
from types import TracebackType

from handover.direct.words import prefix_of
from handover.value.msgpack import pack
from supervisor import Supervisor

PATIENCE = 20_000
"""In milliseconds."""


class Pipes:
    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._down, self._up = (os.path.join(self._folder.name, name) for name in ("down", "up"))
        for path in (self._down, self._up):
            os.mkfifo(path)
        # As a supervisor does: nobody waits for another to open.
        self._held = [os.open(path, os.O_RDWR | os.O_NONBLOCK) for path in (self._down, self._up)]
        self.output = os.open(self._down, os.O_WRONLY)
        self.input = os.open(self._up, os.O_RDONLY | os.O_NONBLOCK)
        os.set_blocking(self.input, True)

    def meet(self, supervisor: Supervisor, end: int) -> None:
        """Until it has opened both: from here on nobody else holds them."""
        supervisor.say([75, 1, end, self._down, self._up])
        assert supervisor.hear() == ([13, 1], None)
        for descriptor in self._held:
            os.close(descriptor)
        self._held = []

    def value(self, value: object) -> None:
        os.write(self.output, prefix_of(pack(value)) + pack(value))

    def read(self) -> bytes:
        """What it says next; no bytes: it writes no more."""
        readable = select.poll()
        readable.register(self.input, select.POLLIN)
        assert readable.poll(PATIENCE), "it says nothing on the link"
        return os.read(self.input, 65_536)

    def read_no_more(self) -> None:
        os.close(self.input)
        self.input = -1

    def close(self) -> None:
        for descriptor in (*self._held, self.input, self.output):
            if descriptor >= 0:
                os.close(descriptor)
        self._held, self.input, self.output = [], -1, -1

    def __enter__(self) -> Pipes:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        self._folder.cleanup()
