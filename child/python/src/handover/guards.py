"""What a `select` waits for."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Any, NamedTuple, Optional, Union

from .handle import Handle
from .party.party import Party
from .party.selections import EndGuard, Outcome, Selection
from .times import After, At, Every, Never, Time, earliest, never, time_of


@dataclass(frozen=True)
class ReceiveGuard:
    """Made by `receiver.on_receive()`."""

    receiver: Handle


@dataclass(frozen=True)
class SendGuard:
    """Made by `sender.on_send(value)`."""

    sender: Handle
    value: object


Guard = Union[ReceiveGuard, SendGuard, After, At, Every, Never]
Guards = Mapping[str, Optional[Guard]]
"""A guard that is None, or `never`, is not waited for."""


@dataclass(frozen=True)
class Chosen:
    """Which guard of a select it was; `otherwise` where none was ready."""

    guard: str
    value: Any = None
    """Of a guard that received."""
    is_ended: bool = False
    """Of a guard that would receive: its channel has ended."""


class Choice(NamedTuple):
    """A select that has not begun."""

    selection: Selection
    names: list[str]
    """Of the guards on channels."""
    time: Optional[Time]
    """What is chosen when none of them is: when it is over, or at once, where it has come already."""

    @property
    def seconds(self) -> Optional[float]:
        """How long it is waited for; None: until one of the channels is ready."""
        if self.selection.is_poll or self.time is None:
            return None
        left = self.time.left()
        return None if left == inf else max(0.0, left)

    def begin(self, party: Party) -> None:
        """Raises what a select raises that cannot begin."""
        if self.selection.guards:
            party.select(self.selection)
        elif self.selection.is_poll:
            self.selection.succeed(Outcome(None))

    def recall(self, party: Party) -> Optional[float]:
        """Its time is over; or how long it still is, for clocks are not all the same."""
        seconds = self.seconds
        if seconds is not None and seconds > 0:
            return seconds
        if self.selection.guards:
            party.recall_selection(self.selection)
        else:
            self.selection.succeed(Outcome(None))
        return None

    def chosen(self, outcome: Outcome) -> Chosen:
        if outcome.guard is not None:
            return Chosen(self.names[outcome.guard], outcome.value, outcome.is_ended)
        if self.time is None:
            return Chosen("otherwise")
        self.time.choose()
        return Chosen(self.time.name)


class _Channel(NamedTuple):
    name: str
    guard: EndGuard


def choice_of(guards: Guards, *, priority: bool, otherwise: bool) -> Choice:
    """Raises EndClosedError, EndMovedError; TypeError for what is no guard."""
    channels: list[_Channel] = []
    times: list[Time] = []
    ready: list[Union[_Channel, Time]] = []
    """In the order in which they are written: what may be ready now."""
    for name, guard in guards.items():
        if guard is None or guard is never:
            continue
        time = time_of(name, guard)
        if time is not None:
            times.append(time)
            if time.is_standing and time.left() <= 0:
                ready.append(time)
        elif isinstance(guard, (ReceiveGuard, SendGuard)):
            channels.append(_Channel(name, _end_guard(guard)))
            ready.append(channels[-1])
        else:
            what = f'select: "{name}" is {guard!r:.80}, and no guard'
            makers = "receiver.on_receive(), sender.on_send(value), after(), at() and every()"
            raise TypeError(f"{what}. Guards are made by {makers}")
    if not channels and not times and not otherwise:
        raise ValueError("select: there is nothing to wait for: every guard is None or never")
    tried, come = _tried(ready, priority)
    is_poll = otherwise or come is not None
    selection = Selection([one.guard for one in tried], is_poll=is_poll, is_priority=priority)
    return Choice(selection, [one.name for one in tried], come if is_poll else earliest(times))


def _tried(ready: list[Union[_Channel, Time]], priority: bool) -> tuple[list[_Channel], Optional[Time]]:
    """The channels that are tried, and the time that is chosen when none of them is ready.

    A time that has come already is tried, or drawn, like the other guards: what would come after it is not tried.
    """
    channels = [one for one in ready if isinstance(one, _Channel)]
    come = [one for one in ready if isinstance(one, Time)]
    if not come:
        return channels, None
    if priority:
        return [one for one in ready[: ready.index(come[0])] if isinstance(one, _Channel)], come[0]
    first = random.choice(ready)
    return ([], first) if isinstance(first, Time) else (channels, random.choice(come))


def _end_guard(guard: Union[ReceiveGuard, SendGuard]) -> EndGuard:
    handle, value = (guard.sender, guard.value) if isinstance(guard, SendGuard) else (guard.receiver, None)
    handle._check("send" if isinstance(guard, SendGuard) else "receive", value)
    return EndGuard(handle._end, value)

