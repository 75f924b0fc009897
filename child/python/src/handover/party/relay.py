"""The supervisor, as the authority of a party: what that decides is said on the link."""

from __future__ import annotations

from collections.abc import Callable

from ..wire import words
from .authority import ChannelTerms, Kind, Offer


class Relay:
    def __init__(self, say: Callable[[words.Word], None]) -> None:
        self._say = say

    def offer(self, offer: Offer) -> None:
        op, guards, is_poll, is_choice, is_priority, _ = offer
        is_in_order = is_priority or (is_choice and len(guards) == 1)
        self._say(words.offer(op, guards, is_poll=is_poll, is_priority=is_in_order))

    def withdraw(self, op: int, kind: Kind) -> None:
        self._say(words.withdraw(op, kind))

    def taken(self, op: int) -> bool:
        self._say(words.taken(op))
        return True

    def returned(self, op: int) -> None:
        self._say(words.returned(op))

    def abandoned(self, op: int, why: str) -> None:
        self._say(words.abandoned(op, why))

    def refused(self, op: int, why: str) -> None:
        self._say(words.refused(op, why))

    def close(self, end: int) -> None:
        self._say(words.close(end))

    def inspect(self, query: int, end: int) -> None:
        self._say(words.inspect(query, end))

    def open_channel(self, sender: int, receiver: int, name: str, terms: ChannelTerms) -> None:
        self._say(
            words.open_channel(
                sender,
                receiver,
                name,
                capacity=terms.capacity,
                overflow=terms.overflow,
                max_attempts=terms.max_attempts,
                dead_letters=terms.dead_letters,
                contract=terms.contract,
            )
        )

    def expects(self, end: int, contract: str) -> None:
        self._say(words.expects(end, contract))

    # ── of direct links ───────────────────────────────────────────────────────────────────────────────────────────

    def met(self, link: int) -> None:
        self._say(words.met(link))

    def parted(self, link: int) -> None:
        self._say(words.parted(link))

    def flow(self, link: int, taken: int, waiting_senders: int, waiting_receivers: int) -> None:
        self._say(words.flow(link, taken, waiting_senders, waiting_receivers))
