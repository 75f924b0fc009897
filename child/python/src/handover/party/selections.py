"""The selects of one party, from the call to the ending.

Rules of this file
- All guards of a select are one operation at the authority, and its values travel with the offer.
- A timer only recalls: what a guard has effected by then, wins (R4).
- A select waits behind nothing, for it may be the one that lets the others go on; except that those with large values
  for one and the same end wait for each other, as far as together they are more than a window.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, Optional

from ..errors import FailedOperation, LostError, OperationError, TopologyError, ValueTooLargeError
from ..value.cargo import Cargo, Carried
from ..value.encodable import Unencodable
from ..value.msgpack import Undecodable
from ..wire import words
from ..wire.frames import LONGEST_HEADER
from ..wire.messages import Completed, Deliver, Ended, Failed, Withdrawn
from .authority import Offer
from .end import End
from .failures import encoding_error, error_for, failed_on
from .hearing import Hearing
from .pending import Pending

if TYPE_CHECKING:
    from .party import Party

SMALL_VALUE = 4096
"""In bytes. Smaller values are bounded by the number of operations alone."""


class EndGuard(NamedTuple):
    """One guard: to send a value on this end, or to receive on it."""

    end: End
    value: object

    def failed(self, attempts: int = 0) -> FailedOperation:
        return failed_on(self.end, self.value, attempts)


class Outcome(NamedTuple):
    """Which guard had an effect; None: none had, for nothing was ready, or its time was over."""

    guard: Optional[int]
    value: Any = None
    is_ended: bool = False
    """A receive on a channel that has ended."""


class Selection(Pending):
    """One select, of which exactly one guard has an effect (R6). Its result is an Outcome."""

    def __init__(self, guards: list[EndGuard], *, is_poll: bool, is_priority: bool) -> None:
        super().__init__()
        self.guards = guards
        self.is_poll = is_poll
        self.is_priority = is_priority
        self.parcels: list[words.Guard] = []
        self.cargos: list[Cargo] = []
        self.large: dict[End, int] = {}
        self.is_untold = False
        """It was recalled because its process comes to an end."""

    @property
    def sends(self) -> bool:
        return any(guard.end.side == "send" for guard in self.guards)


class Selections(Hearing[Selection]):
    def __init__(self, party: Party) -> None:
        super().__init__()
        self._party = party
        self._under_way: dict[Selection, None] = {}
        self._held: list[Selection] = []

    def begin(self, selection: Selection) -> None:
        """Raises OperationError, TopologyError when it cannot begin."""
        self._encode(selection)
        self._under_way[selection] = None
        self._party.opened()
        for guard in selection.guards:
            guard.end.selects += 1
        if self._has_room(selection):
            self._offer(selection)
        elif selection.is_poll:
            self._end(selection, lambda: selection.succeed(Outcome(None)))
        else:
            self._held.append(selection)

    def recall(self, selection: Selection, error: Optional[Exception] = None) -> None:
        """Asks it back. Whether a guard has had an effect by then, its outcome says. A poll comes back by itself."""
        if selection not in self._under_way:
            return
        if selection.state == "held":
            selection.error = error
            self._end(selection, lambda: self._tell_back(selection))
        elif selection.state == "offered" and not selection.is_poll:
            selection.state = "recalled"
            selection.error = error
            self._party.authority.withdraw(selection.op, "final")

    def recall_on(self, end: End, why: Callable[[FailedOperation], Optional[OperationError]]) -> None:
        """The end can be used no more: what waits on it comes back, and its code is told why, if anybody is left."""
        for selection in list(self._under_way):
            guard = next((guard for guard in selection.guards if guard.end is end), None)
            if guard is not None:
                error = why(guard.failed())
                selection.is_untold = error is None
                self.recall(selection, error)

    def recall_receives_on(self, end: End) -> None:
        """The process retires: what only receives comes back untold."""
        for selection in list(self._under_way):
            if not selection.sends and any(guard.end is end for guard in selection.guards):
                selection.is_untold = True
                self.recall(selection)

    def _has_room(self, selection: Selection) -> bool:
        window = self._party.settings.window_bytes
        return all(end.large_bytes == 0 or end.large_bytes < window for end in selection.large)

    def _encode(self, selection: Selection) -> None:
        """Its values as they travel; only when all of them can, their ends leave the code."""
        limit = self._party.settings.max_value_bytes
        total = 0
        for guard in selection.guards:
            cargo = Cargo(self._party)
            selection.cargos.append(cargo)
            if guard.end.side == "receive":
                selection.parcels.append(words.Guard(guard.end.number))
                continue
            if guard.end.contract is not None:
                guard.end.contract.check(guard.value, guard.failed)
            try:
                value = self._party.codec.encode(guard.value, cargo)
            except Unencodable as error:
                raise encoding_error(error, guard.failed()) from None
            total += len(value)
            if total > limit:
                raise ValueTooLargeError(guard.failed(), total, limit)
            if len(value) >= SMALL_VALUE:
                selection.large[guard.end] = selection.large.get(guard.end, 0) + len(value)
            selection.parcels.append(words.Guard(guard.end.number, value, cargo.numbers))
        if len(words.offer_header(2**53, selection.parcels, is_poll=True, is_priority=True)) > LONGEST_HEADER:
            raise TopologyError(
                f"a select with {len(selection.guards)} guards is more than one message can name: split it"
            )
        for guard, cargo in zip(selection.guards, selection.cargos):
            cargo.depart(f'the receiver of "{guard.end.channel}"')

    def _offer(self, selection: Selection) -> None:
        selection.op = self._party.next_op()
        selection.state = "offered"
        self._offered[selection.op] = selection
        for end, size in selection.large.items():
            end.large_bytes += size
        self._party.authority.offer(
            Offer(selection.op, selection.parcels, selection.is_poll, is_choice=True, is_priority=selection.is_priority)
        )

    # ── endings ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _delivered(self, selection: Selection, answer: Deliver) -> None:
        party = self._party
        is_wanted = party.is_working or (party.is_retiring and selection.sends)
        if not is_wanted or selection.is_forsaken:
            party.authority.returned(answer.op)
            party.decline(answer.ends)
            self._end(selection, selection.void)
            return
        carried = party.arriving(answer.ends)
        try:
            value = party.codec.decode(answer.value, carried)
        except Undecodable as error:
            self._refuse(selection, carried, str(error))
            return
        if not party.authority.taken(answer.op):
            self._forget(selection)
            self._offer(selection)
            return
        self._end(selection, lambda: selection.succeed(Outcome(answer.guard, value)))

    def _refuse(self, selection: Selection, carried: Iterable[Carried], why: str) -> None:
        """The sender is told; the select goes on waiting, for a value that can be read."""
        self._party.authority.refused(selection.op, why)
        for end in carried:
            end._let_go()
        if selection.state == "recalled":
            self._end(selection, lambda: self._tell_back(selection))
            return
        self._forget(selection)
        self._offer(selection)

    def _completed(self, selection: Selection, answer: Completed) -> None:
        selection.cargos[answer.guard].arrive()
        self._end(selection, lambda: selection.succeed(Outcome(answer.guard)))

    def _withdrawn(self, selection: Selection, answer: Withdrawn) -> None:
        """A value that a receiver failed with may have been taken: then nobody may say that no guard had an effect."""
        if answer.attempts > 0 and not selection.is_untold:
            failed = selection.guards[answer.guard].failed(answer.attempts)
            self._end(selection, lambda: selection.fail(LostError(failed, ())))
        else:
            self._end(selection, lambda: self._tell_back(selection))

    def _failed(self, selection: Selection, answer: Failed) -> None:
        guard = selection.guards[answer.guard]
        if isinstance(answer.reason, Ended) and guard.end.side == "receive":
            self._end(selection, lambda: selection.succeed(Outcome(answer.guard, is_ended=True)))
            return
        limit = self._party.settings.max_value_bytes
        error = error_for(answer.reason, guard.failed(answer.attempts), limit)
        self._end(selection, lambda: selection.fail(error))

    def _tell_back(self, selection: Selection) -> None:
        if selection.is_untold:
            selection.void()
        elif selection.error is not None:
            selection.fail(selection.error)
        else:
            selection.succeed(Outcome(None))

    def _forget(self, selection: Selection) -> None:
        if self._offered.pop(selection.op, None) is not None:
            for end, size in selection.large.items():
                end.large_bytes -= size
        if selection in self._held:
            self._held.remove(selection)

    def _end(self, selection: Selection, tell: Callable[[], None]) -> None:
        """Its one ending: first everything is in order, then its code is told."""
        self._forget(selection)
        del self._under_way[selection]
        for cargo in selection.cargos:
            cargo.come_back()
        tell()
        for guard in selection.guards:
            guard.end.selects -= 1
            self._party.left(guard.end)
        for held in list(self._held):
            if self._has_room(held):
                self._held.remove(held)
                self._offer(held)
        self._party.told()
