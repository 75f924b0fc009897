"""How a channel is made."""

from __future__ import annotations

from typing import Optional

from .errors import TopologyError
from .handle import Handle
from .party.end import End
from .party.party import Party

MOST_CAPACITY = 1_024
OVERFLOWS = ("block", "drop-newest", "drop-oldest")


def check_terms(name: object, capacity: object, overflow: object, max_attempts: object) -> None:
    """Raises TopologyError when these make no channel."""
    if name is not None and not isinstance(name, str):
        raise TopologyError(f"a channel's name must be a str, not {name!r}: channel('name', capacity=…)")

    which = 'channel' if name is None else f'channel "{name}"'

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
    if type(max_attempts) is not int or max_attempts < 1:
        raise wrong(f"max_attempts must be a whole number of 1 or more, not {max_attempts!r}")


def open_channel(
    party: Party, name: Optional[str], capacity: int, overflow: str, max_attempts: int, dead_letters: Optional[Handle]
) -> tuple[End, End]:
    """Its sending end, and its receiving one. The sender for its dead letters moves to it."""
    number = None
    if dead_letters is not None:
        dead_letters._check("give", None)
        number = dead_letters._number
    sending, receiving = party.open_channel(name, capacity, overflow, max_attempts, number)
    if dead_letters is not None:
        dead_letters._depart(f'channel "{sending.channel}", for its dead letters')
        dead_letters._arrive()
    return sending, receiving
