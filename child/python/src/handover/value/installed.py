"""The package `msgpack`, held to what may be sent.

It reads more than docs/protocol.md, section 5 has: other forms of extension types, bytes as keys, deeper nesting.
Where a value may have some of that, our own reader looks at it.
"""

from __future__ import annotations

from typing import Any

import msgpack  # type: ignore[import-not-found, import-untyped, unused-ignore]

from . import msgpack as plain
from .msgpack import DEEPEST_READ, Extension, Undecodable

# Each is the first byte of an extension: a moment, an end, or something that nobody may send.
_EXTENSIONS = tuple(bytes([code]) for code in (0xC7, 0xC8, 0xC9, 0xD4, 0xD5, 0xD6, 0xD7, 0xD8))


class InstalledPacker:
    def pack(self, value: object) -> bytes:
        try:
            packed: bytes = msgpack.packb(value, default=_extension, use_bin_type=True, strict_types=True)
        except ValueError:
            # It nests less deep than may be sent.
            return plain.pack(value)
        return packed

    def unpack(self, data: bytes) -> Any:
        if any(code in data for code in _EXTENSIONS):
            return plain.unpack(data)
        try:
            value = msgpack.unpackb(data, raw=False, strict_map_key=False, object_hook=_with_text_keys)
        except Exception:
            # It says less of what is wrong.
            return plain.unpack(data)
        return plain.unpack(data) if _is_deep(value) else value


def _extension(value: object) -> Any:
    if type(value) is Extension:
        return msgpack.ExtType(value.code, value.data)
    raise TypeError(f"{type(value).__name__} is no part of plain msgpack")


def _with_text_keys(entries: dict[Any, Any]) -> dict[Any, Any]:
    for key in entries:
        if type(key) is not str:
            raise Undecodable("a key is not a string")
    return entries


def _is_deep(value: object) -> bool:
    level: list[Any] = [value]
    for _ in range(DEEPEST_READ):
        level = [
            entry
            for holder in level
            if type(holder) in (list, dict)
            for entry in (holder.values() if type(holder) is dict else holder)
        ]
        if not level:
            return False
    return True
