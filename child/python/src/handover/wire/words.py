"""What a process says, each message as its bytes. See docs/protocol.md, section 3."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from ..value.msgpack import pack

VERSION = [1, 0]
FIRST_OWN_END = 2**31
"""The number of an end on one link: below it given by the supervisor, from there on by the process."""

_LONGEST_TEXT = 4_000
_LONGEST_NAME = 200
_LONGEST_PLACE = 200
_MOST_PLACES = 64


class Word(NamedTuple):
    """One message."""

    header: bytes
    values: list[bytes]
    concerns: frozenset[int]
    """The ends that it names, and the operation that it begins or asks back: what must not overtake it (2.7)."""

    @property
    def length(self) -> int:
        return sum(map(len, self.values))


@dataclass(frozen=True)
class Guard:
    """A receive on an end; with a value, a send on it."""

    end: int
    value: bytes | None = None
    ends: list[int] = field(default_factory=list)
    """Those of the process's own ends that the value carries."""


def hello(language: str, features: list[str], token: str) -> Word:
    return _said(1, VERSION, language, features, token)


def offer(op: int, guards: list[Guard], *, is_poll: bool, is_priority: bool) -> Word:
    header = offer_header(op, guards, is_poll=is_poll, is_priority=is_priority)
    values = [guard.value for guard in guards if guard.value is not None]
    ends = (end for guard in guards for end in (guard.end, *guard.ends))
    return Word(header, values, frozenset((_operation(op), *ends)))


def offer_header(op: int, guards: list[Guard], *, is_poll: bool, is_priority: bool) -> bytes:
    flags = (1 if is_poll else 0) | (2 if is_priority else 0)
    return pack([2, op, flags, [_guard(guard) for guard in guards]])


def withdraw(op: int, kind: Literal["tentative", "final"]) -> Word:
    return _said(3, op, 1 if kind == "final" else 0, concerns=_operation(op))


def taken(op: int) -> Word:
    return _said(4, op)


def returned(op: int) -> Word:
    return _said(5, op)


def refused(op: int, why: str) -> Word:
    return _said(6, op, _cut(why, _LONGEST_TEXT))


def close(end: int) -> Word:
    return _said(7, end, concerns=end)


def inspect(query: int, end: int) -> Word:
    return _said(8, query, end, concerns=end)


def open_channel(
    sender: int,
    receiver: int,
    name: str,
    *,
    capacity: int,
    overflow: str,
    max_attempts: int,
    dead_letters: int | None = None,
    contract: str | None = None,
) -> Word:
    terms: dict[str, object] = {"capacity": capacity, "overflow": overflow, "maxAttempts": max_attempts}
    if dead_letters is not None:
        terms["deadLetters"] = dead_letters
    if contract is not None:
        terms["contract"] = contract
    return _said(9, sender, receiver, _cut(name, _LONGEST_NAME), terms)


def idle(probe: int, is_idle: bool, places: Mapping[int, str | None]) -> Word:
    """`places`: where code waits, in words, by the number of the operation; what has none, and is too much, is left out."""
    named = [[op, _cut(place, _LONGEST_PLACE)] for op, place in places.items() if op > 0 and place is not None]
    return _said(10, probe, 1 if is_idle else 0, named[:_MOST_PLACES])


def abandoned(op: int, why: str) -> Word:
    return _said(11, op, _cut(why, _LONGEST_TEXT))


def met(link: int) -> Word:
    return _said(13, link)


def parted(link: int) -> Word:
    return _said(14, link)


def flow(link: int, taken: int, waiting_senders: int, waiting_receivers: int) -> Word:
    return _said(15, link, taken, waiting_senders, waiting_receivers)


def expects(end: int, contract: str) -> Word:
    return _said(16, end, contract)


def _said(*header: object, concerns: int | None = None) -> Word:
    return Word(pack(list(header)), [], _NOTHING if concerns is None else frozenset((concerns,)))


_NOTHING: frozenset[int] = frozenset()


def _operation(op: int) -> int:
    """As a number that no end has."""
    return -1 - op


def _guard(guard: Guard) -> list[object]:
    if guard.value is None:
        return [guard.end]
    if not guard.ends:
        return [guard.end, len(guard.value)]
    return [guard.end, len(guard.value), guard.ends]


def _cut(text: str, longest: int) -> str:
    """The beginning of a text that is too long, in characters; what is half a character is replaced."""
    whole = text.encode(errors="replace").decode()
    return whole if len(whole) <= longest else f"{whole[:longest]}…"
