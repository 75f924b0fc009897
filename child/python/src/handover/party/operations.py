"""The plain sends and receives of one party, from the call to the ending.

Rules of this file
- Only the authority decides an operation: the supervisor, or a direct link. A timer asks for its withdrawal; a delivery or
  a completion that crosses the question wins (R4).
- What an end has at the authority is bounded by the window; the rest is held back here, in order, and its values are
  encoded only when their turn comes (R5).
- The ends in a value leave the code when their send begins, and are back if it fails.
- That a value was taken is said in the very moment in which the code's operation ends: who writes what was said
  before code goes on, has told the supervisor before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Literal, Optional, TypeVar

from ..errors import FailedOperation, HandoverError, OperationError, ValueTooLargeError
from ..value.cargo import Cargo, Carried
from ..value.encodable import Unencodable, may_mention_end
from ..value.msgpack import Undecodable
from ..wire import words
from ..wire.messages import Completed, Deliver, Failed, Lost, Reason, Withdrawn
from .authority import Offer
from .end import End
from .failures import encoding_error, error_for, failed_on
from .hand import Hand
from .hearing import Hearing
from .pending import Pending, Recall

if TYPE_CHECKING:
    from .party import Party

T = TypeVar("T")

Shape = Literal["send", "try-send", "receive", "try-receive", "work"]
"""What code asked for. `work`: a value that is not taken yet."""


@dataclass(frozen=True)
class Received(Generic[T]):
    """A value that was there, in a box, so that it cannot be mistaken for none."""

    value: T


class Operation(Pending):
    def __init__(self, end: End, shape: Shape, value: object, is_patient: bool) -> None:
        super().__init__()
        self.is_patient = is_patient
        """Whether no time will recall it."""
        self.end = end
        self.shape = shape
        self.value = value
        self.bytes = 0
        self.cargo: Optional[Cargo] = None

    @property
    def is_poll(self) -> bool:
        return self.shape in ("try-send", "try-receive")

    @property
    def may_be_direct(self) -> bool:
        """Whether its outcome may be as late as the code at the other end lets go (protocol 14.5, 14.7)."""
        if self.shape == "send":
            return self.is_patient and self.cargo is None
        return self.shape in ("receive", "try-receive")

    def failed(self, attempts: int = 0) -> FailedOperation:
        return failed_on(self.end, self.value, attempts)


class Operations(Hearing[Operation]):
    def __init__(self, party: Party) -> None:
        super().__init__()
        self._party = party
        self.hand = Hand(party.authority)

    def begin(self, operation: Operation) -> None:
        end = operation.end
        self._party.opened()
        if not end.held and self._has_room(end):
            self._offer(operation)
        elif operation.is_poll:
            self._miss(operation)
        else:
            self._hold(operation)

    def recall(self, operation: Operation, why: Optional[Recall]) -> None:
        """Asks for it back; its ending tells whether it came. Without a reason, nobody is told."""
        if operation.state == "held":
            operation.end.held.remove(operation)
            self._recalled(operation, why, 0)
            self._party.left(operation.end)
        elif operation.state == "offered" and operation.shape != "try-send":
            operation.state = "recalled"
            operation.recall = why
            self._party.authority.withdraw(operation.op, "final")

    def recall_on(self, end: End, why: Callable[[FailedOperation], Optional[OperationError]]) -> None:
        """The end can be used no more: what waits on it comes back, and its code is told why, if anybody is left."""
        for operation in [*end.held, *self.outstanding_on(end)]:
            is_told = why(operation.failed()) is not None
            self.recall(operation, self._reason(operation, why) if is_told else None)

    def outstanding_on(self, end: End) -> list[Operation]:
        """Those that are at the authority."""
        return [one for one in self._offered.values() if one.end is end]

    @staticmethod
    def _reason(operation: Operation, why: Callable[[FailedOperation], Optional[OperationError]]) -> Recall:
        def recall(attempts: int) -> OperationError:
            error = why(operation.failed(attempts))
            assert error is not None
            return error

        return recall

    # ── going to the authority ────────────────────────────────────────────────────────────────────────────────────

    def _has_room(self, end: End) -> bool:
        settings = self._party.settings
        return end.offered == 0 or (
            end.offered < settings.window_operations and end.offered_bytes < settings.window_bytes
        )

    def _offer(self, operation: Operation) -> None:
        end = operation.end
        guard: Optional[words.Guard] = words.Guard(end.number)
        if end.side == "send":
            guard = self._send_guard(operation)
        if guard is None:
            return
        operation.op = self._party.next_op()
        operation.state = "offered"
        end.offered += 1
        end.offered_bytes += operation.bytes
        self._offered[operation.op] = operation
        self._party.authority.offer(
            Offer(operation.op, [guard], operation.is_poll, may_be_direct=operation.may_be_direct)
        )

    def _send_guard(self, operation: Operation) -> Optional[words.Guard]:
        """Its value as it travels; when it can, the ends in it leave the code. None: it has failed."""
        limit = self._party.settings.max_value_bytes
        cargo = operation.cargo or Cargo(self._party)
        contract = operation.end.contract
        try:
            if contract is not None:
                contract.check(operation.value, operation.failed)
            value = self._party.codec.encode(operation.value, cargo)
        except Unencodable as error:
            self._fail(operation, encoding_error(error, operation.failed()))
            return None
        except HandoverError as error:
            self._fail(operation, error)
            return None
        if len(value) > limit:
            self._fail(operation, ValueTooLargeError(operation.failed(), len(value), limit))
            return None
        operation.bytes = len(value)
        if cargo:
            operation.cargo = cargo
            cargo.depart(f'the receiver of "{operation.end.channel}"')
        return words.Guard(operation.end.number, value, cargo.numbers)

    def _hold(self, operation: Operation) -> None:
        """The value is encoded when its turn comes; but ends leave with it at once."""
        is_send = operation.end.side == "send"
        if is_send and may_mention_end(operation.value) and self._send_guard(operation) is None:
            return
        operation.end.held.append(operation)

    def _leave(self, operation: Operation) -> None:
        end = operation.end
        del self._offered[operation.op]
        end.offered -= 1
        end.offered_bytes -= operation.bytes
        while end.held and self._has_room(end):
            self._offer(end.held.popleft())
        self._party.left(end)

    # ── endings ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _delivered(self, operation: Operation, answer: Deliver) -> None:
        party = self._party
        if not party.is_working or operation.is_forsaken:
            party.authority.returned(answer.op)
            party.decline(answer.ends)
            self._leave(operation)
            self._settle(operation, operation.void)
            return
        carried = party.arriving(answer.ends)
        try:
            value = party.codec.decode(answer.value, carried)
        except Undecodable as error:
            self._refuse(operation, carried, str(error))
            return
        if operation.shape == "work":
            self._leave(operation)
            self._succeed(operation, self.hand.hold(answer.op, value, answer.attempt, carried))
            return
        if not party.authority.taken(answer.op):
            self._offer_again(operation)
            return
        self._leave(operation)
        self._succeed(operation, Received(value) if operation.shape == "try-receive" else value)

    def _refuse(self, operation: Operation, carried: Iterable[Carried], why: str) -> None:
        """The sender is told; the receive goes on waiting, for a value that can be read."""
        self._party.authority.refused(operation.op, why)
        for end in carried:
            end._let_go()
        if operation.state == "recalled":
            self._leave(operation)
            self._recalled(operation, operation.recall, 0)
            return
        self._offer_again(operation)

    def _offer_again(self, operation: Operation) -> None:
        """A receive that has got nothing."""
        del self._offered[operation.op]
        operation.end.offered -= 1
        self._offer(operation)

    def _completed(self, operation: Operation, answer: Completed) -> None:
        self._leave(operation)
        if operation.cargo is not None:
            operation.cargo.arrive()
        self._succeed(operation, True if operation.shape == "try-send" else None)

    def _withdrawn(self, operation: Operation, answer: Withdrawn) -> None:
        """A poll that a receiver failed with is no plain miss: its value may have been taken."""
        self._leave(operation)
        if operation.state == "recalled":
            self._recalled(operation, operation.recall, answer.attempts)
        elif answer.attempts > 0:
            self._fail_for(operation, Lost([]), answer.attempts)
        else:
            self._miss(operation)

    def _failed(self, operation: Operation, answer: Failed) -> None:
        self._leave(operation)
        self._fail_for(operation, answer.reason, answer.attempts)

    def _fail_for(self, operation: Operation, reason: Reason, attempts: int) -> None:
        limit = self._party.settings.max_value_bytes
        self._fail(operation, error_for(reason, operation.failed(attempts), limit))

    def _recalled(self, operation: Operation, why: Optional[Recall], attempts: int) -> None:
        if why is None:
            self._settle(operation, operation.void)
        else:
            self._fail(operation, why(attempts))

    def _miss(self, operation: Operation) -> None:
        """Nobody was ready for a poll."""
        self._succeed(operation, False if operation.shape == "try-send" else None)

    def _succeed(self, operation: Operation, result: Any) -> None:
        self._settle(operation, lambda: operation.succeed(result))

    def _fail(self, operation: Operation, error: Exception) -> None:
        self._settle(operation, lambda: operation.fail(error))

    def _settle(self, operation: Operation, tell: Callable[[], None]) -> None:
        if operation.cargo is not None:
            operation.cargo.come_back()
        tell()
        self._party.told()

