"""Who decides about the operations of a process: its supervisor, or, while a channel has a direct link, that."""

from __future__ import annotations

from typing import Literal, NamedTuple, Optional, Protocol

from ..wire import words

Kind = Literal["tentative", "final"]


class Offer(NamedTuple):
    op: int
    guards: list[words.Guard]
    is_poll: bool
    is_choice: bool = False
    is_priority: bool = False
    may_be_direct: bool = False
    """Whether who decides may be as slow as the code at the other end of the channel."""


class Authority(Protocol):
    def offer(self, offer: Offer) -> None: ...

    def withdraw(self, op: int, kind: Kind) -> None: ...

    def taken(self, op: int) -> bool:
        """Says so. False: that cannot be said any more, and nobody has taken the value."""

    def returned(self, op: int) -> None: ...

    def abandoned(self, op: int, why: str) -> None: ...

    def refused(self, op: int, why: str) -> None: ...

    def close(self, end: int) -> None: ...

    def inspect(self, query: int, end: int) -> None: ...

    def open_channel(self, sender: int, receiver: int, name: str, terms: ChannelTerms) -> None: ...

    def expects(self, end: int, contract: str) -> None: ...


class ChannelTerms(NamedTuple):
    capacity: int
    overflow: str
    max_attempts: int
    dead_letters: Optional[int]
    """The end that leads there."""
    contract: Optional[str] = None
