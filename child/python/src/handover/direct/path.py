"""What the two sides of a direct link have in common, inside their processes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Optional, Protocol

from ..party.authority import Authority, Offer
from ..party.party import Outstanding
from ..wire.messages import Answer, Completed, Failed, Withdrawn
from .carrier import Carrier, Later

POLL_PATIENCE = 0.1
"""In seconds: a poll waits no longer than that for a link to end."""

ENDINGS = (Completed, Withdrawn, Failed)


class Supervisor(Authority, Protocol):
    """The supervisor, as far as it matters here."""

    def met(self, link: int) -> None: ...

    def parted(self, link: int) -> None: ...

    def flow(self, link: int, taken: int, waiting_senders: int, waiting_receivers: int) -> None: ...


@dataclass(frozen=True)
class Surroundings:
    """What a path needs of its process."""

    supervisor: Supervisor
    answer: Callable[[Answer], None]
    """The party hears what became of an operation."""
    outstanding_on: Callable[[int], Optional[Outstanding]]
    renumber: Callable[[int], int]
    later: Later
    over: Callable[[int], None]
    """The path is over: the end is the supervisor's again."""


class Path(ABC):
    """Where the operations of one end go while its channel has a direct link."""

    def __init__(self, link: int, end: int, carrier: Carrier, around: Surroundings) -> None:
        self.link = link
        self._end = end
        self._carrier = carrier
        self._around = around

    @abstractmethod
    def offer(self, offer: Offer) -> None:
        """A plain operation on the end."""

    @abstractmethod
    def withdraw(self, op: int) -> bool:
        """Whether the operation was here."""

    @abstractmethod
    def hear(self, answer: Answer) -> bool:
        """Something that the supervisor says of an operation. Whether nobody else is to hear of it."""

    @abstractmethod
    def leave(self) -> None:
        """Ends the link."""

    @abstractmethod
    def close(self) -> None:
        """The code has no more use for the end."""

    @abstractmethod
    def tell(self) -> None:
        """Somebody here wants to know how the channel is doing: the supervisor is to know as much as this process."""

    @property
    @abstractmethod
    def is_still(self) -> bool:
        """Whether nothing is on its way that this process has begun to say or to hear."""

    def _withdrawn(self, op: int) -> None:
        self._around.answer(Withdrawn(op, 0, 0))
