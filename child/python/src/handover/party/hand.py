"""The values that code was given, and of which it has yet to say what became of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

from ..value.cargo import Carried
from .authority import Authority

Word = Literal["taken", "returned", "failed"]


class Held:
    """One value in hand. The first word counts."""

    def __init__(
        self, value: Any, attempt: int, carried: Sequence[Carried], say: Callable[[Word, str], None]
    ) -> None:
        self.value = value
        self.attempt = attempt
        self._carried = carried
        self._say = say
        self._is_settled = False

    def settle(self, word: Word, why: str = "") -> None:
        if self._is_settled:
            return
        self._is_settled = True
        self._say(word, why)
        if word != "taken":
            for end in self._carried:
                end._let_go()


class Hand:
    def __init__(self, authority: Authority) -> None:
        self._authority = authority
        self._held: dict[int, Held] = {}

    def __bool__(self) -> bool:
        return len(self._held) > 0

    def hold(self, op: int, value: object, attempt: int, carried: Sequence[Carried]) -> Held:
        def say(word: Word, why: str) -> None:
            del self._held[op]
            if word == "taken":
                self._authority.taken(op)
            elif word == "returned":
                self._authority.returned(op)
            else:
                self._authority.abandoned(op, why)

        held = self._held[op] = Held(value, attempt, carried, say)
        return held

    def give_back(self) -> None:
        """The process is about to end."""
        for held in list(self._held.values()):
            held.settle("returned")
