"""The messages that the supervisor sends, one class each. What a process says is in `words.py`.

How they look on the wire is docs/protocol.md, section 3. Elements and keys beyond the known ones are ignored, so that
a later minor version can add some.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Union

from ..errors import Failure, ProtocolError, Statistics
from ..value.msgpack import Undecodable, unpack
from .frames import Frame

Side = Literal["send", "receive"]


@dataclass(frozen=True)
class Settings:
    """What the supervisor lays down for a link."""

    stage: str
    replica: int
    max_value_bytes: int
    window_operations: int
    window_bytes: int
    restart: str | None
    """When another process follows this one: `on-failure`, `always`; None: never."""


@dataclass(frozen=True)
class PassedEnd:
    """An end, as the one hears of it who gets it."""

    end: int
    side: Side
    channel: str


@dataclass(frozen=True)
class NamedEnd:
    """An end of the stage. Its number is 0 where an earlier process of the stage has closed it, or given it away."""

    name: str
    end: int
    side: Side
    channel: str
    contract: str | None = None


@dataclass(frozen=True)
class EndContract:
    """That of a sending end which comes with the next value."""

    end: int
    contract: str


@dataclass(frozen=True)
class Welcome:
    major: int
    minor: int
    settings: Settings
    ends: list[NamedEnd]


@dataclass(frozen=True)
class Refusal:
    why: str


@dataclass(frozen=True)
class Deliver:
    op: int
    guard: int
    attempt: int
    value: bytes
    ends: list[PassedEnd] = field(default_factory=list)


@dataclass(frozen=True)
class Completed:
    op: int
    guard: int


@dataclass(frozen=True)
class Late:
    op: int


@dataclass(frozen=True)
class Withdrawn:
    op: int
    guard: int
    attempts: int


@dataclass(frozen=True)
class Ended:
    """Why an operation failed: the other side is gone, and all of it ended well."""


@dataclass(frozen=True)
class Broken:
    """The same, but not all of it ended well."""

    failure: Failure


@dataclass(frozen=True)
class Lost:
    failures: list[Failure]


@dataclass(frozen=True)
class ValueRefused:
    why: str


@dataclass(frozen=True)
class TooLarge:
    size: int


Reason = Union[Ended, Broken, Lost, ValueRefused, TooLarge]


@dataclass(frozen=True)
class Failed:
    op: int
    guard: int
    attempts: int
    reason: Reason


@dataclass(frozen=True)
class Inspected:
    query: int
    statistics: Statistics


@dataclass(frozen=True)
class Shutdown:
    pass


@dataclass(frozen=True)
class Retire:
    pass


@dataclass(frozen=True)
class Probe:
    """Whether the process is idle."""

    number: int
    wants_places: bool


@dataclass(frozen=True)
class Meet:
    """A direct link is offered for an end, over two named pipes."""

    link: int
    end: int
    read_path: str
    write_path: str


@dataclass(frozen=True)
class Part:
    """A direct link is to end."""

    link: int


@dataclass(frozen=True)
class Resume:
    """The receiver has left a direct link."""

    link: int


Answer = Union[Deliver, Completed, Late, Withdrawn, Failed]
Message = Union[Welcome, Refusal, Answer, EndContract, Inspected, Shutdown, Retire, Probe, Meet, Part, Resume]


def message_of(frame: Frame) -> Message:
    """The message of a frame.

    Raises ProtocolError.
    """
    try:
        header = unpack(frame.header)
    except Undecodable:
        header = None
    if not isinstance(header, list):
        raise ProtocolError("a header is not a msgpack array", frame.header)
    fields = _Fields(header, frame)
    number = fields.integer("message number")
    read = _READERS.get(number)
    if read is None:
        raise fields.problem(f"a supervisor has no message number {number}")
    if frame.in_pieces and number != _DELIVER:
        raise fields.problem(f"a message came with {len(frame.value)} bytes of value, in pieces")
    return read(fields)


class _Fields:
    """The elements of an array, one after the other, each asked for by its name and type."""

    def __init__(self, elements: list[Any], frame: Frame) -> None:
        self._elements = elements
        self._next = 0
        self.frame = frame

    @property
    def has_more(self) -> bool:
        return self._next < len(self._elements)

    def any(self) -> Any:
        self._next += 1
        return self._elements[self._next - 1] if self._next <= len(self._elements) else None

    def integer(self, name: str) -> int:
        return self.as_integer(self.any(), name)

    def text(self, name: str) -> str:
        return self.as_text(self.any(), name)

    def list(self, name: str) -> _Fields:
        return self.as_list(self.any(), name)

    def map(self, name: str) -> Mapping[str, Any]:
        return self.as_map(self.any(), name)

    def as_integer(self, value: Any, name: str) -> int:
        if type(value) is int and 0 <= value < 2**53:
            return value
        raise self._wrong(name, "an integer of 0 or more", value)

    def as_text(self, value: Any, name: str) -> str:
        if isinstance(value, str):
            return value
        raise self._wrong(name, "a string", value)

    def as_list(self, value: Any, name: str) -> _Fields:
        if isinstance(value, list):
            return _Fields(value, self.frame)
        raise self._wrong(name, "an array", value)

    def as_map(self, value: Any, name: str) -> Mapping[str, Any]:
        if isinstance(value, dict):
            return value
        raise self._wrong(name, "a map", value)

    def problem(self, what: str) -> ProtocolError:
        return ProtocolError(what, self.frame.header)

    def _wrong(self, name: str, expected: str, value: Any) -> ProtocolError:
        got = "nil or nothing" if value is None else type(value).__name__
        return self.problem(f"expected {expected} as {name}, got {got}")


def _welcome(fields: _Fields) -> Welcome:
    version = fields.list("version")
    major, minor = version.integer("major"), version.integer("minor")
    settings = fields.map("settings")
    window = fields.as_map(settings.get("window"), "window")
    restart = settings.get("restart")
    if restart not in (None, "on-failure", "always"):
        raise fields.problem(f'a stage is not restarted "{restart}"')
    ends = fields.list("ends")
    named = []
    while ends.has_more:
        named.append(_named_end(fields, ends.map("end")))
    return Welcome(
        major,
        minor,
        Settings(
            stage=fields.as_text(settings.get("stage"), "stage"),
            replica=fields.as_integer(settings.get("replica"), "replica"),
            max_value_bytes=fields.as_integer(settings.get("maxValueBytes"), "maxValueBytes"),
            window_operations=fields.as_integer(window.get("operations"), "operations"),
            window_bytes=fields.as_integer(window.get("bytes"), "bytes"),
            restart=restart,
        ),
        named,
    )


def _named_end(fields: _Fields, end: Mapping[str, Any]) -> NamedEnd:
    side = end.get("side")
    if side not in ("send", "receive"):
        raise fields.problem(f'an end has no side "{side}"')
    name = fields.as_text(end.get("name"), "name")
    number, channel = fields.as_integer(end.get("end"), "end"), fields.as_text(end.get("channel"), "channel")
    contract = end.get("contract")
    return NamedEnd(name, number, side, channel, None if contract is None else fields.as_text(contract, "contract"))


def _deliver(fields: _Fields) -> Deliver:
    op, guard, attempt = fields.integer("op"), fields.integer("guard"), fields.integer("attempt")
    ends = []
    passed = fields.list("ends") if fields.has_more else None
    while passed is not None and passed.has_more:
        one = passed.list("end")
        number, side = one.integer("end"), one.integer("side")
        if side > 1:
            raise fields.problem(f"an end has no side {side}")
        ends.append(PassedEnd(number, "receive" if side else "send", one.text("channel")))
    return Deliver(op, guard, attempt, fields.frame.value, ends)


def _failed(fields: _Fields) -> Failed:
    op, guard, attempts = fields.integer("op"), fields.integer("guard"), fields.integer("attempts")
    return Failed(op, guard, attempts, _reason(fields))


def _reason(fields: _Fields) -> Reason:
    kind = fields.text("reason")
    if kind == "ended":
        return Ended()
    if kind == "broken":
        return Broken(_failure(fields, fields.map("detail")))
    if kind == "lost":
        attempts, failures = fields.list("detail"), []
        while attempts.has_more:
            failures.append(_failure(fields, attempts.map("failure")))
        return Lost(failures)
    if kind == "refused":
        return ValueRefused(fields.text("detail"))
    if kind == "too-large":
        return TooLarge(fields.integer("detail"))
    raise fields.problem(f'an operation does not fail because of "{kind}"')


def _failure(fields: _Fields, map: Mapping[str, Any]) -> Failure:
    def known(name: str, check: Callable[[Any, str], Any]) -> Any:
        value = map.get(name)
        return None if value is None else check(value, name)

    lines = known("stderr", fields.as_list)
    stderr = []
    while lines is not None and lines.has_more:
        stderr.append(lines.text("stderr"))
    return Failure(
        code=fields.as_text(map.get("code"), "code"),
        message=fields.as_text(map.get("message"), "message"),
        stage=known("stage", fields.as_text),
        exit_code=known("exitCode", fields.as_integer),
        signal=known("signal", fields.as_text),
        stderr=tuple(stderr),
    )


def _inspected(fields: _Fields) -> Inspected:
    query, counts = fields.integer("query"), fields.map("statistics")

    def count(name: str) -> int:
        return fields.as_integer(counts.get(name), name)

    return Inspected(
        query,
        Statistics(
            capacity=count("capacity"),
            senders=count("senders"),
            receivers=count("receivers"),
            waiting_senders=count("waitingSenders"),
            waiting_receivers=count("waitingReceivers"),
            buffered=count("buffered"),
            in_hand=count("inHand"),
            taken=count("taken"),
            discarded=count("discarded"),
            dead_letters=count("deadLetters"),
            is_direct=counts.get("direct") == 1,
        ),
    )


_DELIVER = 66

_READERS: Mapping[int, Callable[[_Fields], Message]] = {
    64: _welcome,
    65: lambda fields: Refusal(fields.text("why")),
    _DELIVER: _deliver,
    67: lambda fields: Completed(fields.integer("op"), fields.integer("guard")),
    68: lambda fields: Late(fields.integer("op")),
    69: lambda fields: Withdrawn(fields.integer("op"), fields.integer("guard"), fields.integer("attempts")),
    70: _failed,
    71: _inspected,
    72: lambda fields: Shutdown(),
    73: lambda fields: Probe(fields.integer("probe"), fields.integer("places") == 1),
    74: lambda fields: Retire(),
    75: lambda fields: Meet(
        fields.integer("link"), fields.integer("end"), fields.text("read path"), fields.text("write path")
    ),
    76: lambda fields: Part(fields.integer("link")),
    77: lambda fields: Resume(fields.integer("link")),
    78: lambda fields: EndContract(fields.integer("end"), fields.text("contract")),
}
