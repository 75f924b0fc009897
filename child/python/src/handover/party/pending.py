"""Something that code waits for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, Optional

from ..errors import OperationError

State = Literal["held", "offered", "recalled", "ended", "void"]
Recall = Callable[[int], OperationError]
"""The error for an operation that came back after so many attempts."""


class Pending:
    """
    | state      | meaning                                                | may end by                              |
    | ---------- | ------------------------------------------------------ | --------------------------------------- |
    | `held`     | not offered yet: the window of its end is full         | timer, close of a receiver              |
    | `offered`  | at the authority                                       | its one ending                          |
    | `recalled` | at the authority, which was asked to give it back      | its one ending: `withdrawn`, or another |
    | `ended`    | it has a result, or an error                           |                                         |
    | `void`     | the process comes to its end: nobody is to be answered |                                         |
    """

    def __init__(self) -> None:
        self.state: State = "held"
        self.op = -1
        self.recall: Optional[Recall] = None
        self.is_forsaken = False
        """Nobody waits for it any more: a value goes back, and nothing is told."""
        self.result: Any = None
        self.error: Optional[Exception] = None
        self.on_end: Callable[[], None] = lambda: None

    @property
    def is_over(self) -> bool:
        return self.state in ("ended", "void")

    def succeed(self, result: Any) -> None:
        self.result = result
        self._end("ended")

    def fail(self, error: Exception) -> None:
        self.error = error
        self._end("ended")

    def void(self) -> None:
        self._end("void")

    def outcome(self) -> Any:
        """Of one that has ended."""
        if self.error is not None:
            raise self.error
        return self.result

    def _end(self, state: State) -> None:
        self.state = state
        self.on_end()


class Query(Pending):
    """A question to the supervisor, which it answers at once."""
