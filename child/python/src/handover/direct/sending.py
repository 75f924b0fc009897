"""The direct link of an end that sends. See docs/protocol.md, 14.5 and 14.6.

| state     | a plain send           | any other operation                         |
| --------- | ---------------------- | ------------------------------------------- |
| `joining` | is held back, in order | leaves; then as in `leaving`                |
| `linked`  | is written to the link | leaves; then as in `leaving`                |
| `leaving` | is held back, in order | is held back, in order; a poll not for long |
| `over`    |                        |                                             |

`joining` ends when nothing is outstanding at the supervisor any more, so that what is written comes after it (R3). `leaving`
ends when the supervisor has said that the receiver has left, and all that this one said was read: what is unanswered then
was not taken, and is offered to the supervisor.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Literal

from ..party.authority import Offer
from ..party.party import Outstanding
from ..wire.messages import Answer, Completed, Failed, ValueRefused
from .carrier import Cancel, Carrier
from .path import ENDINGS, POLL_PATIENCE, Path, Surroundings
from .words import AnswerReader, Nonsense, prefix_of

State = Literal["joining", "linked", "leaving", "over"]
Event = Literal["is alone", "leaves", "has ended"]

TABLE: Mapping[tuple[State, Event], State] = {
    ("joining", "is alone"): "linked",
    ("joining", "leaves"): "leaving",
    ("linked", "leaves"): "leaving",
    ("leaving", "has ended"): "over",
}
"""What is not here, changes nothing."""

_JOIN_PATIENCE = 0.1
"""In seconds: what is held back does not wait longer than that for the next of those that are outstanding."""

_END_PATIENCE = 2.0
"""In seconds: of a receiver that is gone, somebody else may hold the pipe."""


class SendingPath(Path):
    def __init__(
        self, link: int, end: int, carrier: Carrier, outstanding: Outstanding, around: Surroundings
    ) -> None:
        super().__init__(link, end, carrier, around)
        self._state: State = "joining"
        self._answers = AnswerReader()
        self._older = {operation.op for operation in outstanding.operations}
        """Outstanding at the supervisor since before the link."""
        self._unanswered: deque[Offer] = deque()
        """Written to the link."""
        self._recalled: set[int] = set()
        """Those of them that their code wants back."""
        self._held: deque[Offer] = deque()
        self._taken = 0
        self._missing: set[Literal["end", "resume"]] = {"end", "resume"}
        """What has to come before it is over."""
        self._stop_waiting: Cancel = _nothing
        self._last: Callable[[], None] = _nothing
        """What is done when it is over."""
        around.supervisor.met(link)
        self._link_if_alone()

    # ── what the party says ───────────────────────────────────────────────────────────────────────────────────────

    def offer(self, offer: Offer) -> None:
        if self._state == "linked" and offer.may_be_direct:
            self._write(offer)
            return
        self._hold(offer)
        if not offer.may_be_direct:
            self.leave()

    def withdraw(self, op: int) -> bool:
        if self._drop(op):
            self._withdrawn(op)
            return True
        if all(offer.op != op for offer in self._unanswered):
            return False
        self._recalled.add(op)
        self.leave()
        return True

    def leave(self) -> None:
        if self._moves("leaves"):
            self._stop_waiting()
            self._carrier.close_output()

    def close(self) -> None:
        self._last = lambda: self._around.supervisor.close(self._end)
        self.leave()

    def tell(self) -> None:
        if self._taken > 0:
            self._around.supervisor.flow(self.link, self._taken, len(self._unanswered), 0)

    @property
    def is_still(self) -> bool:
        return not self._carrier.is_writing

    # ── what the supervisor says ──────────────────────────────────────────────────────────────────────────────────

    def hear(self, answer: Answer) -> bool:
        if self._state == "joining" and answer.op in self._older and isinstance(answer, ENDINGS):
            self._older.remove(answer.op)
            if self._held:
                self._be_impatient()
            self._link_if_alone()
        return False

    def resume(self) -> None:
        """The receiver has left, or is dead."""
        self.leave()
        self._stop_waiting()
        self._stop_waiting = self._around.later(_END_PATIENCE, self.ended)
        self._came("resume")

    # ── what the receiver says ────────────────────────────────────────────────────────────────────────────────────

    def read(self, chunk: bytes) -> None:
        try:
            for why in self._answers.read(chunk):
                if not self._unanswered:
                    raise Nonsense("an answer to nothing")
                self._answered(self._unanswered.popleft().op, why)
        except Nonsense:
            self.leave()

    def ended(self) -> None:
        """It says no more."""
        if "end" not in self._missing:
            return
        self.leave()
        self._carrier.close()
        self.tell()
        self._around.supervisor.parted(self.link)
        self._came("end")

    def unheard(self) -> None:
        """It reads no more: what it has said before is still to be read."""
        self.leave()

    # ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _moves(self, event: Event) -> bool:
        after = TABLE.get((self._state, event))
        if after is None:
            return False
        self._state = after
        return True

    def _link_if_alone(self) -> None:
        if self._older or not self._moves("is alone"):
            return
        self._stop_waiting()
        # The first may find that nobody reads, and end it.
        while self._held and self._is_linked:
            self._write(self._held.popleft())

    @property
    def _is_linked(self) -> bool:
        return self._state == "linked"

    def _write(self, offer: Offer) -> None:
        value = offer.guards[0].value
        assert value is not None
        self._unanswered.append(offer)
        if len(value) <= _SHORT:
            self._carrier.put(prefix_of(value) + value)
        else:
            self._carrier.put(prefix_of(value))
            self._carrier.put(value)

    def _answered(self, op: int, why: str | None) -> None:
        if why is None:
            self._taken += 1
            self._around.answer(Completed(op, 0))
        else:
            self._around.answer(Failed(op, 0, 0, ValueRefused(why)))

    def _hold(self, offer: Offer) -> None:
        """It waits for the link to begin or to end: neither for long, if somebody may need it for that."""
        if self._state == "joining" and not self._held:
            self._be_impatient()
        self._held.append(offer)
        if offer.is_poll:
            self._around.later(POLL_PATIENCE, lambda: self._give_up(offer.op))

    def _give_up(self, op: int) -> None:
        if self._drop(op):
            self._withdrawn(op)

    def _be_impatient(self) -> None:
        """As long as what is outstanding gets fewer, what is held back would have to wait behind it anyway."""
        self._stop_waiting()
        self._stop_waiting = self._around.later(_JOIN_PATIENCE, self.leave)

    def _drop(self, op: int) -> bool:
        """Whether it was held back."""
        for offer in self._held:
            if offer.op == op:
                self._held.remove(offer)
                return True
        return False

    def _came(self, what: Literal["end", "resume"]) -> None:
        self._missing.discard(what)
        if self._missing or not self._moves("has ended"):
            return
        self._stop_waiting()
        around = self._around
        offers = [*self._unanswered, *self._held]
        self._unanswered.clear()
        self._held.clear()
        for offer in offers:
            if offer.op not in self._recalled:
                around.supervisor.offer(offer._replace(op=around.renumber(offer.op)))
        around.over(self._end)
        # For each that is told, the party may offer another, which comes after all these.
        for offer in offers:
            if offer.op in self._recalled:
                self._withdrawn(offer.op)
        self._last()


_SHORT = 65_536
"""In bytes: a longer value is not copied to join it with its length."""


def _nothing() -> None:
    pass
