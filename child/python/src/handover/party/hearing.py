"""What is at the supervisor, and to whom each of its answers goes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from ..wire.messages import Answer, Completed, Deliver, Failed, Withdrawn
from .pending import Pending

P = TypeVar("P", bound=Pending)


class Hearing(ABC, Generic[P]):
    def __init__(self) -> None:
        self._offered: dict[int, P] = {}

    def hear(self, answer: Answer) -> bool:
        """Whether the answer was for one of these. `late` is no ending, and changes nothing: that follows."""
        pending = self._offered.get(answer.op)
        if pending is None:
            return False
        if isinstance(answer, Deliver):
            self._delivered(pending, answer)
        elif isinstance(answer, Completed):
            self._completed(pending, answer)
        elif isinstance(answer, Withdrawn):
            self._withdrawn(pending, answer)
        elif isinstance(answer, Failed):
            self._failed(pending, answer)
        return True

    def renumber(self, op: int, renumbered: int) -> bool:
        """One of these is offered once more, elsewhere. Whether it was one of these."""
        pending = self._offered.pop(op, None)
        if pending is None:
            return False
        pending.op = renumbered
        self._offered[renumbered] = pending
        return True

    @abstractmethod
    def _delivered(self, pending: P, answer: Deliver) -> None: ...

    @abstractmethod
    def _completed(self, pending: P, answer: Completed) -> None: ...

    @abstractmethod
    def _withdrawn(self, pending: P, answer: Withdrawn) -> None: ...

    @abstractmethod
    def _failed(self, pending: P, answer: Failed) -> None: ...
