"""What a `select` waits for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Optional, Union

from .handle import Handle
from .party.party import Party
from .party.selections import EndGuard, Outcome, Selection
from .patience import check_seconds


@dataclass(frozen=True)
class ReceiveGuard:
    """Made by `receiver.on_receive()`."""

    receiver: Handle


@dataclass(frozen=True)
class SendGuard:
    """Made by `sender.on_send(value)`."""

    sender: Handle
    value: object


@dataclass(frozen=True)
class After:
    """Made by `after(seconds)`."""

    seconds: float


Guard = Union[ReceiveGuard, SendGuard, After]
Guards = Mapping[str, Optional[Guard]]
"""A guard that is None is not waited for."""


@dataclass(frozen=True)
class Chosen:
    """Which guard of a select it was; `otherwise` where none was ready."""

    guard: str
    value: Any = None
    """Of a guard that received."""
    is_ended: bool = False
    """Of a guard that would receive: its channel has ended."""


def after(seconds: float) -> After:
    """A guard that is ready when so many seconds have gone by since its select began."""
    check_seconds("after", seconds)
    return After(seconds)


class Choice(NamedTuple):
    """A select that has not begun."""

    selection: Selection
    names: list[str]
    """Of the guards on channels."""
    time: Optional[str]
    """The guard that is chosen when the time is over."""
    seconds: Optional[float]

    def begin(self, party: Party) -> None:
        """Raises what a select raises that cannot begin."""
        if self.selection.guards:
            party.select(self.selection)
        elif self.selection.is_poll:
            self.selection.succeed(Outcome(None))

    def recall(self, party: Party) -> None:
        """Its time is over."""
        if self.selection.guards:
            party.recall_selection(self.selection)
        else:
            self.selection.succeed(Outcome(None))

    def chosen(self, outcome: Outcome) -> Chosen:
        if outcome.guard is None:
            return Chosen(self.time or "otherwise")
        return Chosen(self.names[outcome.guard], outcome.value, outcome.is_ended)


def choice_of(guards: Guards, *, priority: bool, otherwise: bool) -> Choice:
    """Raises EndClosedError, EndMovedError; TypeError for what is no guard."""
    names: list[str] = []
    ends: list[EndGuard] = []
    times: list[tuple[float, str]] = []
    for name, guard in guards.items():
        if guard is None:
            continue
        if isinstance(guard, After):
            times.append((guard.seconds, name))
        elif isinstance(guard, (ReceiveGuard, SendGuard)):
            names.append(name)
            ends.append(_end_guard(guard))
        else:
            what = f'select: "{name}" is {guard!r:.80}, and no guard'
            raise TypeError(f"{what}. Guards are made by receiver.on_receive(), sender.on_send(value) and after()")
    if not ends and not times and not otherwise:
        raise ValueError("select: there is nothing to wait for: every guard is None")
    seconds, time = (None, None) if otherwise or not times else min(times, key=lambda one: one[0])
    selection = Selection(ends, is_poll=otherwise, is_priority=priority)
    return Choice(selection, names, time, seconds)


def _end_guard(guard: Union[ReceiveGuard, SendGuard]) -> EndGuard:
    handle, value = (guard.sender, guard.value) if isinstance(guard, SendGuard) else (guard.receiver, None)
    handle._check("send" if isinstance(guard, SendGuard) else "receive", value)
    return EndGuard(handle._end, value)

