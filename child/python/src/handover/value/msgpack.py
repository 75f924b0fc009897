"""Plain msgpack, in Python alone: nothing has to be installed.

It reads every form of docs/protocol.md, section 5, and refuses every other; it writes the shortest form of each.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple

MAX_DEPTH = 128
"""Arrays and maps may be nested this deep."""
DEEPEST_READ = MAX_DEPTH + 16
"""A dead letter is one level deeper than its value, and may itself become one."""

TIMESTAMP = -1
END = 1
"""The extension type of an end: one byte, its place among those that the value carries."""


class Extension(NamedTuple):
    """Bytes of an extension type."""

    code: int
    data: bytes


class Undecodable(Exception):
    """The bytes are no value that Python can hold."""


def pack(value: object) -> bytes:
    """The bytes of a value that was found to be encodable."""
    out = bytearray()
    _write(value, out)
    return bytes(out)


def unpack(data: bytes, ends: Sequence[object] = ()) -> Any:
    """The value of these bytes, and of all of them; where it names ends, with those of the list.

    Raises Undecodable.
    """
    reader = _Reader(data, ends)
    value = reader.value(0)
    if reader.at < len(data):
        raise Undecodable(f"it has {len(data)} bytes, not {reader.at}")
    if len(reader.named) < len(ends):
        # An end that the value does not mention could be closed by nobody.
        raise Undecodable(f"it carries {len(ends)} ends, and mentions {len(reader.named)}")
    return value


def _write(value: Any, out: bytearray) -> None:
    kind = type(value)
    if kind is str:
        text = value.encode()
        length = len(text)
        if length < 32:
            out.append(0xA0 | length)
        else:
            _write_length(length, out, (0xD9, 0xDA, 0xDB))
        out += text
    elif kind is int:
        _write_int(value, out)
    elif value is None:
        out.append(0xC0)
    elif kind is bool:
        out.append(0xC3 if value else 0xC2)
    elif kind is float:
        out += struct.pack(">Bd", 0xCB, value)
    elif kind is bytes:
        _write_length(len(value), out, (0xC4, 0xC5, 0xC6))
        out += value
    elif kind is list:
        _write_count(len(value), out, 0x90, 0xDC)
        for element in value:
            _write(element, out)
    elif kind is dict:
        _write_count(len(value), out, 0x80, 0xDE)
        for key, entry in value.items():
            _write(key, out)
            _write(entry, out)
    elif kind is Extension:
        _write_extension(value, out)
    else:
        raise TypeError(f"{kind.__name__} is no part of plain msgpack")


def _write_int(number: int, out: bytearray) -> None:
    if 0 <= number < 0x80:
        out.append(number)
    elif -32 <= number < 0:
        out.append(number & 0xFF)
    elif number > 0:
        for code, size in ((0xCC, 1), (0xCD, 2), (0xCE, 4), (0xCF, 8)):
            if number < 1 << (8 * size):
                out.append(code)
                out += number.to_bytes(size, "big")
                return
        raise OverflowError(f"{number} has more than 64 bits")
    else:
        for code, size in ((0xD0, 1), (0xD1, 2), (0xD2, 4), (0xD3, 8)):
            if number >= -(1 << (8 * size - 1)):
                out.append(code)
                out += number.to_bytes(size, "big", signed=True)
                return
        raise OverflowError(f"{number} has more than 64 bits")


def _write_length(length: int, out: bytearray, codes: tuple[int, int, int]) -> None:
    for code, size in zip(codes, (1, 2, 4)):
        if length < 1 << (8 * size):
            out.append(code)
            out += length.to_bytes(size, "big")
            return
    raise OverflowError(f"{length} bytes are too many for msgpack")


def _write_count(count: int, out: bytearray, fixed: int, code: int) -> None:
    if count < 16:
        out.append(fixed | count)
    elif count < 1 << 16:
        out += struct.pack(">BH", code, count)
    else:
        out += struct.pack(">BI", code + 1, count)


def _write_extension(extension: Extension, out: bytearray) -> None:
    code, data = extension
    fixed = {1: 0xD4, 2: 0xD5, 4: 0xD6, 8: 0xD7, 16: 0xD8}.get(len(data))
    if fixed is None:
        out += struct.pack(">BBb", 0xC7, len(data), code)
    else:
        out += struct.pack(">Bb", fixed, code)
    out += data


_NUMBERS = {
    0xCA: struct.Struct(">f"),
    0xCB: struct.Struct(">d"),
    0xCC: struct.Struct(">B"),
    0xCD: struct.Struct(">H"),
    0xCE: struct.Struct(">I"),
    0xCF: struct.Struct(">Q"),
    0xD0: struct.Struct(">b"),
    0xD1: struct.Struct(">h"),
    0xD2: struct.Struct(">i"),
    0xD3: struct.Struct(">q"),
}
_TEXTS = {0xD9: 1, 0xDA: 2, 0xDB: 4}
_BYTES = {0xC4: 1, 0xC5: 2, 0xC6: 4}
_ARRAYS = {0xDC: 2, 0xDD: 4}
_MAPS = {0xDE: 2, 0xDF: 4}
_TOO_EARLY = "it ends too early"


class _Reader:
    def __init__(self, data: bytes, ends: Sequence[object]) -> None:
        self.data = data
        self.ends = ends
        self.named: set[int] = set()
        self.at = 0

    def value(self, depth: int) -> Any:
        code = self.unsigned(1)
        if code < 0x80:
            return code
        if code < 0x90:
            return self.map(code & 0x0F, depth)
        if code < 0xA0:
            return self.array(code & 0x0F, depth)
        if code < 0xC0:
            return self.text(code & 0x1F)
        if code >= 0xE0:
            return code - 0x100
        if code in _NUMBERS:
            number = _NUMBERS[code]
            return number.unpack(self.take(number.size))[0]
        if code in _TEXTS:
            return self.text(self.unsigned(_TEXTS[code]))
        if code in _BYTES:
            return self.take(self.unsigned(_BYTES[code]))
        if code in _ARRAYS:
            return self.array(self.unsigned(_ARRAYS[code]), depth)
        if code in _MAPS:
            return self.map(self.unsigned(_MAPS[code]), depth)
        if code == 0xC0:
            return None
        if code in (0xC2, 0xC3):
            return code == 0xC3
        return self.extension(code)

    def take(self, length: int) -> bytes:
        end = self.at + length
        if end > len(self.data):
            raise Undecodable(_TOO_EARLY)
        taken = self.data[self.at : end]
        self.at = end
        return taken

    def unsigned(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def text(self, length: int) -> str:
        try:
            return self.take(length).decode()
        except UnicodeDecodeError as error:
            raise Undecodable(f"a text is not UTF-8 ({error.reason})") from None

    def array(self, count: int, depth: int) -> list[Any]:
        self.enter(depth, count)
        return [self.value(depth + 1) for _ in range(count)]

    def map(self, count: int, depth: int) -> dict[str, Any]:
        self.enter(depth, 2 * count)
        entries: dict[str, Any] = {}
        for _ in range(count):
            if not self.at_text():
                raise Undecodable("a key is not a string")
            key = self.value(depth + 1)
            entries[key] = self.value(depth + 1)
        return entries

    def enter(self, depth: int, count: int) -> None:
        if depth >= DEEPEST_READ:
            raise Undecodable(f"it is nested deeper than {MAX_DEPTH} levels")
        # Each element has a byte at least: a length that lies takes no memory.
        if self.at + count > len(self.data):
            raise Undecodable(_TOO_EARLY)

    def at_text(self) -> bool:
        if self.at == len(self.data):
            raise Undecodable(_TOO_EARLY)
        code = self.data[self.at]
        return 0xA0 <= code < 0xC0 or code in _TEXTS

    def extension(self, code: int) -> Any:
        if code == 0xD4:
            return self.end()
        length = {0xD6: 4, 0xD7: 8, 0xC7: 12}.get(code)
        if length is None:
            raise Undecodable(f"there is no such thing as {code:x} in plain msgpack")
        if code == 0xC7:
            length = self.unsigned(1)
        (kind,) = struct.unpack(">b", self.take(1))
        if kind != TIMESTAMP or (code == 0xC7 and length != 12):
            raise Undecodable(f"there is no extension of type {kind}")
        return moment_of(self.take(length))

    def end(self) -> object:
        kind, place = struct.unpack(">bB", self.take(2))
        if kind != END:
            raise Undecodable(f"there is no extension of type {kind} with 1 byte")
        if place >= len(self.ends):
            raise Undecodable(f"it mentions end {place} of the {len(self.ends)} that it carries")
        self.named.add(place)
        return self.ends[place]


_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def moment_of(data: bytes) -> datetime:
    """The moment of a timestamp of 4, 8 or 12 bytes; what is finer than a microsecond is cut off."""
    if len(data) == 4:
        seconds, nanoseconds = int.from_bytes(data, "big"), 0
    elif len(data) == 8:
        both = int.from_bytes(data, "big")
        seconds, nanoseconds = both & ((1 << 34) - 1), both >> 34
    else:
        nanoseconds, seconds = struct.unpack(">Iq", data)
    if nanoseconds > 999_999_999:
        raise Undecodable(f"a moment with {nanoseconds} nanoseconds")
    try:
        return _EPOCH + timedelta(seconds=seconds, microseconds=nanoseconds // 1000)
    except OverflowError:
        raise Undecodable("a moment that no datetime can hold (the years 1 to 9999)") from None


def timestamp_of(moment: datetime) -> Extension:
    """A moment in the shortest of its forms."""
    since = moment - _EPOCH
    seconds = since.days * 86_400 + since.seconds
    nanoseconds = since.microseconds * 1000
    if 0 <= seconds < 1 << 34:
        both = nanoseconds << 34 | seconds
        return Extension(TIMESTAMP, both.to_bytes(4 if both < 1 << 32 else 8, "big"))
    return Extension(TIMESTAMP, struct.pack(">Iq", nanoseconds, seconds))
