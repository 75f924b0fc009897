"""Every way in which something can go wrong, one class each, with a stable `code`.

The message says what happened, where, what was expected and what to do. An operation's error carries the value that
was not handed over, and how many receivers had it in hand before they failed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Literal

OperationName = Literal["send", "receive", "select", "inspect", "clone", "give"]


@dataclass(frozen=True)
class Failure:
    """How a process, or an attempt at a value, came to its end."""

    code: str
    message: str
    stage: str | None = None
    exit_code: int | None = None
    signal: str | None = None
    stderr: tuple[str, ...] = ()


@dataclass(frozen=True)
class Statistics:
    """A channel at one moment."""

    capacity: int
    senders: int
    """Ends that are open, as are `receivers`."""
    receivers: int
    waiting_senders: int
    """Operations in line, as are `waiting_receivers`."""
    waiting_receivers: int
    buffered: int
    """Values in the channel's own store."""
    in_hand: int
    """Values delivered, and not yet answered."""
    taken: int
    """Since the channel was made, as are `discarded` and `dead_letters`."""
    discarded: int
    dead_letters: int
    is_direct: bool


@dataclass(frozen=True)
class FailedOperation:
    """What was tried, and with what in hand."""

    operation: OperationName
    channel: str
    value: object = None
    attempts: int = 0


class HandoverError(Exception):
    """Of all errors of this package."""

    code: ClassVar[str]


class OperationError(HandoverError):
    """An operation that did not come to pass."""

    operation: OperationName
    channel: str
    value: object
    """The value that was not handed over: of a send, always; of anything else, None."""
    attempts: int
    """How many receivers had the value in hand and failed. 0: it was not taken. Above: it may have been."""

    def __init__(self, failed: FailedOperation, message: str) -> None:
        maybe = ""
        if failed.operation == "send" and failed.attempts > 0:
            maybe = f". It may have been taken: {failed.attempts} receiver(s) had the value in hand, and failed"
        super().__init__(message + maybe)
        self.operation = failed.operation
        self.channel = failed.channel
        self.value = failed.value
        self.attempts = failed.attempts


class EndClosedError(OperationError):
    """You closed this end yourself. Not: the other side did."""

    code = "END_CLOSED"

    def __init__(self, failed: FailedOperation) -> None:
        super().__init__(
            failed,
            f'cannot {_IN_WORDS[failed.operation]} "{failed.channel}": this end was closed here. '
            "Clone an end before you close it, if it is needed further",
        )


class EndMovedError(OperationError):
    """You gave this end away, inside a value. Not: it was closed."""

    code = "END_MOVED"

    def __init__(self, failed: FailedOperation, side: str, owner: str) -> None:
        super().__init__(
            failed,
            f'cannot {_IN_WORDS[failed.operation]} "{failed.channel}": its {side} was given to {owner} and can be '
            f"used only there. For another holder give a copy: {side}.clone()",
        )


class ChannelEndedError(OperationError):
    """All ends of the other side were closed, or their stages ended well. Not: one of them crashed."""

    code = "CHANNEL_ENDED"

    def __init__(self, failed: FailedOperation) -> None:
        super().__init__(
            failed,
            f'"{failed.channel}" has ended: every sender is closed and every value was taken. '
            "A `for` loop over the receiver ends here by itself"
            if failed.operation == "receive"
            else f'cannot send on "{failed.channel}": every receiver is closed, so nobody can take a value any more',
        )


class ChannelBrokenError(OperationError):
    """The other side is gone, and not all of it ended well: `__cause__` says what happened to it."""

    code = "CHANNEL_BROKEN"

    def __init__(self, failed: FailedOperation, failure: Failure) -> None:
        super().__init__(
            failed,
            f'"{failed.channel}" is broken: all that was there has been taken, but its senders did not all end well '
            f"({failure.message})"
            if failed.operation == "receive"
            else f'cannot send on "{failed.channel}": its receivers are gone, and did not all end well '
            f"({failure.message})",
        )
        self.__cause__ = (StageStoppedError if failure.code == "STAGE_STOPPED" else StageFailedError)(failure)


class TimedOutError(OperationError, TimeoutError):
    """The time was over before the operation was."""

    code = "TIMED_OUT"
    timeout: float
    """The limit, in seconds."""

    def __init__(self, failed: FailedOperation, timeout: float) -> None:
        super().__init__(failed, f'{failed.operation} on "{failed.channel}" timed out after {timeout} s')
        self.timeout = timeout


class LostError(OperationError):
    """As many attempts at the value as the channel allows have failed: receivers died with it in hand, or said so."""

    code = "LOST"
    failures: tuple[Failure, ...]
    """How the attempts failed, in order; of more than 16 the first and the last ones. Empty for what is not
    repeated: a `try_send`, and a `select` that was called off."""

    def __init__(self, failed: FailedOperation, failures: tuple[Failure, ...]) -> None:
        lines = [failure.message.split("\n", 1)[0][:200] for failure in failures]
        each = "; ".join(f"{number}. {line}" for number, line in enumerate(lines, 1))
        super().__init__(
            failed,
            f'the value sent on "{failed.channel}" was given up: {failed.attempts} attempt(s) at it failed'
            f"{': ' if each else ''}{each} (maxAttempts of the channel; a try_send, or a select that was called off, "
            "is not repeated). A channel of dead letters keeps such values",
        )
        self.failures = failures


class ValueRefusedError(OperationError):
    """The receiver could not make sense of the value: it is not what its language can read."""

    code = "VALUE_REFUSED"

    def __init__(self, failed: FailedOperation, why: str) -> None:
        super().__init__(failed, f'the receiver on "{failed.channel}" refused the value: {why}')


class ValueTooLargeError(OperationError):
    """The encoded value is larger than one may be. Nothing was sent."""

    code = "VALUE_TOO_LARGE"
    size: int
    """In bytes, as is `limit`."""
    limit: int

    def __init__(self, failed: FailedOperation, size: int, limit: int) -> None:
        super().__init__(
            failed,
            f'the value for "{failed.channel}" has {size} bytes, more than the {limit} that one value may have '
            "(maxValueBytes of the supervisor). Send it in pieces, or send where it can be found",
        )
        self.size = size
        self.limit = limit


class NotEncodableError(OperationError):
    """The value holds something that cannot travel unchanged; `path` says where."""

    code = "NOT_ENCODABLE"
    path: str
    """Where in the value: `$.items[3].when`."""

    def __init__(self, failed: FailedOperation, path: str, what: str) -> None:
        super().__init__(failed, f'the value for "{failed.channel}" cannot be sent: {what} at {path}')
        self.path = path


class ContractError(OperationError):
    """The value does not meet the contract of its channel; `path` says where. Nothing was sent."""

    code = "CONTRACT"
    path: str
    """Where in the value: `$.lines[1].price`."""
    expected: str
    """What the contract has there, in words."""

    def __init__(self, failed: FailedOperation, path: str, expected: str) -> None:
        super().__init__(
            failed,
            f'the value for "{failed.channel}" does not meet the contract of the channel: at {path}: {expected}. '
            "Nothing was sent",
        )
        self.path = path
        self.expected = expected


class ContractMismatchError(HandoverError):
    """This stage was built against a contract of a channel that has none. One that was built against another contract is
    ended by the supervisor."""

    code = "CONTRACT_MISMATCH"

    def __init__(self, stage: str, channel: str) -> None:
        super().__init__(
            f'stage "{stage}" was built against a contract of "{channel}", and the channel has none, so nobody checks '
            "what is sent on it: make it with { contract }, or do not declare one in the stage"
        )
        self.stage = stage
        self.channel = channel


class StageFailedError(HandoverError):
    """A stage's process did not end well; a ChannelBrokenError has it as its cause."""

    code = "STAGE_FAILED"

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.stage = failure.stage or "unknown"
        self.exit_code = failure.exit_code
        self.signal = failure.signal
        self.stderr = failure.stderr


class StageStoppedError(HandoverError):
    """A stage was told to end before it was at its end; a ChannelBrokenError has it as its cause."""

    code = "STAGE_STOPPED"

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.stage = failure.stage or "unknown"


class TopologyError(HandoverError):
    """Something is wrong with how channels were put together."""

    code = "TOPOLOGY"


class NotAStageError(HandoverError):
    """`stage()` was called in a process that no supervisor started."""

    code = "NOT_A_STAGE"


@dataclass(frozen=True)
class UntakenValue:
    """A value that `send_all` drew from its source, and that it cannot say was taken."""

    index: int
    """How many were drawn before it."""
    value: object
    attempts: int
    """How many receivers had it in hand and failed. 0: it was not taken. Above: it may have been."""


class NotAllTakenError(HandoverError):
    """`send_all` ended before its source did, or not all was taken; `__cause__` is what failed first.

    Every value that was drawn, and is in neither list, was taken. Not: nothing was sent.
    """

    code = "NOT_ALL_TAKEN"
    channel: str
    drawn: int
    """How many values were drawn from the source."""
    taken: int
    """How many of them were taken."""
    not_taken: tuple[UntakenValue, ...]
    """What was drawn, and was not taken: nobody had it, and nobody will get it. In order."""
    maybe_taken: tuple[UntakenValue, ...]
    """What was drawn, and may have been taken: receivers had it in hand, and failed. In order."""

    def __init__(self, channel: str, drawn: int, untaken: Iterable[UntakenValue], cause: BaseException) -> None:
        in_order = sorted(untaken, key=lambda one: one.index)
        self.channel = channel
        self.drawn = drawn
        self.taken = drawn - len(in_order)
        self.not_taken = tuple(one for one in in_order if one.attempts == 0)
        self.maybe_taken = tuple(one for one in in_order if one.attempts > 0)
        super().__init__(
            f'not all was sent on "{channel}": {self.taken} taken, {len(self.not_taken)} not taken (see not_taken), '
            f"{len(self.maybe_taken)} perhaps (see maybe_taken). What failed first: "
            f"{type(cause).__name__}: {str(cause)[:200]}"
        )
        self.__cause__ = cause


class ProtocolError(HandoverError):
    """The supervisor said something that the protocol does not allow."""

    code = "PROTOCOL"

    def __init__(self, problem: str, data: bytes = b"") -> None:
        super().__init__(f"{problem}: {_shown(data)}" if data else problem)
        self.data = data


_IN_WORDS: dict[OperationName, str] = {
    "send": "send on",
    "receive": "receive on",
    "select": "select on",
    "inspect": "look at",
    "clone": "clone an end of",
    "give": "give away an end of",
}


def _shown(data: bytes) -> str:
    """Bytes for a human: as text where they are text, else in hexadecimal."""
    some = data[:64]
    more = "" if len(some) == len(data) else f" … ({len(data)} bytes)"
    text = some.decode(errors="replace")
    shown = f'"{text}"' if text.isprintable() and "\ufffd" not in text else some.hex(" ")
    return shown + more
