"""The operations and ends of this process.

Rules of this file
- An operation has one ending, and only the authority decides it (R4); see `operations.py` and `selections.py`.
- An end's `close` follows all that was begun on it before; a receiving end's waiting operations are withdrawn first.
- An end that is inside a value on its way is closed only when the value was taken, or is back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple, Optional

from ..contracts import Contract
from ..errors import EndClosedError, EndMovedError, FailedOperation, OperationError
from ..value.cargo import Carried
from ..value.codec import Codec
from ..wire.words import FIRST_OWN_END
from ..wire.messages import Answer, Deliver, Inspected, PassedEnd, Settings, Side
from .authority import Authority, ChannelTerms
from .end import End
from .failures import failed_on
from .operations import Operation, Operations, Shape
from .pending import Pending, Query
from .selections import Selection, Selections

Fate = Literal["ended", "followed"]
"""How a process ends. `ended`: all its ends are closed. `followed`: none is, for another process of its stage goes on
with them."""


class Outstanding(NamedTuple):
    """What is under way on an end; of one that sends, also what may come before that."""

    side: Side
    operations: list[Operation]
    has_choice: bool


class Party:
    def __init__(
        self,
        settings: Settings,
        authority: Authority,
        handle_of: Callable[[Party, End], Carried],
        codec: Codec,
    ) -> None:
        self.settings = settings
        self.authority = authority
        self.codec = codec
        self.contracts: dict[int, str] = {}
        """Those of ends that come with the next value."""
        self.on_idle: Callable[[], None] = lambda: None
        self._handle_of = handle_of
        self._ends: dict[End, None] = {}
        self._operations = Operations(self)
        self._selections = Selections(self)
        self._queries: dict[int, Query] = {}
        self._phase: Literal["working", "retiring", "ended", "followed"] = "working"
        self._last_op = 0
        self._last_query = 0
        self._open = 0
        self._next_end = FIRST_OWN_END

    # ── what code does ────────────────────────────────────────────────────────────────────────────────────────────

    def end(self, number: int, side: Side, channel: str, contract: Optional[str] = None) -> End:
        """An end that the supervisor knows by that number."""
        is_checked = side == "send" and contract is not None
        end = End(number, side, channel, Contract(channel, contract or "") if is_checked else None)
        self._ends[end] = None
        return end

    def begin(self, end: End, shape: Shape, value: object, *, is_patient: bool) -> Operation:
        """Raises EndClosedError."""
        operation = Operation(end, shape, value, is_patient)
        if not self._may_begin(end.side == "send"):
            operation.void()
        elif end.state != "open":
            raise EndClosedError(operation.failed())
        else:
            self._operations.begin(operation)
        return operation

    def select(self, selection: Selection) -> None:
        """Raises OperationError, TopologyError."""
        if not self._may_begin(selection.sends):
            selection.void()
            return
        for end, value in selection.guards:
            if end.state != "open":
                raise EndClosedError(failed_on(end, value))
        self._selections.begin(selection)

    def inspect(self, end: End) -> Pending:
        """Raises EndClosedError."""
        if end.state == "closed":
            raise EndClosedError(FailedOperation("inspect", end.channel))
        self._last_query += 1
        query = self._queries[self._last_query] = Query()
        self.opened()
        self.authority.inspect(self._last_query, end.number)
        return query

    def recall(self, operation: Operation, error: Callable[[int], OperationError]) -> None:
        """Its time is over."""
        self._operations.recall(operation, error)

    def recall_selection(self, selection: Selection) -> None:
        """Its time is over."""
        self._selections.recall(selection)

    def forsake(self, pending: Pending) -> None:
        """Nobody waits for it any more: it is asked back, and a value that comes all the same goes back."""
        pending.is_forsaken = True
        pending.on_end = lambda: None
        if isinstance(pending, Operation):
            self._operations.recall(pending, None)
        elif isinstance(pending, Selection):
            pending.is_untold = True
            self._selections.recall(pending)

    def open_channel(
        self,
        name: Optional[str],
        capacity: int,
        overflow: str,
        max_attempts: int,
        dead_letters: Optional[int],
        contract: Optional[str] = None,
    ) -> tuple[End, End]:
        """A new channel of the supervisor: its sending end, and its receiving one."""
        number = self._next_end
        self._next_end += 2
        if name is None:
            name = f"channel {(number - FIRST_OWN_END) // 2 + 1} of {self.settings.stage}"
        terms = ChannelTerms(capacity, overflow, max_attempts, dead_letters, contract)
        self.authority.open_channel(number, number + 1, name, terms)
        return self.end(number, "send", name, contract), self.end(number + 1, "receive", name)

    def close(self, end: End) -> None:
        """Closes one copy of an end; with the last, the end."""
        end.copies -= 1
        if end.copies == 0:
            self._close(end)
        elif not end.is_in_use:
            self._recall_receives(end)

    def surrender(self, end: End) -> None:
        """An earlier process of the stage had it, and has it no more."""
        end.state = "closed"
        self._ends.pop(end, None)

    def departed(self, end: End, to: str) -> None:
        """A copy of an end leaves inside a value. What waits on the last comes back: its code cannot go on with it."""
        end.travelling += 1
        if end.is_in_use or end.is_idle:
            return

        def moved(failed: FailedOperation) -> OperationError:
            return EndMovedError(failed, end.word, to)

        self._operations.recall_on(end, moved)
        self._selections.recall_on(end, moved)

    def arrived(self, end: End) -> None:
        """The value was taken, and with it a copy of an end."""
        end.travelling -= 1
        self.close(end)
        self.left(end)

    def came_back(self, end: End) -> None:
        """The value is back, and with it a copy of an end."""
        end.travelling -= 1
        self.left(end)

    # ── what the supervisor says ──────────────────────────────────────────────────────────────────────────────────

    def hear(self, answer: Answer) -> None:
        if self._operations.hear(answer) or self._selections.hear(answer):
            return
        if isinstance(answer, Deliver):
            self.authority.returned(answer.op)
            self.decline(answer.ends)

    def inspected(self, answer: Inspected) -> None:
        query = self._queries.pop(answer.query, None)
        if query is not None:
            query.succeed(answer.statistics)
            self.told()

    def retire(self) -> None:
        """The process is to finish what it has, for another to take its place: it is given nothing new."""
        if self._phase != "working":
            return
        self._phase = "retiring"
        for end in list(self._ends):
            if end.side == "receive":
                self._operations.recall_on(end, lambda failed: None)
                self._selections.recall_receives_on(end)

    def wind_down(self, fate: Fate) -> None:
        """The process is about to end. What was sent before is still delivered; what waits to receive is withdrawn,
        and what is in hand goes back. What code begins from now on is never answered."""
        self._phase = fate
        for end in list(self._ends):
            if fate == "ended":
                self._close(end)
            elif end.state == "open":
                end.state = "left"
                self._recall_receives(end)
        self._operations.hand.give_back()

    # ── what direct links need ────────────────────────────────────────────────────────────────────────────────────

    def outstanding_on(self, number: int) -> Optional[Outstanding]:
        """What is under way on an end; None when its code can use it no more."""
        end = next((one for one in self._ends if one.number == number), None)
        if end is None or end.state != "open":
            return None
        # What was sent before on another end, which may be of the same channel, comes before all on this.
        ends = [end]
        if end.side == "send":
            ends = [one for one in self._ends if one.side == "send" and one.channel == end.channel]
        operations = [operation for one in ends for operation in self._operations.outstanding_on(one)]
        return Outstanding(end.side, operations, any(one.selects > 0 for one in ends))

    def renumber(self, op: int) -> int:
        """An operation is offered once more, elsewhere. Its number there."""
        renumbered = self.next_op()
        if not self._operations.renumber(op, renumbered):
            self._selections.renumber(op, renumbered)
        return renumbered

    # ── what the files beside this one need ───────────────────────────────────────────────────────────────────────

    @property
    def is_working(self) -> bool:
        """Whether there is code left that can be given a value."""
        return self._phase == "working"

    @property
    def is_retiring(self) -> bool:
        return self._phase == "retiring"

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way or in hand."""
        return self._open == 0 and not self._operations.hand

    def next_op(self) -> int:
        self._last_op += 1
        return self._last_op

    def opened(self) -> None:
        self._open += 1

    def told(self) -> None:
        self._open -= 1
        if self._open == 0:
            self.on_idle()

    def arriving(self, ends: Sequence[PassedEnd]) -> list[Carried]:
        """What the code gets for the ends that a value carries."""
        return [self._handle_of(self, self._arriving_end(passed)) for passed in ends]

    def _arriving_end(self, passed: PassedEnd) -> End:
        return self.end(passed.end, passed.side, passed.channel, self.contracts.pop(passed.end, None))

    def decline(self, ends: Sequence[PassedEnd]) -> None:
        """Nobody is left to whom they could be given."""
        for passed in ends:
            self.contracts.pop(passed.end, None)
            self.authority.close(passed.end)

    def left(self, end: End) -> None:
        """Something less is under way on this end: when all has ended, so may the end."""
        if end.state != "closing" or end.held or end.selects > 0 or end.travelling > 0:
            return
        if end.side == "receive" and end.offered > 0:
            return
        end.state = "closed"
        self._ends.pop(end, None)
        self.authority.close(end.number)

    def _may_begin(self, sends: bool) -> bool:
        """While it retires, what only receives is never answered."""
        return self.is_working or (self.is_retiring and sends)

    def _close(self, end: End) -> None:
        if end.state != "open":
            return
        end.state = "closing"
        self._recall_receives(end)
        self.left(end)

    def _recall_receives(self, end: End) -> None:
        """No copy of the end is left that the code can use."""
        if end.side == "send":
            return
        is_heard = self.is_working

        def closed(failed: FailedOperation) -> Optional[OperationError]:
            return EndClosedError(failed) if is_heard else None

        self._operations.recall_on(end, closed)
        self._selections.recall_on(end, closed)
