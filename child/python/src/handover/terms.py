"""How a channel is made, and what code gets of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional, Tuple, TypeVar

from .contracts import text_of
from .errors import TopologyError
from .handle import Handle
from .party.end import End
from .party.party import Party

MOST_CAPACITY = 1_024
OVERFLOWS = ("block", "drop-newest", "drop-oldest")

S = TypeVar("S")
R = TypeVar("R")


class Pair(Tuple[S, R]):
    """Both ends of a channel, by position or by name."""

    @property
    def sender(self) -> S:
        return self[0]

    @property
    def receiver(self) -> R:
        return self[1]


@dataclass(frozen=True)
class Terms:
    """Raises TopologyError when these make no channel."""

    name: Optional[str]
    capacity: int
    overflow: str
    max_attempts: int
    dead_letters: Optional[Handle]
    contract: Optional[Mapping[str, Any]] = None

    def __post_init__(self) -> None:
        name, capacity, overflow, attempts = self.name, self.capacity, self.overflow, self.max_attempts
        if name is not None and not isinstance(name, str):
            raise TopologyError(f"a channel's name must be a str, not {name!r}: channel('name', capacity=…)")
        which = "channel" if name is None else f'channel "{name}"'

        def wrong(what: str) -> TopologyError:
            return TopologyError(f"{which}: {what}")

        if type(capacity) is not int or capacity < 0:
            raise wrong(f"capacity must be a whole number of 0 or more, not {capacity!r}")
        if capacity > MOST_CAPACITY:
            raise wrong(
                f"a stage can give a channel a capacity of at most {MOST_CAPACITY}, not {capacity}. "
                "Let the program of the supervisor make it"
            )
        if overflow not in OVERFLOWS:
            raise wrong(f"overflow must be one of {', '.join(OVERFLOWS)}, not {overflow!r}")
        if overflow != "block" and capacity == 0:
            raise wrong(f'overflow "{overflow}" needs a capacity of 1 or more: a rendezvous holds nothing')
        if type(attempts) is not int or attempts < 1:
            raise wrong(f"max_attempts must be a whole number of 1 or more, not {attempts!r}")
        letters: Any = self.dead_letters
        if letters is not None and not (isinstance(letters, Handle) and letters._end.side == "send"):
            raise TopologyError("dead_letters must be the sender of a channel: channel().sender")

    def open(self, party: Party) -> tuple[End, End]:
        """Its sending end, and its receiving one. The sender for its dead letters moves to it."""
        letters, number = self.dead_letters, None
        if letters is not None:
            letters._check("give", None)
            number = letters._number
        contract = None if self.contract is None else text_of(f'channel "{self.name}"', self.contract)
        sending, receiving = party.open_channel(
            self.name, self.capacity, self.overflow, self.max_attempts, number, contract
        )
        if letters is not None:
            letters._depart(f'channel "{sending.channel}", for its dead letters')
            letters._arrive()
        return sending, receiving
