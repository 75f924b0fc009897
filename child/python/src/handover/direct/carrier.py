"""Who carries the bytes of one direct link, as a path sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Optional, Protocol

Said = Literal["is with the kernel", "is heard by nobody", "has no room"]


class Carrier(Protocol):
    @property
    def is_writing(self) -> bool:
        """Whether something has not left."""

    def put(self, data: bytes) -> None:
        """Leaves as soon as it can."""

    def answer(self, byte: bytes) -> Said:
        """Leaves at once, behind nothing, or not at all."""

    def close_output(self) -> None:
        """The other side finds its pipe at its end. What had not left is dropped."""

    def close(self, then: Callable[[], None] = lambda: None) -> None:
        """Reads no more, lets what had not left leave, unless nobody hears it any more, closes both, and calls back."""


class Events(Protocol):
    """What a carrier tells its path."""

    def read(self, chunk: bytes) -> None: ...

    def ended(self) -> None:
        """Once: the other side writes no more, and all that it wrote was read. Not after `close`."""

    def unheard(self) -> None:
        """Nobody reads what was to leave."""


Open = Callable[[str, str, Callable[[], Events]], Optional[Carrier]]
"""Opens two pipes by their names, to read and to write; None where they cannot be opened."""

Cancel = Callable[[], None]
Later = Callable[[float, Callable[[], None]], Cancel]
"""Calls back in a turn, after so many seconds; 0: when what has come by now was read."""
