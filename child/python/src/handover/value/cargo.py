"""The ends of channels inside one value.

They do not travel in its bytes: there stands only each one's place in a list, which goes beside the bytes, so that
whoever counts ends need not read the value.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

MOST_CARRIED = 64
"""How many ends one value may carry."""


class Carried(ABC):
    """An end, as a value sees it. Inside a value it leaves its holder, and is back when the value is."""

    @property
    @abstractmethod
    def _number(self) -> int:
        """The number by which the supervisor knows it."""

    @abstractmethod
    def _unfit_for(self, party: object) -> str | None:
        """Why it cannot go with a value of that party, in words; None when it can."""

    @abstractmethod
    def _depart(self, to: str) -> None:
        """Its value is on its way: it cannot be used here. Departing twice is departing once."""

    @abstractmethod
    def _arrive(self) -> None:
        """Its value was taken: it is somebody else's now."""

    @abstractmethod
    def _come_back(self) -> None:
        """Its value is back, and it can be used again."""

    @abstractmethod
    def _let_go(self) -> None:
        """It is needed no more."""


class Cargo:
    """The ends that one value carries."""

    def __init__(self, party: object) -> None:
        self._party = party
        self._ends: list[Carried] = []

    def __bool__(self) -> bool:
        return len(self._ends) > 0

    @property
    def numbers(self) -> list[int]:
        """The list that goes beside the bytes."""
        return [end._number for end in self._ends]

    def place(self, end: Carried) -> int | str:
        """Its place in the list; or why it cannot be there, in words."""
        for place, known in enumerate(self._ends):
            if known is end:
                return place
        if len(self._ends) == MOST_CARRIED:
            return f"one end more than the {MOST_CARRIED} that a value may carry"
        why = end._unfit_for(self._party)
        if why is not None:
            return why
        self._ends.append(end)
        return len(self._ends) - 1

    def depart(self, to: str) -> None:
        for end in self._ends:
            end._depart(to)

    def arrive(self) -> None:
        for end in self._ends:
            end._arrive()

    def come_back(self) -> None:
        for end in self._ends:
            end._come_back()
