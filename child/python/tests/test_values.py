"""§5: values as bytes, with our own msgpack and with the package where it is installed."""

from __future__ import annotations

import unittest
from collections import OrderedDict
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from handover.value import msgpack as plain
from handover.value.cargo import Cargo, Carried
from handover.value.codec import Codec, Packer
from handover.value.encodable import Unencodable
from handover.value.msgpack import Undecodable
from vectors import LooseEnd, from_notation, vectors_in

try:
    from handover.value.installed import InstalledPacker

    PACKERS: list[Packer] = [plain, InstalledPacker()]
except ImportError:
    print("values are not tested with the package msgpack: it is not installed")
    PACKERS = [plain]

ENDS: list[Carried] = [LooseEnd(number) for number in range(64)]
# Python's moments are from the year 1 to 9999.
BEYOND_DATETIME = {"the last moment of JavaScript, in the year 275760", "the first moment of JavaScript, in the year -271821"}

now = datetime(2026, 7, 1, 12, 34, 56, 789000, tzinfo=timezone.utc)
cycle: list[Any] = []
cycle.append({"again": cycle})


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth - 1):
        value = [value]
    return value


class Enough(int):
    pass


REFUSED: list[tuple[str, Any, str, str]] = [
    ("an int above 64 bits", {"a": [0, 1, 2, 2**64]}, "$.a[3]", "more than 64 bits"),
    ("an int below 64 bits", -(2**63) - 1, "$", "more than 64 bits"),
    ("half a character", ["\ud800"], "$[0]", "lone surrogate"),
    ("half a character in a key", {"\ud800": 1}, '$["\\ud800"]', "lone surrogate"),
    ("a tuple", {"a b": (1, 2)}, '$["a b"]', "send list(value)"),
    ("a set", {1, 2}, "$", "send its members as a list"),
    ("a bytearray", bytearray(b"x"), "$", "send bytes(value)"),
    ("a naive datetime", [datetime(2026, 7, 1)], "$[0]", "datetime without a time zone"),
    ("a datetime of elsewhere", now.astimezone(timezone(timedelta(hours=2))), "$", "astimezone(timezone.utc)"),
    ("a date", date(2026, 7, 1), "$", "isoformat()"),
    ("a decimal", Decimal(1), "$", "a Decimal"),
    ("an error", ValueError("no"), "$", "a ValueError"),
    ("a function", {"f": nested}, "$.f", "a function"),
    ("a class of its own that is an int", Enough(3), "$", "send int(value)"),
    ("a class of its own that is a dict", OrderedDict(a=1), "$", "send dict(value)"),
    ("an int as a key", {"a": {1: 2}}, "$.a", "a key that is no str"),
    ("the key __proto__", {"__proto__": 1}, "$.__proto__", "many receivers mistake"),
    ("what is nested too deep", nested(129), "$" + "[0]" * 128, "deeper than 128"),
    ("a cycle", cycle, "$[0].again", "a cycle"),
]

WRONG: list[tuple[str, str, str]] = [
    ("nothing", "", "it ends too early"),
    ("less than it says", "92c0", "it ends too early"),
    ("a list of four thousand million", "ddffffffff", "it ends too early"),
    ("two values", "c0c0", "it has 2 bytes, not 1"),
    ("c1", "c1", "no such thing as c1"),
    ("text that is not UTF-8", "a1ff", "not UTF-8"),
    ("an int as a key", "810102", "a key is not a string"),
    ("bytes as a key", "81c4016101", "a key is not a string"),
    ("another extension", "d402aa", "no extension of type 2"),
    ("an end that is not there", "d40100", "mentions end 0 of the 0"),
    ("an end in another form", "c7010100", "no extension of type 1"),
    ("a moment in another form", "c704ff00000000", "no extension of type -1"),
    ("a moment with too many nanoseconds", "d7ffffffffff00000000", "nanoseconds"),
    ("what is nested too deep", "91" * 200 + "c0", "deeper than 128"),
    ("half a character", "a3eda080", "not UTF-8"),
]


class Values(unittest.TestCase):
    def test_5_2_each_vector_is_read(self) -> None:
        for packer in PACKERS:
            for vector in vectors_in("values.json"):
                if vector["name"] in BEYOND_DATETIME:
                    continue
                ends = ENDS[: vector.get("ends", 0)]
                for written in [vector["bytes"], *vector.get("alsoValid", [])]:
                    with self.subTest(vector["name"], written=written, packer=packer):
                        read = Codec(packer).decode(bytes.fromhex(written), ends)
                        self.assert_same(read, from_notation(vector["value"], ENDS))

    def test_5_2_each_vector_is_written_in_the_shortest_form(self) -> None:
        for packer in PACKERS:
            for vector in vectors_in("values.json"):
                if vector["name"] in BEYOND_DATETIME:
                    continue
                with self.subTest(vector["name"], packer=packer):
                    cargo = Cargo(self)
                    written = Codec(packer).encode(from_notation(vector["value"], ENDS), cargo)
                    self.assertEqual(written.hex(), vector["bytes"])
                    self.assertEqual(cargo.numbers, list(range(vector.get("ends", 0))))

    def test_5_5_a_moment_that_python_cannot_hold_is_refused(self) -> None:
        for vector in vectors_in("values.json"):
            if vector["name"] not in BEYOND_DATETIME:
                continue
            for packer in PACKERS:
                with self.subTest(vector["name"], packer=packer), self.assertRaisesRegex(Undecodable, "no datetime"):
                    Codec(packer).decode(bytes.fromhex(vector["bytes"]), [])

    def test_5_3_what_cannot_travel_unchanged_is_refused_with_its_path(self) -> None:
        for name, value, path, what in REFUSED:
            with self.subTest(name), self.assertRaises(Unencodable) as caught:
                Codec(plain).encode(value, Cargo(self))
            self.assertEqual(caught.exception.path, path)
            self.assertIn(what, caught.exception.what)

    def test_5_4_values_are_nested_up_to_128_deep_and_read_up_to_144(self) -> None:
        for packer in PACKERS:
            with self.subTest(packer=packer):
                codec = Codec(packer)
                self.assertEqual(codec.decode(codec.encode(nested(128), Cargo(self)), []), nested(128))
                self.assertEqual(codec.decode(b"\x91" * 143 + b"\x90", []), nested(144))
                with self.assertRaises(Undecodable):
                    codec.decode(b"\x91" * 144 + b"\x90", [])

    def test_5_5_what_nobody_may_send_is_refused(self) -> None:
        for packer in PACKERS:
            for name, written, why in WRONG:
                with self.subTest(name, packer=packer), self.assertRaises(Undecodable) as caught:
                    Codec(packer).decode(bytes.fromhex(written), [])
                self.assertIn(why, str(caught.exception))

    def test_5_7_an_end_that_the_value_does_not_mention_is_refused(self) -> None:
        with self.assertRaisesRegex(Undecodable, "carries 2 ends, and mentions 1"):
            Codec(plain).decode(bytes.fromhex("d40100"), ENDS[:2])

    def test_5_7_a_value_carries_at_most_64_ends(self) -> None:
        with self.assertRaises(Unencodable) as caught:
            Codec(plain).encode([LooseEnd(number) for number in range(65)], Cargo(self))
        self.assertEqual(caught.exception.path, "$[64]")

    def test_5_6_a_moment_keeps_its_microseconds(self) -> None:
        moment = datetime(1969, 7, 20, 20, 17, 40, 123456, tzinfo=timezone.utc)
        for packer in PACKERS:
            codec = Codec(packer)
            self.assertEqual(codec.decode(codec.encode(moment, Cargo(self)), []), moment)

    def test_5_1_what_both_write_is_the_same(self) -> None:
        value = [{"a": now, "b": b"\xc7\xd4", "c": [1.0, 2**63, "é" * 300]}, nested(120), list(range(70000))]
        written = {Codec(packer).encode(value, Cargo(self)) for packer in PACKERS}
        self.assertEqual(len(written), 1)

    def assert_same(self, read: Any, expected: Any) -> None:
        self.assertIs(type(read), type(expected))
        if isinstance(expected, float):
            self.assertEqual(repr(read), repr(expected))
        else:
            self.assertEqual(read, expected)


if __name__ == "__main__":
    unittest.main()
