"""The ends that the supervisor gave to a stage, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .connection import Connection
from .contracts import text_of
from .errors import ContractMismatchError, TopologyError
from .handle import Handle
from .party.end import End
from .party.party import Party

NOT_A_STAGE = (
    "no supervisor started this process, so it has no ends. Start it with "
    "`supervisor.stage(name, { command: ['python3', 'file.py'] })`"
)


class Ends(Mapping[str, Any]):
    """By name: `ends["lines"]`, or `ends.lines`. Leaving a `with` block normally closes all of them."""

    def __init__(self, connection: Connection, stage: str, ends: Mapping[str, Handle]) -> None:
        self._connection = connection
        self._stage = stage
        self._ends = ends

    def __getitem__(self, name: str) -> Any:
        if name in self._ends:
            return self._ends[name]
        raise KeyError(self._missing(name))

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and name in self._ends:
            return self._ends[name]
        raise AttributeError(self._missing(name))

    def __iter__(self) -> Iterator[str]:
        return iter(self._ends)

    def __len__(self) -> int:
        return len(self._ends)

    def __enter__(self) -> Ends:
        return self

    def __exit__(self, kind: object, error: object, _: object) -> None:
        # After a failure nobody must take the close for a clean end: the supervisor learns from the exit how it was.
        if error is None and self._connection.fate == "ended":
            for end in self._ends.values():
                end.close()

    def expect(self, party: Party, contracts: Mapping[str, Mapping[str, Any]]) -> None:
        """Against which contracts the code was built, by name: the supervisor compares them with those of the channels.

        Raises TopologyError, ContractMismatchError.
        """
        welcome = self._connection.welcome
        told = {end.name: end for end in welcome.ends} if welcome is not None else {}
        for name, schema in contracts.items():
            end = told.get(name)
            if end is None:
                raise TopologyError(self._missing(name))
            if end.contract is None:
                raise ContractMismatchError(self._stage, end.channel)
            if end.end != 0:
                party.authority.expects(end.end, text_of(f'the end "{name}"', schema))

    def _missing(self, name: str) -> str:
        known = ", ".join(f'"{known}"' for known in self._ends) or "none"
        return f'the supervisor gave stage "{self._stage}" no end named "{name}", but: {known}'


def ends_of(connection: Connection, handle_of: Callable[[Party, End], Handle]) -> tuple[Party, Ends]:
    """Those of a process that was welcomed."""
    welcome, party = connection.welcome, connection.party
    assert welcome is not None and party is not None
    handles: dict[str, Handle] = {}
    for end in welcome.ends:
        handle = handle_of(party, party.end(end.end, end.side, end.channel, end.contract))
        if end.end == 0:
            handle._forgo()
        handles[end.name] = handle
    return party, Ends(connection, welcome.settings.stage, handles)
