"""What Senders and Receivers have in common: they are copies of an end, and each is closed by itself."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Literal, NamedTuple, Optional, Protocol, TypeVar

from .errors import EndClosedError, EndMovedError, FailedOperation, OperationError, OperationName, TimedOutError
from .party.end import End
from .party.operations import Shape
from .party.party import Party
from .party.pending import Pending
from .patience import checked
from .value.cargo import Carried

H = TypeVar("H", bound="Handle")


class Driver(Protocol):
    """Who carries the words of a party to its supervisor."""

    def turn(self) -> AbstractContextManager[None]:
        """What is done inside of it nobody interrupts, and what is said there has left when it is over."""

    def later(self, do: Callable[[], None]) -> None:
        """Does it soon, in a turn; may be called in the middle of another. Not, where the process ends first."""


class Begun(NamedTuple):
    """What a call has begun, as a driver waits for it."""

    pending: Pending
    seconds: Optional[float] = None
    on_timeout: Callable[[], Optional[float]] = lambda: None
    """To be called in a turn, when the time is over; how long it is waited for after that."""


class Handle(Carried):
    """
    | state        | meaning                                                                    |
    | ------------ | -------------------------------------------------------------------------- |
    | `open`       | it may be used                                                             |
    | `travelling` | it is inside a value that was not taken yet: `moved` soon, or `open` again |
    | `unwanted`   | the same, but it was closed meanwhile: `closed` if it comes back           |
    | `closed`     | it was closed here                                                         |
    | `moved`      | it was given away                                                          |
    """

    def __init__(self, driver: Any, party: Party, end: End) -> None:
        self._driver = driver
        self._party = party
        self._end = end
        self._state: Literal["open", "travelling", "unwanted", "closed", "moved"] = "open"
        self._owner = ""

    @property
    def channel(self) -> str:
        """The name of the channel."""
        return self._end.channel

    @property
    def closed(self) -> bool:
        """Whether this copy was closed or given away, here."""
        return self._state != "open"

    def close(self) -> None:
        """Gives up this copy. What was sent before is still delivered. Closing twice is closing once."""
        with self._driver.turn():
            self._let_go()

    def clone(self: H) -> H:
        """One more of the same channel; each is closed by itself.

        Raises EndClosedError, EndMovedError.
        """
        with self._driver.turn():
            self._check("clone", None)
            self._end.copies += 1
            return type(self)(self._driver, self._party, self._end)

    def __enter__(self: H) -> H:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f'<{type(self).__name__} of "{self.channel}", {self._state}>'

    def _begin(self, shape: Shape, value: object, timeout: Optional[float]) -> Begun:
        seconds = checked(timeout)
        with self._driver.turn():
            self._check(self._end.side, value)
            operation = self._party.begin(self._end, shape, value, is_patient=seconds is None)

        def recall() -> None:
            limit = 0.0 if seconds is None else seconds
            self._party.recall(operation, lambda attempts: TimedOutError(operation.failed(attempts), limit))

        return Begun(operation, seconds, recall)

    def _ask(self) -> Begun:
        """For the statistics of the channel."""
        with self._driver.turn():
            self._check("inspect", None)
            return Begun(self._party.inspect(self._end))

    def _check(self, operation: OperationName, value: object) -> None:
        """Raises EndClosedError, EndMovedError where it cannot be used."""
        error = self._unusable(FailedOperation(operation, self.channel, value))
        if error is not None:
            raise error

    def _unusable(self, failed: FailedOperation) -> Optional[OperationError]:
        if self._state == "open":
            return None
        if self._state == "closed":
            return EndClosedError(failed)
        return EndMovedError(failed, self._end.word, self._owner)

    # ── inside a value ────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def _number(self) -> int:
        return self._end.number

    def _unfit_for(self, party: object) -> Optional[str]:
        what = f'the {self._end.word} of "{self.channel}"'
        if self._party is not party:
            return f"{what}, which is no channel of the same supervisor"
        if self._state == "open":
            return None
        if self._state == "closed":
            return f"{what}, which was closed here"
        return f"{what}, which was given to {self._owner} (send a clone() instead)"

    def _depart(self, to: str) -> None:
        if self._state != "open":
            return
        self._state, self._owner = "travelling", to
        self._party.departed(self._end, to)

    def _arrive(self) -> None:
        if self._state not in ("travelling", "unwanted"):
            return
        self._state = "moved"
        self._party.arrived(self._end)

    def _come_back(self) -> None:
        if self._state not in ("travelling", "unwanted"):
            return
        is_unwanted = self._state == "unwanted"
        self._state = "open"
        self._party.came_back(self._end)
        if is_unwanted:
            self._let_go()

    def _let_go(self) -> None:
        if self._state == "travelling":
            self._state = "unwanted"
        if self._state != "open":
            return
        self._state = "closed"
        self._party.close(self._end)

    def _forgo(self) -> None:
        """It was closed, or given away, before this process began."""
        self._state = "closed"
        self._party.surrender(self._end)
