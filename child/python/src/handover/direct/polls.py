"""Choices that only poll, and name an end whose link has to end first: at the supervisor they would miss whoever waits at
the other end of it. None waits for long.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..party.authority import Offer
from .carrier import Cancel, Later
from .path import POLL_PATIENCE


class _Held(NamedTuple):
    choice: Offer
    stop_waiting: Cancel


class PollingChoices:
    def __init__(
        self,
        has_link: Callable[[int], bool],
        offer: Callable[[Offer], None],
        missed: Callable[[int], None],
        later: Later,
    ) -> None:
        """`missed`: it found nobody."""
        self._has_link = has_link
        self._offer = offer
        self._missed = missed
        self._later = later
        self._held: dict[int, _Held] = {}

    def hold(self, choice: Offer) -> None:
        self._held[choice.op] = _Held(choice, self._later(POLL_PATIENCE, lambda: self._give_up(choice.op)))

    def holds(self, op: int) -> bool:
        return op in self._held

    def withdraw(self, op: int) -> bool:
        """Whether it was held."""
        held = self._held.pop(op, None)
        if held is not None:
            held.stop_waiting()
        return held is not None

    def release_free(self) -> None:
        """A link has ended: those that waited for no other are offered."""
        for choice, _ in list(self._held.values()):
            if not any(self._has_link(guard.end) for guard in choice.guards):
                self.withdraw(choice.op)
                self._offer(choice)

    def _give_up(self, op: int) -> None:
        if self.withdraw(op):
            self._missed(op)
