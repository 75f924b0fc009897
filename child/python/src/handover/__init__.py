"""Stages of handover, written in Python: a send completes when the process at the other end has taken the value.

Here operations block; in `handover.aio` they are awaited.
"""

from .ends import Channel, Receiver, Sender
from .errors import (
    ChannelBrokenError,
    ChannelEndedError,
    ContractError,
    ContractMismatchError,
    EndClosedError,
    EndMovedError,
    Failure,
    HandoverError,
    LostError,
    NotAllTakenError,
    NotAStageError,
    NotEncodableError,
    OperationError,
    ProtocolError,
    StageFailedError,
    StageStoppedError,
    Statistics,
    TimedOutError,
    TopologyError,
    UntakenValue,
    ValueRefusedError,
    ValueTooLargeError,
)
from .guards import Chosen
from .named import Ends
from .party.operations import Received
from .stage import channel, select, stage
from .times import after, at, every, never
from .work import Work

__all__ = [
    "Channel",
    "ChannelBrokenError",
    "ChannelEndedError",
    "Chosen",
    "ContractError",
    "ContractMismatchError",
    "EndClosedError",
    "EndMovedError",
    "Ends",
    "Failure",
    "HandoverError",
    "LostError",
    "NotAllTakenError",
    "NotAStageError",
    "NotEncodableError",
    "OperationError",
    "ProtocolError",
    "Received",
    "Receiver",
    "Sender",
    "StageFailedError",
    "StageStoppedError",
    "Statistics",
    "TimedOutError",
    "TopologyError",
    "UntakenValue",
    "ValueRefusedError",
    "ValueTooLargeError",
    "Work",
    "after",
    "at",
    "channel",
    "every",
    "never",
    "select",
    "stage",
]
