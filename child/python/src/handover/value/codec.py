"""Values to bytes and back, with nothing altered on the way.

The package `msgpack` is used where it is installed, for it is faster; without it, or where it would read more
than anybody may send, `msgpack.py` beside this file. Both write the same bytes, and refuse the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from . import msgpack as plain
from .cargo import Cargo, Carried
from .encodable import to_encodable
from .msgpack import Undecodable


class Packer(Protocol):
    """Who turns plain msgpack into bytes and back."""

    def pack(self, value: object) -> bytes: ...

    def unpack(self, data: bytes) -> Any: ...


def best_packer() -> Packer:
    """The fastest that is installed."""
    try:
        from .installed import InstalledPacker
    except ImportError:
        return plain
    return InstalledPacker()


class Codec:
    def __init__(self, packer: Packer | None = None) -> None:
        self._packer = packer or best_packer()

    def encode(self, value: object, cargo: Cargo) -> bytes:
        """The bytes of a value; the cargo gets the ends that it carries.

        Raises Unencodable.
        """
        return self._packer.pack(to_encodable(value, cargo))

    def decode(self, data: bytes, carried: Sequence[Carried]) -> Any:
        """The value of these bytes, with the ends that came with it.

        Raises Undecodable.
        """
        try:
            # Only our own reader tells the one form of an end from the others.
            return plain.unpack(data, carried) if carried else self._packer.unpack(data)
        except Undecodable as error:
            raise Undecodable(f"it is not plain msgpack: {error}") from None
        except RecursionError:
            raise Undecodable("it is nested deeper than the code that waits for it leaves room") from None
