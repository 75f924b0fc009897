"""Frames: how messages are told apart on a link. See docs/protocol.md, section 2.

    C1 48 | header length u16 | rest length u32 | header … | value …

or, of a large value, in pieces (2.6):

    C1 4C | header length u16 | rest length u32 | transfer u16 | header …
    C1 50 | transfer u16 | length u32 | piece …
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ..errors import ProtocolError

MAGIC = b"\xc1\x48"
BEGINNING = b"\xc1\x4c"
PIECE = b"\xc1\x50"
LONGEST_HEADER = 0xFFFF
MOST_TRANSFERS = 64

_PRELUDE = struct.Struct(">2sHI")
_NUMBER = struct.Struct(">H")


class Frame(NamedTuple):
    header: bytes
    value: bytes
    in_pieces: bool = False


def frame_of(header: bytes, values: Sequence[bytes]) -> bytes:
    """A whole frame. The header must not be longer than LONGEST_HEADER."""
    rest = len(header) + sum(map(len, values))
    return b"".join([_PRELUDE.pack(MAGIC, len(header), rest), header, *values])


def beginning_of(header: bytes, length: int, transfer: int) -> bytes:
    """What precedes the pieces of a value of so many bytes."""
    return _PRELUDE.pack(BEGINNING, len(header), len(header) + length) + _NUMBER.pack(transfer) + header


def piece_of(transfer: int, piece: memoryview) -> bytes:
    return b"".join([_PRELUDE.pack(PIECE, transfer, len(piece)), piece])


@dataclass
class _Transfer:
    """A value that comes in pieces."""

    header: bytes
    length: int
    pieces: list[bytes] = field(default_factory=list)
    come: int = 0


class FrameReader:
    """Bytes in, however they were cut; frames out, each when it is complete."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._transfers: dict[int, _Transfer] = {}

    def read(self, chunk: bytes) -> Iterator[Frame]:
        """The frames that are complete now; to be read to the end before the next chunk.

        Raises ProtocolError.
        """
        self._bytes += chunk
        at = 0
        try:
            while True:
                length = self._length_at(at)
                if length is None or len(self._bytes) < at + length:
                    return
                unit = bytes(memoryview(self._bytes)[at : at + length])
                at += length
                frame = self._frame_of(unit)
                if frame is not None:
                    yield frame
        finally:
            del self._bytes[:at]

    @property
    def is_between_frames(self) -> bool:
        return not self._bytes and not self._transfers

    def _length_at(self, at: int) -> int | None:
        """How many bytes the frame, beginning or piece has; None where that is not known yet."""
        head = bytes(self._bytes[at : at + _PRELUDE.size])
        if not any(magic.startswith(head[:2]) for magic in (MAGIC, BEGINNING, PIECE)):
            raise ProtocolError("expected a frame (it starts with C1 48), but the link said", head)
        if len(head) < _PRELUDE.size:
            return None
        magic, short, rest = _PRELUDE.unpack(head)
        if magic == PIECE:
            return _PRELUDE.size + int(rest)
        if short == 0 or rest < short:
            raise ProtocolError(f"a frame cannot have a header of {short} bytes and {rest} in all", head)
        if magic == BEGINNING:
            return _PRELUDE.size + _NUMBER.size + int(short)
        return _PRELUDE.size + int(rest)

    def _frame_of(self, unit: bytes) -> Frame | None:
        magic, short, rest = _PRELUDE.unpack_from(unit)
        body = _PRELUDE.size
        if magic == MAGIC:
            return Frame(unit[body : body + short], unit[body + short :])
        if magic == BEGINNING:
            (transfer,) = _NUMBER.unpack_from(unit, body)
            self._begin(transfer, unit[body + _NUMBER.size :], rest - short)
            return None
        return self._add(short, unit[body:])

    def _begin(self, transfer: int, header: bytes, length: int) -> None:
        if transfer >= MOST_TRANSFERS:
            raise ProtocolError(f"transfer {transfer} is none of the {MOST_TRANSFERS} that a link can have at once")
        if transfer in self._transfers:
            raise ProtocolError(f"transfer {transfer} began amid transfer {transfer}")
        if length == 0:
            raise ProtocolError(f"transfer {transfer} began without a value")
        self._transfers[transfer] = _Transfer(header, length)

    def _add(self, transfer: int, piece: bytes) -> Frame | None:
        coming = self._transfers.get(transfer)
        if coming is None:
            raise ProtocolError(f"a piece came of transfer {transfer}, which had not begun")
        left = coming.length - coming.come
        if not 0 < len(piece) <= left:
            raise ProtocolError(
                f"a piece of {len(piece)} bytes came of transfer {transfer}, of which {left} were to come"
            )
        coming.pieces.append(piece)
        coming.come += len(piece)
        if coming.come < coming.length:
            return None
        del self._transfers[transfer]
        return Frame(coming.header, b"".join(coming.pieces), in_pieces=True)
