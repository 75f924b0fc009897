"""One end of a channel in this process; the Senders or Receivers that share it are its copies."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Literal, Optional

from ..wire.messages import Side

if TYPE_CHECKING:
    from ..contracts import Contract
    from .operations import Operation


class End:
    """
    | state     | meaning                                                                     |
    | --------- | --------------------------------------------------------------------------- |
    | `open`    | it may be used                                                              |
    | `closing` | its last copy was closed, and operations that were begun before go first    |
    | `closed`  | this process has it no more: the supervisor knows that it is closed or moved |
    | `left`    | the process is about to end, and leaves it to its stage                     |
    """

    def __init__(self, number: int, side: Side, channel: str, contract: Optional[Contract] = None) -> None:
        self.number = number
        self.side = side
        self.channel = channel
        self.contract = contract
        """Of one that sends: what each value must meet before it is encoded."""
        self.state: Literal["open", "closing", "closed", "left"] = "open"
        self.copies = 1
        self.travelling = 0
        """How many of the copies are inside values on their way."""
        self.offered = 0
        self.offered_bytes = 0
        self.large_bytes = 0
        """Of selects that are offered: the bytes of their large values for this end."""
        self.selects = 0
        self.held: deque[Operation] = deque()
        """What is kept back until there is room in the window, oldest first."""

    @property
    def is_in_use(self) -> bool:
        """Whether the code has a copy that it can use."""
        return self.copies > self.travelling

    @property
    def is_idle(self) -> bool:
        return self.offered == 0 and self.selects == 0 and not self.held

    @property
    def word(self) -> str:
        return "sender" if self.side == "send" else "receiver"
