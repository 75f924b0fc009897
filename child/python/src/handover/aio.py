"""Stages of handover whose operations are awaited: the same as `handover`, for asyncio.

Everything here belongs to the event loop in which `stage()` was awaited.
"""

from __future__ import annotations

import asyncio
import atexit
import inspect
import os
import sys
import threading
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Generic, Optional, TypeVar, Union

from .batch import Batch, close_source
from .blocking import SOON
from .connection import CHUNK, Connection
from .environment import Environment, take_environment
from .errors import ChannelEndedError, NotAStageError, Statistics
from .guards import Chosen, Guards, ReceiveGuard, SendGuard, choice_of
from .handle import Handle
from .idleness import are_alone, awaited_by, has_code_to_run, is_idle
from .loop_lookout import LoopLookout
from .named import NOT_A_STAGE, Ends, ends_of
from .party.end import End
from .party.hand import Held
from .party.operations import Received, Shape
from .party.party import Party
from .party.pending import Pending, Query
from .places import place_of_task
from .pulse import Pulse
from .terms import Pair, Terms
from .times import after, at, every, never
from .wire import words
from .wire.messages import Probe
from .work import Work

T = TypeVar("T")

_SHORTLY = 0.02
"""In seconds: how often a process that is to end looks whether it can."""


class Awaiting:
    """The link of this process, for one event loop, which reads it whenever something comes."""

    def __init__(self, environment: Environment, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._turns = 0
        self._is_pumping = False
        self._unended: dict[asyncio.Future[None], Pending] = {}
        self._lookout = LoopLookout(loop, self._in_turn)
        self._connection = AwaitingConnection(
            environment,
            lambda party, end: handle_of(self, party, end),
            self._end_when_idle,
            self._probed,
            loop,
            self._lookout,
        )
        self._pulse = None if environment.pulse is None else Pulse(environment.pulse, self._asked)
        self._connection.hello([] if self._pulse is None else ["pulse"])
        atexit.register(self._finish)
        self._arrived = asyncio.Event()
        loop.add_reader(self._connection.input, self._read)

    async def welcome(self) -> Connection:
        """Waits until the supervisor needs this process."""
        while self._connection.party is None:
            self._arrived.clear()
            await self._arrived.wait()
        return self._connection

    @contextmanager
    def turn(self) -> Iterator[None]:
        if self._connection.is_forked:
            raise NotAStageError("this process was forked from a stage, whose ends it cannot use")
        self._turns += 1
        try:
            yield
        finally:
            self._turns -= 1
            if self._turns == 0:
                self._connection.write_short()
                self._pump_soon()

    def later(self, do: Callable[[], None]) -> None:
        """Does it in a turn of its own that comes soon: the garbage collector may call in the middle of another. Where the
        process ends first, how it ends says more."""
        self._loop.call_soon_threadsafe(self._loop.call_later, SOON, self._in_turn, do)

    async def wait(
        self,
        pending: Pending,
        timeout: Optional[float] = None,
        on_timeout: Callable[[], Optional[float]] = lambda: None,
    ) -> Any:
        """The outcome of what was begun. When the time is over, calls back in a turn, and goes on waiting; again for so
        long as that says.

        A cancellation that comes when the operation has ended takes effect at the next await: what was taken is not
        lost.
        """
        ended: asyncio.Future[None] = self._loop.create_future()

        def on_end() -> None:
            if pending.state == "ended" and not ended.done():
                ended.set_result(None)

        pending.on_end = on_end
        if pending.is_over:
            on_end()
        self._unended[ended] = pending
        timer: Optional[asyncio.TimerHandle] = None

        def wait_for(seconds: Optional[float]) -> None:
            nonlocal timer
            timer = None if seconds is None else self._loop.call_later(seconds, self._in_turn, time_out)

        def time_out() -> None:
            wait_for(None if pending.is_over else on_timeout())

        wait_for(timeout)
        try:
            await ended
        except asyncio.CancelledError:
            if pending.state == "ended":
                _cancel_later()
                return pending.outcome()
            with self.turn():
                if not pending.is_over and self._connection.party is not None:
                    self._connection.party.forsake(pending)
            raise
        finally:
            self._unended.pop(ended, None)
            if timer is not None:
                timer.cancel()
        return pending.outcome()

    def _in_turn(self, do: Callable[[], None]) -> None:
        with self.turn():
            do()

    def _pump_soon(self) -> None:
        """Pieces leave one by one: between two of them, code goes on, and what it says leaves."""
        if self._connection.has_pieces and not self._is_pumping:
            self._is_pumping = True
            self._loop.call_soon(self._pump)

    def _pump(self) -> None:
        self._connection.write(self._connection.take_next())
        self._is_pumping = False
        self._pump_soon()

    def _finish(self) -> None:
        """The process exits: nothing that it has begun to say is cut off."""
        while self._connection.has_pieces:
            self._connection.write(self._connection.take_next())
        self._connection.write_short()

    def _read(self) -> None:
        chunk = os.read(self._connection.input, CHUNK)
        with self.turn():
            self._connection.hear(chunk)
        self._arrived.set()

    def _asked(self) -> None:
        """The supervisor asks whether code lets go."""
        self._loop.call_soon_threadsafe(self._answer)

    def _answer(self) -> None:
        if self._pulse is not None:
            self._pulse.let_go(1)
            self._pulse.let_go(-1)

    def _probed(self, probe: Probe) -> None:
        """Code goes first that what came before has woken, and what that wakes."""
        self._loop.call_soon(self._say_whether_idle, probe)

    def _say_whether_idle(self, probe: Probe) -> None:
        if has_code_to_run(self._loop):
            self._probed(probe)
            return
        is_asking = any(isinstance(pending, Query) for pending in self._unended.values())
        is_alone = are_alone([threading.get_ident()])
        is_still = self._connection.is_still and not is_asking
        idle = is_still and is_alone and self._has_nothing_to_do() is True
        tasks = asyncio.all_tasks(self._loop) if idle and probe.wants_places else ()
        waiting = {task: self._unended.get(awaited_by(task)) for task in tasks}
        places = {pending.op: place_of_task(task) for task, pending in waiting.items() if pending is not None}
        with self.turn():
            self._connection.say_idle(words.idle(probe.number, idle, places))

    def _has_nothing_to_do(self) -> Optional[bool]:
        lookout = self._lookout
        return is_idle(self._loop, 1 + lookout.watched, self._unended, lookout.times)

    def _end_when_idle(self, party: Party) -> None:
        """When nothing is under way or in hand, and nobody is left who could begin something."""
        is_done = party.is_idle
        if is_done and party.is_retiring:
            is_done = self._has_nothing_to_do() is not False
        if is_done:
            sys.exit(0)
        self._loop.call_later(_SHORTLY, self._end_when_idle, party)


class AwaitingConnection(Connection):
    """Code may wait for ever for what is never answered: when the process is asked to end, it looks when it can."""

    def __init__(
        self,
        environment: Environment,
        handle_of: Callable[[Party, End], Handle],
        end_when_idle: Callable[[Party], None],
        on_probe: Callable[[Probe], None],
        loop: asyncio.AbstractEventLoop,
        lookout: LoopLookout,
    ) -> None:
        super().__init__(environment, handle_of, on_probe, lookout, lookout.after)
        self._loop = loop
        self._end_when_idle = end_when_idle

    def on_shutdown(self, party: Party) -> None:
        super().on_shutdown(party)
        self._loop.call_soon(self._end_when_idle, party)

    def on_retire(self, party: Party) -> None:
        super().on_retire(party)
        self._loop.call_soon(self._end_when_idle, party)


def _cancel_later() -> None:
    task = asyncio.current_task()
    if task is None:
        return
    if sys.version_info >= (3, 11):
        task.uncancel()
    task.cancel()


class AwaitingHandle(Handle):
    _driver: Awaiting

    async def statistics(self) -> Statistics:
        """Of the whole channel, at this moment."""
        statistics: Statistics = await self._driver.wait(*self._ask())
        return statistics

    async def _operate(self, shape: Shape, value: object, timeout: Optional[float] = None) -> Any:
        return await self._driver.wait(*self._begin(shape, value, timeout))


class Sender(AwaitingHandle, Generic[T]):
    """As `handover.Sender`, awaited."""

    async def send(self, value: T, timeout: Optional[float] = None) -> None:
        """As `handover.Sender.send`. A task that is cancelled meanwhile asks for the value back; it may have been taken."""
        await self._operate("send", value, timeout)

    async def try_send(self, value: T) -> bool:
        """As `handover.Sender.try_send`."""
        was_sent: bool = await self._operate("try-send", value)
        return was_sent

    async def send_all(
        self, values: Union[Iterable[T], AsyncIterable[T]], window: int = 64, timeout: Optional[float] = None
    ) -> int:
        """As `handover.Sender.send_all`; the values may come from an asynchronous source, too."""
        batch = Batch(self, window, timeout)
        source = _drawn_from(values)
        try:
            while batch.is_wanted:
                if batch.is_full:
                    await self._driver.wait(*batch.room())
                    continue
                try:
                    value = await source.__anext__()
                except StopAsyncIteration:
                    break
                except Exception as error:
                    batch.finish(error)
                    break
                batch.begin(value)
            if not batch.is_wanted:
                await source.aclose()
            await self._driver.wait(*batch.rest())
            return batch.outcome()
        except BaseException:
            batch.forsake()
            raise

    def on_send(self, value: T) -> SendGuard:
        """A guard of a `select` that sends."""
        return SendGuard(self, value)


class Receiver(AwaitingHandle, Generic[T]):
    """As `handover.Receiver`, awaited."""

    async def receive(self, timeout: Optional[float] = None) -> T:
        """As `handover.Receiver.receive`. A task that is cancelled meanwhile receives nothing, and loses nothing."""
        value: T = await self._operate("receive", None, timeout)
        return value

    async def try_receive(self) -> Optional[Received[T]]:
        """As `handover.Receiver.try_receive`."""
        received: Optional[Received[T]] = await self._operate("try-receive", None)
        return received

    def on_receive(self) -> ReceiveGuard:
        """A guard of a `select` that receives."""
        return ReceiveGuard(self)

    async def __aiter__(self) -> AsyncIterator[T]:
        """Values until the channel ends. Leaving the loop early leaves the receiver open."""
        while True:
            try:
                value = await self.receive()
            except ChannelEndedError:
                return
            yield value

    async def extended(self) -> AsyncIterator[Work[T]]:
        """As `handover.Receiver.extended`.

        A loop that is left by `break` is closed by asyncio only later, and its value goes back then: rather say
        `fail()` or `give_back()`, or use `with work:`.
        """
        while True:
            try:
                held: Held = await self._operate("work", None)
            except ChannelEndedError:
                return
            work: Work[T] = Work(self._driver, held)
            try:
                yield work
            except GeneratorExit:
                work._leave()
                raise
            work.taken()


async def _drawn_from(values: Union[Iterable[T], AsyncIterable[T]]) -> AsyncGenerator[T, None]:
    if isinstance(values, AsyncIterable):
        awaited = aiter(values)
        try:
            async for value in awaited:
                yield value
        finally:
            if inspect.isasyncgen(awaited):
                await awaited.aclose()
        return
    source = iter(values)
    try:
        for value in source:
            yield value
    finally:
        close_source(source)


class Channel(Pair[Sender[T], Receiver[T]]):
    """Both ends of a channel, by position or by name."""


def handle_of(driver: Awaiting, party: Party, end: End) -> Handle:
    """What the code holds for an end."""
    if end.side == "send":
        return Sender[Any](driver, party, end)
    return Receiver[Any](driver, party, end)


_stage: Optional[asyncio.Task[tuple[Awaiting, Party, Ends]]] = None


async def stage(*, contracts: Optional[Mapping[str, Mapping[str, Any]]] = None) -> Ends:
    """As `handover.stage`, awaited: the ends that the supervisor gave to this process, by name.

        async def main() -> None:
            with await stage() as ends:
                async for line in ends["lines"]:
                    await ends["words"].send(line.upper())

        asyncio.run(main())

    When the supervisor asks the process to end, SystemExit leaves the event loop as soon as nothing is under way.

    Raises NotAStageError when no supervisor started this process.
    """
    driver, party, ends = await _welcomed()
    with driver.turn():
        ends.expect(party, contracts or {})
    return ends


def channel(
    name: Optional[str] = None,
    *,
    capacity: int = 0,
    overflow: str = "block",
    max_attempts: int = 3,
    dead_letters: Optional[Sender[Any]] = None,
    contract: Optional[Mapping[str, Any]] = None,
) -> Channel[Any]:
    """As `handover.channel`; after `stage()`."""
    terms = Terms(name, capacity, overflow, max_attempts, dead_letters, contract)
    if _stage is None or not _stage.done():
        raise NotAStageError("channel() was called before `await stage()`, which says what the supervisor gives")
    driver, party, _ = _stage.result()
    with driver.turn():
        sending, receiving = terms.open(party)
        return Channel((Sender[Any](driver, party, sending), Receiver[Any](driver, party, receiving)))


async def select(guards: Guards, *, priority: bool = False, otherwise: bool = False) -> Chosen:
    """As `handover.select`, awaited."""
    driver, party, _ = await _welcomed()
    with driver.turn():
        choice = choice_of(guards, priority=priority, otherwise=otherwise)
        choice.begin(party)
    outcome = await driver.wait(choice.selection, choice.seconds, lambda: choice.recall(party))
    return choice.chosen(outcome)


async def _welcomed() -> tuple[Awaiting, Party, Ends]:
    global _stage
    if _stage is None:
        environment = take_environment(os.environ)
        if environment is None:
            raise NotAStageError(NOT_A_STAGE)
        _stage = asyncio.ensure_future(_begin(environment))
    return await asyncio.shield(_stage)


async def _begin(environment: Environment) -> tuple[Awaiting, Party, Ends]:
    driver = Awaiting(environment, asyncio.get_running_loop())
    connection = await driver.welcome()
    with driver.turn():
        party, ends = ends_of(connection, lambda party, end: handle_of(driver, party, end))
    return driver, party, ends


__all__ = [
    "Channel",
    "Chosen",
    "Ends",
    "Receiver",
    "Sender",
    "Work",
    "after",
    "at",
    "channel",
    "every",
    "never",
    "select",
    "stage",
]
