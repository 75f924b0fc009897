"""Contracts of channels: JSON Schemas that each value meets before it is sent. See docs/protocol.md, section 15.

What checks is the package `jsonschema`, an extra: it is imported with the first check.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from importlib.util import find_spec
from math import isfinite
from typing import Any, Optional

from .errors import ContractError, FailedOperation, TopologyError
from .value.cargo import Carried
from .value.encodable import Path, written
from .value.msgpack import MAX_DEPTH

FEATURE = "contracts"

_ANYTHING: tuple[Any, ...] = (None, False, 0, "", [], {})
"""One of each type of JSON: where a value has something for which JSON has no word, it meets a schema with all of them
in that place (15.4)."""

Check = Callable[[Any], Optional[tuple[Path, str]]]


def features() -> list[str]:
    """What this process can, as the hello names it."""
    return [FEATURE] if find_spec("jsonschema") is not None else []


def text_of(who: str, schema: object) -> str:
    """A schema as it is told.

    Raises TopologyError.
    """
    if not isinstance(schema, Mapping):
        raise TopologyError(f"{who}: a contract must be a JSON Schema, as a dict, not {schema!r}")
    return json.dumps(schema, separators=(",", ":"))


class Contract:
    """That of one channel. What checks it is made with the first value."""

    def __init__(self, channel: str, text: str) -> None:
        self._channel = channel
        self._text = text
        self._check: Optional[Check] = None

    def check(self, value: object, failed: Callable[[], FailedOperation]) -> None:
        """Raises ContractError."""
        if self._check is None:
            self._check = _compiled(self._channel, json.loads(self._text))
        for view in views_of(value):
            unmet = self._check(view)
            if unmet is not None:
                path, expected = unmet
                raise ContractError(failed(), written(path), expected)


def views_of(value: object) -> list[Any]:
    """What must meet the schema for the value to do so: most often only the value itself."""
    if not _has_wordless(value, 0):
        return [value]
    return [_with(value, one) for one in _ANYTHING]


def _has_wordless(value: object, depth: int) -> bool:
    if isinstance(value, (list, dict)):
        # What is nested deeper cannot be sent, which is found out next.
        entries = value.values() if isinstance(value, dict) else value
        return depth < MAX_DEPTH and any(_has_wordless(entry, depth + 1) for entry in entries)
    return _is_wordless(value)


def _with(value: Any, one: object) -> Any:
    if isinstance(value, list):
        return [_with(entry, one) for entry in value]
    if isinstance(value, dict):
        return {key: _with(entry, one) for key, entry in value.items()}
    return one if _is_wordless(value) else value


def _is_wordless(value: object) -> bool:
    if isinstance(value, float):
        return not isfinite(value)
    return isinstance(value, (bytes, datetime, Carried))


def _compiled(channel: str, schema: Any) -> Check:
    try:
        from jsonschema import Draft202012Validator
        from referencing import Registry
    except ImportError as cause:
        raise TopologyError(
            f'"{channel}" has a contract, and nothing here checks it: pip install \'handover-child[contracts]\''
        ) from cause
    # Nothing is looked up elsewhere.
    validator = Draft202012Validator(schema, registry=Registry())

    def check(view: Any) -> Optional[tuple[Path, str]]:
        try:
            error = next(validator.iter_errors(view), None)
        except Exception as cause:
            raise TopologyError(f'"{channel}" has a contract that cannot be checked in Python: {cause}') from cause
        return None if error is None else (tuple(error.absolute_path), str(error.message)[:_LONGEST])

    return check


_LONGEST = 300
"""In characters: a message tells the value, which may be large."""
