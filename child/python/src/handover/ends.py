"""The ends of a stage whose operations block."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Generic, Optional, TypeVar

from .batch import Batch, close_source
from .blocking import Blocking
from .errors import ChannelEndedError, Statistics
from .guards import ReceiveGuard, SendGuard
from .handle import Handle
from .party.end import End
from .party.hand import Held
from .party.operations import Received, Shape
from .party.party import Party
from .terms import Pair
from .work import Work

T = TypeVar("T")


class BlockingHandle(Handle):
    _driver: Blocking

    def statistics(self) -> Statistics:
        """Of the whole channel, at this moment."""
        statistics: Statistics = self._driver.wait(*self._ask())
        return statistics

    def _operate(self, shape: Shape, value: object, timeout: Optional[float] = None) -> Any:
        return self._driver.wait(*self._begin(shape, value, timeout))


class Sender(BlockingHandle, Generic[T]):
    """The right to send on one channel. When the last Sender is closed, the channel ends."""

    def send(self, value: T, timeout: Optional[float] = None) -> None:
        """Returns when a receiver has taken the value (R1), or a channel with a capacity has it.

        What is inside the value must not be changed before. Ends of channels inside it leave this process with it: for
        another holder send a clone.

        `timeout` is in seconds; without, it waits for as long as it takes. When the time is over while a receiver has
        the value in hand already, it waits for what becomes of that (R4).

        Raises
        - TimedOutError: it was not taken in time; with `attempts` above 0, it may have been
        - ChannelEndedError: every receiver is closed
        - ChannelBrokenError: the same, but a receiver did not end well; `__cause__` says how
        - LostError: as many attempts at it as the channel allows have failed
        - ValueRefusedError: the receiver's language cannot read it
        - NotEncodableError, ValueTooLargeError: it cannot travel; nothing was sent
        - EndClosedError, EndMovedError: this end was closed here, or given away
        """
        self._operate("send", value, timeout)

    def try_send(self, value: T) -> bool:
        """Sends if a receiver is ready now. Whether the value was taken.

        Raises what `send` raises, but for timeouts.
        """
        was_sent: bool = self._operate("try-send", value)
        return was_sent

    def send_all(self, values: Iterable[T], window: int = 64, timeout: Optional[float] = None) -> int:
        """Sends all of them, with up to `window` sends under way at once, and returns how many there were.

        Each is over only when its value was taken, and they begin in order. A value is drawn only when there is room for
        it. When a send fails, no further value is drawn, and those under way are withdrawn. When drawing itself fails, or
        the sender is closed meanwhile, what is under way goes on.

        `timeout` is in seconds, for each value, from when all before it were taken.

        Raises NotAllTakenError, which says what became of each value that was drawn; TypeError, ValueError.
        """
        batch = Batch(self, window, timeout)
        source = iter(values)
        try:
            while batch.is_wanted:
                if batch.is_full:
                    self._driver.wait(*batch.room())
                    continue
                try:
                    value = next(source)
                except StopIteration:
                    break
                except Exception as error:
                    batch.finish(error)
                    break
                batch.begin(value)
            if not batch.is_wanted:
                close_source(source)
            self._driver.wait(*batch.rest())
            return batch.outcome()
        except BaseException:
            batch.forsake()
            raise

    def on_send(self, value: T) -> SendGuard:
        """A guard of a `select` that sends."""
        return SendGuard(self, value)


class Receiver(BlockingHandle, Generic[T]):
    """The right to receive on one channel. Each value goes to one receiver (R2).

    When the last Receiver is closed, senders fail at once and get their values back.
    """

    def receive(self, timeout: Optional[float] = None) -> T:
        """The next value; its sender is released at that moment.

        Ends of channels inside it are yours now: close them when they are not needed any more. `timeout` is in
        seconds; without, it waits for as long as it takes.

        Raises
        - ChannelEndedError: every sender is closed, and all was taken
        - ChannelBrokenError: the same, but a sender did not end well; `__cause__` says how
        - TimedOutError: nothing was received
        - EndClosedError, EndMovedError: this end was closed here, or given away (also while this waited)
        """
        value: T = self._operate("receive", None, timeout)
        return value

    def try_receive(self) -> Optional[Received[T]]:
        """The next value if one is ready now, in a box, so that it cannot be mistaken for none.

        Raises what `receive` raises, but for timeouts.
        """
        received: Optional[Received[T]] = self._operate("try-receive", None)
        return received

    def on_receive(self) -> ReceiveGuard:
        """A guard of a `select` that receives."""
        return ReceiveGuard(self)

    def __iter__(self) -> Iterator[T]:
        """Values until the channel ends. Leaving the loop early leaves the receiver open."""
        while True:
            try:
                value = self.receive()
            except ChannelEndedError:
                return
            yield value

    def extended(self) -> Iterator[Work[T]]:
        """Values until the channel ends, each in hand until the body of the loop is done with it.

        Only then is its sender released (an extended rendezvous). Asking for the next value says that the last one is
        done, unless its `Work` said something before. If the process dies in the middle, the value goes to the next
        receiver: work has to be such that it can be done again. A body that is left in the middle, by an exception or
        by `break`, has failed on its value, and the value goes back to its old place in line; say `taken()` before a
        `break` that comes after the work.

        Raises what `receive` raises, but for timeouts and the end of the channel.
        """
        while True:
            try:
                held: Held = self._operate("work", None)
            except ChannelEndedError:
                return
            work: Work[T] = Work(self._driver, held)
            try:
                yield work
            except GeneratorExit:
                work._leave()
                raise
            work.taken()


class Channel(Pair[Sender[T], Receiver[T]]):
    """Both ends of a channel, by position or by name."""


def handle_of(driver: Blocking, party: Party, end: End) -> Handle:
    """What the code holds for an end."""
    if end.side == "send":
        return Sender[Any](driver, party, end)
    return Receiver[Any](driver, party, end)

