"""The sends of one `send_all`: several are under way at once, and in the end it is known what became of each.

Rules of this file
- A value is drawn only when there is room for it, and sent at once: the order of the source is that of the sends (R3).
- When a send fails, those under way are asked back, the newest first: so what is held back in this process does not go
  out in the place of an older one that has come back.
- When the source fails, or the sender is closed here, those under way go on: each was sent before that.
- Who has a value in hand says what becomes of it: each value that was drawn is taken, or in the error (R4).
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Iterator
from typing import Any, Literal, Optional

from .errors import FailedOperation, NotAllTakenError, OperationError, TimedOutError, UntakenValue
from .handle import Begun, Handle
from .party.operations import Operation
from .party.pending import Pending
from .patience import checked


class Batch:
    """
    | state       | meaning                                                                       |
    | ----------- | ----------------------------------------------------------------------------- |
    | `sending`   | values are drawn as long as there is room                                     |
    | `finishing` | no more is drawn; what is under way is waited for                             |
    | `recalling` | no more is drawn; what is under way was asked back, and is waited for         |
    """

    def __init__(self, sender: Handle, window: int, timeout: Optional[float]) -> None:
        """Raises TypeError, ValueError."""
        if isinstance(window, bool) or not isinstance(window, int):
            raise TypeError(f"window must be a whole number, not {window!r}")
        if window < 1:
            raise ValueError(f"window must be a whole number of 1 or more, not {window}")
        self._sender = sender
        self._window = window
        self._timeout = checked(timeout)
        self._state: Literal["sending", "finishing", "recalling"] = "sending"
        self._under_way: dict[Operation, int] = {}
        """Each with its index; oldest first."""
        self._untaken: list[UntakenValue] = []
        self._drawn = 0
        self._cause: Optional[BaseException] = None
        self._oldest: Optional[Operation] = None
        self._oldest_since = 0.0
        self._awaited = Pending()
        self._awaited_below = 0

    @property
    def is_wanted(self) -> bool:
        """Whether another value is to be drawn, when there is room."""
        return self._state == "sending"

    @property
    def is_full(self) -> bool:
        return len(self._under_way) >= self._window

    def room(self) -> Begun:
        """To wait until there is some, or no more is to be drawn."""
        return self._below(self._window)

    def rest(self) -> Begun:
        """To wait until nothing is under way."""
        return self._below(1)

    def begin(self, value: Any) -> None:
        sender, index = self._sender, self._drawn
        self._drawn += 1
        with sender._driver.turn():
            try:
                sender._check("send", value)
                operation = sender._party.begin(sender._end, "send", value, is_patient=self._timeout is None)
            except OperationError as error:
                self._untaken.append(UntakenValue(index, value, 0))
                self.finish(error)
                return
            self._under_way[operation] = index
            operation.on_end = lambda: self._ended(operation)
            if operation.is_over:
                self._ended(operation)
            self._watch_oldest()

    def finish(self, cause: BaseException) -> None:
        """What is under way goes on, and nothing follows."""
        if self._state == "sending":
            self._state = "finishing"
            self._cause = cause

    def forsake(self) -> None:
        """Nobody waits for it any more."""
        with self._sender._driver.turn():
            self._state = "recalling"
            for operation in reversed(list(self._under_way)):
                self._sender._party.forsake(operation)

    def outcome(self) -> int:
        """How many there were, when nothing is under way. Raises NotAllTakenError."""
        if self._cause is None:
            return self._drawn
        raise NotAllTakenError(self._sender.channel, self._drawn, self._untaken, self._cause)

    def _below(self, count: int) -> Begun:
        with self._sender._driver.turn():
            self._awaited, self._awaited_below = Pending(), count
            self._tell()
            return Begun(self._awaited, self._left(), self._on_time)

    def _ended(self, operation: Operation) -> None:
        index = self._under_way.pop(operation)
        if operation.state == "void":
            self._awaited.void()
            return
        error = operation.error
        if error is not None:
            attempts = error.attempts if isinstance(error, OperationError) else 0
            self._untaken.append(UntakenValue(index, operation.value, attempts))
            self._recall(error)
        self._watch_oldest()
        self._tell()

    def _recall(self, cause: BaseException) -> None:
        if self._state == "recalling":
            return
        self._cause = self._cause or cause
        self._state = "recalling"
        for operation in reversed(list(self._under_way)):
            self._sender._party.recall(operation, _withdrawn(operation))

    def _tell(self) -> None:
        is_there = len(self._under_way) < self._awaited_below
        is_over = self._awaited_below > 1 and not self.is_wanted
        if (is_there or is_over) and not self._awaited.is_over:
            self._awaited.succeed(None)

    # ── the time of the oldest ────────────────────────────────────────────────────────────────────────────────────

    def _watch_oldest(self) -> None:
        """Its time begins when it is the oldest: as if the values were sent one after the other."""
        oldest = next(iter(self._under_way), None)
        if oldest is not self._oldest:
            self._oldest, self._oldest_since = oldest, time.monotonic()

    def _left(self) -> Optional[float]:
        if self._timeout is None or self._oldest is None or self._state == "recalling":
            return None
        return max(0.0, self._oldest_since + self._timeout - time.monotonic())

    def _on_time(self) -> Optional[float]:
        left, oldest, limit = self._left(), self._oldest, self._timeout
        if left != 0.0 or oldest is None or limit is None:
            return left
        self._sender._party.recall(oldest, lambda attempts: TimedOutError(oldest.failed(attempts), limit))
        return None


def _withdrawn(operation: Operation) -> Any:
    def error(attempts: int) -> OperationError:
        failed: FailedOperation = operation.failed(attempts)
        return OperationError(failed, f'send on "{failed.channel}" was withdrawn, for another has failed')

    return error


def close_source(source: object) -> None:
    """No more is drawn from it: a generator may clean up. What has failed is told already."""
    if isinstance(source, Iterator) and inspect.isgenerator(source):
        try:
            source.close()
        except Exception:
            pass
