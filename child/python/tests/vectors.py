"""The golden vectors that all languages share."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from handover.value.cargo import Carried

FOLDER = Path(__file__).resolve().parents[3] / "test" / "vectors"


def vectors_in(file: str) -> list[dict[str, Any]]:
    vectors: list[dict[str, Any]] = json.loads((FOLDER / file).read_text())["vectors"]
    return vectors


def from_notation(notation: dict[str, Any], ends: list[Carried]) -> Any:
    """What a value of the notation is in Python."""
    ((kind, value),) = notation.items()
    if kind == "int":
        return int(value)
    if kind == "float":
        return float(value)
    if kind == "bin":
        return bytes.fromhex(value)
    if kind == "array":
        return [from_notation(element, ends) for element in value]
    if kind == "map":
        return {key: from_notation(entry, ends) for key, entry in value}
    if kind == "time":
        since = timedelta(seconds=int(value["seconds"]), microseconds=value["nanoseconds"] / 1000)
        return datetime(1970, 1, 1, tzinfo=timezone.utc) + since
    if kind == "end":
        return ends[value]
    return value


class LooseEnd(Carried):
    """An end of no channel."""

    def __init__(self, number: int) -> None:
        self.number = number

    @property
    def _number(self) -> int:
        return self.number

    def _unfit_for(self, party: object) -> str | None:
        return None

    def _depart(self, to: str) -> None:
        pass

    def _arrive(self) -> None:
        pass

    def _come_back(self) -> None:
        pass

    def _let_go(self) -> None:
        pass
