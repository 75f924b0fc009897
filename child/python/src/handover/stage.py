"""This process as a stage whose operations block."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from typing import Any, Optional

from .blocking import Blocking
from .ends import Channel, Receiver, Sender, handle_of
from .environment import take_environment
from .errors import NotAStageError
from .guards import Chosen, Guards, choice_of
from .named import NOT_A_STAGE, Ends, ends_of
from .party.party import Party
from .terms import Terms

_beginning = threading.Lock()
_welcome: Optional[tuple[Blocking, Party]] = None
_ends: Optional[Ends] = None


def stage(*, contracts: Optional[Mapping[str, Mapping[str, Any]]] = None) -> Ends:
    """The ends that the supervisor gave to this process, by name. It waits until the process is needed.

    The stage ends well when the process does with exit code 0; its ends are closed then. With any other exit, a signal
    or an exception that nobody catches, the stage has failed, and whoever is at the other side of its channels learns
    so. When the supervisor asks the process to end, code that waits is left by SystemExit.

        with stage() as ends:
            for line in ends["lines"]:
                ends["words"].send(line.upper())

    `contracts`: against which JSON Schemas the code was built, by the names of its ends. Where the channel has another, the
    process is refused before it has done anything on it, and not started again.

    Raises NotAStageError when no supervisor started this process; ContractMismatchError when a channel has no contract.
    """
    with _beginning:
        if _ends is None:
            _begin()
        assert _ends is not None and _welcome is not None
        driver, party = _welcome
        with driver.turn():
            _ends.expect(party, contracts or {})
        return _ends


def _begin() -> None:
    global _welcome, _ends
    environment = take_environment(os.environ)
    if environment is None:
        raise NotAStageError(NOT_A_STAGE)
    driver = Blocking(environment, handle_of)
    connection = driver.welcome()
    with driver.turn():
        party, _ends = ends_of(connection, lambda party, end: handle_of(driver, party, end))
    _welcome = driver, party


def channel(
    name: Optional[str] = None,
    *,
    capacity: int = 0,
    overflow: str = "block",
    max_attempts: int = 3,
    dead_letters: Optional[Sender[Any]] = None,
    contract: Optional[Mapping[str, Any]] = None,
) -> Channel[Any]:
    """A new channel of the supervisor. Its ends can go to other processes inside values.

    - `capacity`: how many values the channel itself holds, up to 1,024. Default: every send waits for a receiver.
    - `overflow`: what a send does when they are full: `block`, `drop-newest` or `drop-oldest`.
    - `max_attempts`: how many attempts at one value may fail.
    - `dead_letters`: where values go that nobody can handle. The sender moves to the new channel.
    - `contract`: a JSON Schema that each value meets, or it is refused where it is sent.

    Raises TopologyError when that makes no channel.
    """
    terms = Terms(name, capacity, overflow, max_attempts, dead_letters, contract)
    driver, party = _welcomed()
    with driver.turn():
        sending, receiving = terms.open(party)
        return Channel((Sender[Any](driver, party, sending), Receiver[Any](driver, party, receiving)))


def select(guards: Guards, *, priority: bool = False, otherwise: bool = False) -> Chosen:
    """Waits on many guards at once, and commits to exactly one (R6). A guard that is None is not waited for.

        match select({"job": jobs.on_receive(), "out": out.on_send(result), "late": after(0.5)}):
            case Chosen("job", value): ...

    - `priority`: the first of the ready guards in the order in which they are written, instead of any of them
    - `otherwise`: if none is ready, `Chosen("otherwise")` at once

    Raises what `send` and `receive` raise; but a receive on a channel that has ended is chosen, with `is_ended`.
    """
    driver, party = _welcomed()
    with driver.turn():
        choice = choice_of(guards, priority=priority, otherwise=otherwise)
        choice.begin(party)
    return choice.chosen(driver.wait(choice.selection, choice.seconds, lambda: choice.recall(party)))


def _welcomed() -> tuple[Blocking, Party]:
    stage()
    assert _welcome is not None
    return _welcome
