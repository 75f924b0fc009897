"""The errors that an operation can end with."""

from __future__ import annotations

from ..errors import (
    ChannelBrokenError,
    ChannelEndedError,
    FailedOperation,
    LostError,
    NotEncodableError,
    OperationError,
    ValueRefusedError,
    ValueTooLargeError,
)
from ..value.encodable import Unencodable
from ..wire.messages import Broken, Ended, Lost, Reason, ValueRefused
from .end import End


def failed_on(end: End, value: object, attempts: int = 0) -> FailedOperation:
    return FailedOperation(end.side, end.channel, value if end.side == "send" else None, attempts)


def error_for(reason: Reason, failed: FailedOperation, max_value_bytes: int) -> OperationError:
    if isinstance(reason, Ended):
        return ChannelEndedError(failed)
    if isinstance(reason, Broken):
        return ChannelBrokenError(failed, reason.failure)
    if isinstance(reason, Lost):
        return LostError(failed, tuple(reason.failures))
    if isinstance(reason, ValueRefused):
        return ValueRefusedError(failed, reason.why)
    return ValueTooLargeError(failed, reason.size, max_value_bytes)


def encoding_error(error: Unencodable, failed: FailedOperation) -> NotEncodableError:
    return NotEncodableError(failed, error.path, error.what)
