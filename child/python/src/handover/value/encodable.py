"""What a value may be made of, so that it arrives exactly as it was sent, in every language.

What cannot is refused with its path; nothing is silently altered. The list is docs/protocol.md, section 5.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Union

from .cargo import Cargo, Carried
from .msgpack import END, MAX_DEPTH, Extension, timestamp_of

Path = tuple[Union[str, int], ...]

_LEAST_INT = -(2**63)
_LARGEST_INT = 2**64 - 1


class Unencodable(Exception):
    """Something in a value that msgpack cannot carry unchanged."""

    def __init__(self, path: Path, what: str) -> None:
        self.path = written(path)
        self.what = what
        super().__init__(f"{what} at {self.path}")


class _TooDeep(Unencodable):
    pass


def to_encodable(value: object, cargo: Cargo) -> object:
    """The value itself; or, where a moment or an end in it needs another form, a copy of what leads there.

    Raises Unencodable.
    """
    try:
        return _visit(value, (), 0, cargo)
    except _TooDeep:
        cycle = _find_cycle(value, (), ())
        if cycle is None:
            raise
        raise Unencodable(cycle, "the value itself again (a cycle)") from None


def may_mention_end(value: object) -> bool:
    """Whether there may be an end somewhere in a value."""
    seen: set[int] = set()
    todo: list[Any] = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, Carried):
            return True
        if type(one) not in (list, dict) or id(one) in seen:
            continue
        seen.add(id(one))
        todo.extend(one.values() if isinstance(one, dict) else one)
    return False


def _visit(value: Any, path: Path, depth: int, cargo: Cargo) -> object:
    kind = type(value)
    if value is None or kind in (bool, float, bytes):
        return value
    if kind is int:
        if not _LEAST_INT <= value <= _LARGEST_INT:
            raise Unencodable(path, "an int of more than 64 bits (send it as a string)")
        return value
    if kind is str:
        if not _is_well_formed(value):
            raise Unencodable(path, "a string with half a character (a lone surrogate)")
        return value
    if kind is datetime:
        return _moment(value, path)
    if isinstance(value, Carried):
        place = cargo.place(value)
        if isinstance(place, str):
            raise Unencodable(path, place)
        return Extension(END, bytes([place]))
    if kind not in (list, dict):
        raise Unencodable(path, _advice(value))
    if depth == MAX_DEPTH:
        raise _TooDeep(path, f"something nested deeper than {MAX_DEPTH} levels")
    if kind is list:
        return _visit_list(value, path, depth, cargo)
    return _visit_dict(value, path, depth, cargo)


def _visit_list(value: list[Any], path: Path, depth: int, cargo: Cargo) -> object:
    copy: list[Any] | None = None
    for index, element in enumerate(value):
        encodable = _visit(element, (*path, index), depth + 1, cargo)
        if encodable is not element:
            copy = copy or list(value)
            copy[index] = encodable
    return value if copy is None else copy


def _visit_dict(value: dict[Any, Any], path: Path, depth: int, cargo: Cargo) -> object:
    copy: dict[Any, Any] | None = None
    for key, entry in value.items():
        if type(key) is not str:
            what = f"a key that is no str, but {_a(type(key).__name__)}: {key!r:.40}"
            raise Unencodable(path, f"{what} (send str(key), or a list of pairs)")
        if not _is_well_formed(key):
            raise Unencodable((*path, key), "a key with half a character (a lone surrogate)")
        if key == "__proto__":
            raise Unencodable((*path, key), 'the key "__proto__", which many receivers mistake')
        encodable = _visit(entry, (*path, key), depth + 1, cargo)
        if encodable is not entry:
            copy = copy or dict(value)
            copy[key] = encodable
    return value if copy is None else copy


def _is_well_formed(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _moment(value: datetime, path: Path) -> Extension:
    offset = value.utcoffset()
    if offset is None:
        raise Unencodable(
            path,
            "a datetime without a time zone, which is no moment "
            "(make it with datetime.now(timezone.utc), or say value.astimezone(timezone.utc))",
        )
    if offset != timedelta(0):
        raise Unencodable(
            path,
            "a datetime of another time zone than UTC, which would be lost "
            "(send value.astimezone(timezone.utc))",
        )
    return timestamp_of(value)


def _advice(value: object) -> str:
    name = type(value).__name__
    if isinstance(value, tuple):
        return f"{_a(name)}, which would arrive as a list (send list(value))"
    if isinstance(value, (set, frozenset)):
        return f"{_a(name)} (send its members as a list)"
    if isinstance(value, (bytearray, memoryview)):
        return f"{_a(name)}, which would arrive as bytes (send bytes(value))"
    if isinstance(value, BaseException):
        return f"{_a(name)} (send {{'message': str(error)}})"
    if isinstance(value, date) and not isinstance(value, datetime):
        return f"{_a(name)}, which is no moment (send value.isoformat())"
    for plain in (dict, list, int, float, str, bytes):
        if isinstance(value, plain):
            return f"{_a(name)}, which would arrive as {_a(plain.__name__)} (send {plain.__name__}(value))"
    if callable(value):
        return f"{_a(name)}"
    return f"{_a(name)} (send a dict of plain values)"


def _a(name: str) -> str:
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def _find_cycle(value: Any, path: Path, ancestors: tuple[int, ...]) -> Path | None:
    """The path at which an ancestor turns up again."""
    if type(value) not in (list, dict) or len(ancestors) > 2 * MAX_DEPTH:
        return None
    if id(value) in ancestors:
        return path
    steps: Iterable[tuple[Any, object]]
    steps = value.items() if isinstance(value, dict) else enumerate(value)
    for key, entry in steps:
        found = _find_cycle(entry, (*path, key), (*ancestors, id(value)))
        if found is not None:
            return found
    return None


def written(path: Path) -> str:
    """A path as code would write it: `$.items[3]`."""
    return "$" + "".join(
        f"[{step}]"
        if isinstance(step, int)
        else f".{step}"
        if re.fullmatch(r"[A-Za-z_$][\w$]*", step, re.ASCII)
        else f"[{json.dumps(step, ensure_ascii=not _is_well_formed(step))}]"
        for step in path
    )
