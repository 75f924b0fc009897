"""One process between a supervisor and a direct link, both by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Optional

from handover.direct.carrier import Cancel, Said
from handover.direct.paths import Paths
from handover.direct.words import TAKEN, prefix_of
from handover.party.authority import ChannelTerms, Kind, Offer
from handover.party.end import End
from handover.party.operations import Operation
from handover.party.party import Party
from handover.party.selections import EndGuard, Selection
from handover.value.codec import Codec
from handover.value.msgpack import pack, unpack
from handover.wire.messages import Answer, Meet, Settings

SETTINGS = Settings("one", 0, 1_000, 8, 1_000, None)


def frame(value: object) -> bytes:
    """A value, as it goes over a link."""
    return prefix_of(pack(value)) + pack(value)


class Desk:
    def __init__(self) -> None:
        self.said: list[str] = []
        """To the supervisor."""
        self.written = b""
        """To the link."""
        self.says: Said = "is with the kernel"
        """What becomes of an answer."""
        self.is_output_open = True
        self.is_closing_slow = False
        self.on_closed: Callable[[], None] = lambda: None
        self.now = 0.0
        self._times: list[tuple[float, Callable[[], None]]] = []
        self._events: Any = None
        self.paths = Paths(self, lambda: self.party, SETTINGS, self._open, self._later)
        self.party = Party(SETTINGS, self.paths, lambda party, end: None, Codec())  # type: ignore[arg-type, return-value]

    # ── the supervisor ────────────────────────────────────────────────────────────────────────────────────────────

    def offer(self, offer: Offer) -> None:
        value = offer.guards[0].value
        what = "receive" if value is None else f"send {unpack(value)}"
        self.said.append(f"{'poll' if offer.is_poll else 'offer'} {offer.op} {what}")

    def withdraw(self, op: int, kind: Kind) -> None:
        self.said.append(f"withdraw {op} {kind}")

    def taken(self, op: int) -> bool:
        self.said.append(f"taken {op}")
        return True

    def returned(self, op: int) -> None:
        self.said.append(f"returned {op}")

    def abandoned(self, op: int, why: str) -> None:
        self.said.append(f"abandoned {op}")

    def refused(self, op: int, why: str) -> None:
        self.said.append(f"refused {op}")

    def close(self, end: Any = None, then: Any = None) -> None:
        """Of an end; and of the carrier, which is this one, too."""
        if isinstance(end, int):
            self.said.append(f"close {end}")
            return
        self.on_closed = end or (lambda: None)
        if not self.is_closing_slow:
            self.on_closed()

    def inspect(self, query: int, end: int) -> None:
        self.said.append(f"inspect {end}")

    def open_channel(self, sender: int, receiver: int, name: str, terms: ChannelTerms) -> None:
        self.said.append(f"open {name}")

    def met(self, link: int) -> None:
        self.said.append("met")

    def parted(self, link: int) -> None:
        self.said.append("parted")

    def flow(self, link: int, taken: int, waiting_senders: int, waiting_receivers: int) -> None:
        self.said.append(f"flow {taken} {waiting_senders} {waiting_receivers}")

    def news(self) -> list[str]:
        said, self.said = self.said, []
        return said

    def hear(self, answer: Answer) -> None:
        self.paths.hear(answer)

    # ── the link ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _open(self, read_path: str, write_path: str, events: Callable[[], Any]) -> Any:
        self._events = events
        return self

    @property
    def is_writing(self) -> bool:
        return False

    def put(self, data: bytes) -> None:
        if self.is_output_open:
            self.written += data

    def answer(self, byte: bytes) -> Said:
        if self.says == "is with the kernel":
            self.written += byte
        return self.says

    def close_output(self) -> None:
        self.is_output_open = False

    def meet(self, end: int = 1) -> None:
        self.paths.meet(Meet(7, end, "read", "write"))

    def read(self, data: bytes) -> None:
        self._events().read(data)

    def answers(self, count: int = 1) -> None:
        self.read(TAKEN * count)

    def ended(self) -> None:
        self._events().ended()

    # ── time ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _later(self, seconds: float, ring: Callable[[], None]) -> Cancel:
        entry = (self.now + seconds, ring)
        self._times.append(entry)

        def cancel() -> None:
            if entry in self._times:
                self._times.remove(entry)

        return cancel

    def passes(self, seconds: float) -> None:
        self.now += seconds
        for entry in sorted((one for one in self._times if one[0] <= self.now), key=lambda one: one[0]):
            if entry in self._times:
                self._times.remove(entry)
                entry[1]()

    # ── code ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def sender(self) -> End:
        return self.party.end(1, "send", "words")

    def receiver(self) -> End:
        return self.party.end(1, "receive", "words")

    def send(self, end: End, value: object, *, is_patient: bool = True) -> Operation:
        return self.party.begin(end, "send", value, is_patient=is_patient)

    def receive(self, end: End) -> Operation:
        return self.party.begin(end, "receive", None, is_patient=True)

    def select(self, end: End, value: object = None, *, is_poll: bool = False) -> Selection:
        selection = Selection([EndGuard(end, value)], is_poll=is_poll, is_priority=False)
        self.party.select(selection)
        return selection


def outcome(operation: Any) -> Optional[object]:
    """What its code was told; `waits` where that is nothing yet."""
    if not operation.is_over:
        return "waits"
    return operation.error if operation.error is not None else operation.result
