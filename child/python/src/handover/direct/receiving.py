"""The direct link of an end that receives: here its process is the one that matches. See docs/protocol.md, 14.7 and 14.8.

| state     | a plain receive                                 | any other operation                |
| --------- | ----------------------------------------------- | ---------------------------------- |
| `ready`   | is the supervisor's                             | is the supervisor's                |
| `linked`  | stands in line here                             | leaves, and is the supervisor's    |
| `leaving` | stands in line here; a poll is the supervisor's | is the supervisor's                |
| `over`    |                                                 |                                    |

The first value makes it `linked`: the receives that wait at the supervisor are asked back, and stand first in line.
`leaving` ends when nothing is asked back any more: then the whole line goes to the supervisor, in order. What has come on
the link and was given to nobody is forgotten; its sender knows that it was not taken.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Literal, Optional

from ..party.authority import Offer
from ..wire import words
from ..wire.messages import Answer, Deliver, Failed, Settings, Withdrawn
from .carrier import Cancel, Carrier
from .path import Path, Surroundings
from .words import TAKEN, Nonsense, ValueReader, refused

State = Literal["ready", "linked", "leaving", "over"]
Event = Literal["has a value", "leaves", "has nothing to wait for"]

TABLE: Mapping[tuple[State, Event], State] = {
    ("ready", "has a value"): "linked",
    ("ready", "leaves"): "leaving",
    ("linked", "leaves"): "leaving",
    ("leaving", "has nothing to wait for"): "over",
}
"""What is not here, changes nothing."""

_FLOW_INTERVAL = 0.2
"""In seconds: so old is what the supervisor knows at most."""


class Waiting:
    """A receive in line.

    | place      | meaning                                                                                         |
    | ---------- | ----------------------------------------------------------------------------------------------- |
    | `asked`    | it was at the supervisor, which was asked to give it back                                       |
    | `unwanted` | so was this one, and its code has recalled it since; the supervisor may have given it a value    |
    |            | before, so it keeps its place until the answer                                                  |
    | `here`     | it is this path's to match                                                                      |
    """

    def __init__(self, op: int, place: Literal["asked", "unwanted", "here"]) -> None:
        self.op = op
        self.place = place


class ReceivingPath(Path):
    def __init__(
        self,
        link: int,
        end: int,
        carrier: Carrier,
        settings: Settings,
        giving: Callable[[Optional[ReceivingPath]], None],
        around: Surroundings,
    ) -> None:
        """`giving` begins and ends the time in which what the party says of a delivered value is for this path."""
        super().__init__(link, end, carrier, around)
        self._settings = settings
        self._giving = giving
        self._reader = ValueReader(settings.max_value_bytes)
        self._state: State = "ready"
        self._line: deque[Waiting] = deque()
        self._asked = 0
        """How many of them are not here."""
        self._values: deque[bytes] = deque()
        self._bytes = 0
        self._is_giving = False
        self._taken = 0
        self._flow_due: Optional[Cancel] = None
        self._last: Callable[[], None] = _nothing
        """What is done when it is over."""
        around.supervisor.met(link)

    # ── what the party says ───────────────────────────────────────────────────────────────────────────────────────

    def offer(self, offer: Offer) -> None:
        is_here = self._state == "linked" or (self._state == "leaving" and not offer.is_poll)
        if not is_here or not offer.may_be_direct:
            self._around.supervisor.offer(offer)
            if not offer.may_be_direct:
                self.leave()
        elif offer.is_poll:
            self._poll(offer.op)
        else:
            self._line.append(Waiting(offer.op, "here"))
            self._match()

    def give(self, op: int, guard: int) -> bool:
        """Gives a value to an operation that is not in line. Whether there is one, and nobody before it."""
        if self._state != "linked" or self._line or self._is_giving or not self._values:
            return False
        self._give_next(op, guard)
        return True

    def withdraw(self, op: int) -> bool:
        waiting = self._in_line(op)
        if waiting is None:
            return False
        if waiting.place == "here":
            self._line.remove(waiting)
            self._withdrawn(op)
        else:
            waiting.place = "unwanted"
        return True

    def taken(self) -> bool:
        """Of the value that is being given. False: the link has ended, and nobody has taken it."""
        # What the party began at this moment may have ended the link.
        if self._state != "linked":
            return False
        said = self._carrier.answer(TAKEN)
        if said == "has no room":
            self.leave()
            return False
        self._taken += 1
        self._note_flow()
        if said == "is heard by nobody":
            self.leave()
        return True

    def refused(self, why: str) -> None:
        if self._state == "linked":
            self._carrier.put(refused(why))

    def leave(self) -> None:
        if self._moves("leaves"):
            self._values.clear()
            self._finish_leaving()

    def close(self) -> None:
        if self._state != "over":
            self._last = lambda: self._around.supervisor.close(self._end)
            self.leave()

    def tell(self) -> None:
        if self._state == "linked":
            self._say_flow()

    def tell_news(self) -> None:
        """The same, if the supervisor is to hear of something anyway, and has not."""
        if self._flow_due is not None:
            self._flow_due()
            self._flow_due = None
            self.tell()

    @property
    def is_still(self) -> bool:
        return not self._carrier.is_writing and self._reader.is_between_values

    # ── what the supervisor says ──────────────────────────────────────────────────────────────────────────────────

    def hear(self, answer: Answer) -> bool:
        waiting = self._in_line(answer.op) if self._asked > 0 else None
        asked = None if waiting is None or waiting.place == "here" else waiting
        is_back = asked is not None and asked.place == "asked" and isinstance(answer, Withdrawn)
        if asked is not None:
            self._asked -= 1
            if is_back:
                asked.place = "here"
            else:
                self._line.remove(asked)
        if isinstance(answer, Failed) and (asked is not None or self._is_of_this_end(answer)):
            # The sender is gone: what else it has left here, nobody was given, and nobody is.
            self.leave()
        if asked is None:
            return False
        if not is_back:
            # What it has got came before what is next on the link.
            self._around.answer(answer)
        self._match()
        self._finish_leaving()
        return True

    # ── what the sender says ──────────────────────────────────────────────────────────────────────────────────────

    def read(self, chunk: bytes) -> None:
        try:
            for value in self._reader.read(chunk):
                self._arrived(value)
        except Nonsense:
            self.leave()

    def ended(self) -> None:
        """It writes no more."""
        self.leave()

    def unheard(self) -> None:
        """It is dead."""
        self.leave()

    # ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _moves(self, event: Event) -> bool:
        after = TABLE.get((self._state, event))
        if after is None:
            return False
        self._state = after
        return True

    def _arrived(self, value: bytes) -> None:
        if self._moves("has a value"):
            self._ask_back()
        if self._state != "linked":
            return
        self._values.append(value)
        self._bytes += len(value)
        if self._is_too_much:
            self.leave()
            return
        self._note_flow()
        self._match()

    def _ask_back(self) -> None:
        """What waits at the supervisor is to wait here."""
        outstanding = self._around.outstanding_on(self._end)
        if outstanding is None or outstanding.has_choice:
            self.leave()
            return
        if any(operation.shape == "work" for operation in outstanding.operations):
            self.leave()
            return
        for operation in outstanding.operations:
            # A poll comes back by itself, and what was called off is not wanted any more.
            if operation.is_poll or operation.state == "recalled":
                continue
            self._line.append(Waiting(operation.op, "asked"))
            self._asked += 1
            self._around.supervisor.withdraw(operation.op, "tentative")

    def _match(self) -> None:
        if self._is_giving:
            return
        while self._state == "linked" and self._values and self._line and self._line[0].place == "here":
            self._give_next(self._line.popleft().op, 0)

    def _give_next(self, op: int, guard: int) -> None:
        value = self._values.popleft()
        self._bytes -= len(value)
        self._is_giving = True
        self._giving(self)
        try:
            self._around.answer(Deliver(op, guard, 1, value))
        finally:
            self._giving(None)
            self._is_giving = False

    def _poll(self, op: int) -> None:
        """Code that asks again and again must not keep its process from reading what has come."""
        if self.give(op, 0):
            return

        def ask_again() -> None:
            if not self.give(op, 0):
                self._withdrawn(op)

        self._around.later(0, ask_again)

    def _finish_leaving(self) -> None:
        if self._asked > 0 or not self._moves("has nothing to wait for"):
            return
        around, line = self._around, list(self._line)
        around.over(self._end)
        self._line.clear()
        for waiting in line:
            guard = words.Guard(self._end)
            around.supervisor.offer(Offer(around.renumber(waiting.op), [guard], is_poll=False, may_be_direct=True))
        if self._flow_due is not None:
            self._flow_due()
            self._flow_due = None
        self._carrier.close(self._part)

    def _part(self) -> None:
        """Now all that it has said is on its way, or nobody has taken what it was about."""
        if self._taken > 0:
            self._say_flow()
        self._around.supervisor.parted(self.link)
        self._last()

    @property
    def _is_too_much(self) -> bool:
        """One value is always allowed, however large."""
        settings = self._settings
        return (
            len(self._values) > settings.window_operations
            or self._bytes > settings.window_bytes + settings.max_value_bytes
        )

    def _is_of_this_end(self, answer: Answer) -> bool:
        outstanding = self._around.outstanding_on(self._end)
        if outstanding is None or outstanding.has_choice:
            return True
        return any(operation.op == answer.op for operation in outstanding.operations)

    def _in_line(self, op: int) -> Optional[Waiting]:
        return next((waiting for waiting in self._line if waiting.op == op), None)

    def _note_flow(self) -> None:
        if self._flow_due is None:
            self._flow_due = self._around.later(_FLOW_INTERVAL, self.tell_news)

    def _say_flow(self) -> None:
        self._around.supervisor.flow(self.link, self._taken, len(self._values), len(self._line))


def _nothing() -> None:
    pass
