"""What is said on a direct link, in bytes. See docs/protocol.md, 14.4."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Optional

TAKEN = b"\x00"
"""From the receiver: the first value of which nothing was said yet was taken."""

_REFUSED = 1
_LENGTH = struct.Struct(">I")
_WHY_LENGTH = struct.Struct(">H")
_LONGEST_WHY = 4_000
"""In bytes."""


class Nonsense(Exception):
    """It is nothing that the other side may say."""


def prefix_of(value: bytes) -> bytes:
    """What goes before a value."""
    return _LENGTH.pack(len(value))


def refused(why: str) -> bytes:
    """From the receiver: that value is none that it can hold."""
    text = why.encode(errors="replace")[:_LONGEST_WHY].decode(errors="ignore").encode()
    return bytes([_REFUSED]) + _WHY_LENGTH.pack(len(text)) + text


class ValueReader:
    """Finds the values in what a sender says."""

    def __init__(self, max_value_bytes: int) -> None:
        self._max_value_bytes = max_value_bytes
        self._parts: list[bytes] = []
        """What has come of a value that is not complete, with its length before it."""
        self._come = 0
        self._whole: Optional[int] = None
        """How many bytes those will be, as soon as that is known."""

    @property
    def is_between_values(self) -> bool:
        return self._come == 0

    def read(self, chunk: bytes) -> Iterator[bytes]:
        """The values that are complete now; to be read to the end before the next chunk.

        Raises Nonsense.
        """
        if self._parts:
            self._parts.append(chunk)
            self._come += len(chunk)
            if self._come < (_LENGTH.size if self._whole is None else self._whole):
                return
            chunk = b"".join(self._parts)
            self._parts, self._come, self._whole = [], 0, None
        at = 0
        while len(chunk) - at >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(chunk, at)
            if length > self._max_value_bytes:
                raise Nonsense(f"a value of {length} bytes")
            end = at + _LENGTH.size + length
            if end > len(chunk):
                self._whole = end - at
                break
            yield chunk[at + _LENGTH.size : end]
            at = end
        if at < len(chunk):
            self._parts = [chunk[at:]]
            self._come = len(chunk) - at


class AnswerReader:
    """Finds the answers in what a receiver says."""

    def __init__(self) -> None:
        self._rest = b""
        """Of a refusal that has begun."""

    def read(self, chunk: bytes) -> Iterator[Optional[str]]:
        """One for each answer: None where the value was taken, else why it was refused.

        Raises Nonsense.
        """
        if self._rest:
            chunk, self._rest = self._rest + chunk, b""
        at = 0
        while at < len(chunk):
            kind = chunk[at]
            if kind == TAKEN[0]:
                at += 1
                yield None
                continue
            if kind != _REFUSED:
                raise Nonsense(f"an answer that begins with {kind}")
            start = at + 1 + _WHY_LENGTH.size
            end = start if len(chunk) < start else start + _WHY_LENGTH.unpack_from(chunk, at + 1)[0]
            if len(chunk) < end or len(chunk) < start:
                self._rest = chunk[at:]
                return
            yield chunk[start:end].decode(errors="replace")
            at = end
