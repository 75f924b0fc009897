"""Words on their way out of this process. See docs/protocol.md, 2.6 and 2.7.

A long word leaves in pieces, and others between them. Each *concerns* some ends and operations: it stays behind each one
before it that has not left and that concerns one of the same. All others overtake.

| a word that waits is | meaning                                                         | then                        |
| -------------------- | --------------------------------------------------------------- | --------------------------- |
| `behind`             | one before it concerns what it concerns                         | `ready`; a short one leaves |
| `ready`              | long: it begins when all short ones that were said before left  | `going`                     |
| `going`              | long: it has a number, and its pieces leave in turn with others | it has left                 |
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Literal

from .frames import MOST_TRANSFERS, beginning_of, frame_of, piece_of
from .words import Word

PIECE_LENGTH = 65_536
"""In bytes. A value that is longer leaves in pieces."""


@dataclass(eq=False)
class _Waiting:
    word: Word
    state: Literal["behind", "ready", "going"]


@dataclass(eq=False)
class _Going:
    """A word of which pieces leave."""

    waiting: _Waiting
    number: int
    value: memoryview
    beginning: bytes
    """What goes before its first piece."""


class Outgoing:
    def __init__(self) -> None:
        self._short: list[bytes] = []
        """What leaves before the next piece."""
        self._waiting: list[_Waiting] = []
        """What leaves later, as it was said."""
        self._going: deque[_Going] = deque()

    @property
    def has_short(self) -> bool:
        return len(self._short) > 0

    @property
    def has_pieces(self) -> bool:
        return len(self._waiting) > 0

    def say(self, word: Word) -> None:
        is_behind = any(not word.concerns.isdisjoint(waiting.word.concerns) for waiting in self._waiting)
        if is_behind or word.length > PIECE_LENGTH:
            self._waiting.append(_Waiting(word, "behind" if is_behind else "ready"))
        else:
            self._short.append(frame_of(word.header, word.values))

    def short(self) -> bytes:
        """All that leaves before the next piece."""
        said = b"".join(self._short)
        self._short.clear()
        return said

    def next(self) -> bytes:
        """The same, and one piece."""
        said = self.short()
        self._begin()
        return said + self._piece() if self._going else said

    def _begin(self) -> None:
        for waiting in self._waiting:
            if len(self._going) == MOST_TRANSFERS:
                return
            if waiting.state == "ready":
                waiting.state = "going"
                number = min(set(range(MOST_TRANSFERS)).difference(going.number for going in self._going))
                word = waiting.word
                value = word.values[0] if len(word.values) == 1 else b"".join(word.values)
                beginning = beginning_of(word.header, len(value), number)
                self._going.append(_Going(waiting, number, memoryview(value), beginning))

    def _piece(self) -> bytes:
        """Of each that is going, in turn."""
        going = self._going.popleft()
        piece = going.beginning + piece_of(going.number, going.value[:PIECE_LENGTH])
        going.beginning, going.value = b"", going.value[PIECE_LENGTH:]
        if going.value:
            self._going.append(going)
        else:
            self._waiting.remove(going.waiting)
            self._release()
        return piece

    def _release(self) -> None:
        """One is no more: what stayed behind it alone leaves, or may begin."""
        before, self._waiting = self._waiting, []
        for waiting in before:
            if waiting.state == "behind":
                self.say(waiting.word)
            else:
                self._waiting.append(waiting)
