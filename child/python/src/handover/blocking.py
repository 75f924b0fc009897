"""The plain driver: an operation blocks the thread that begins it, and any number of threads may do so.

Whoever waits reads the link, and the direct links: the first of them reads for all (the leader), the others sleep until
their operation has ended, or until they are to lead. While nobody waits, and there are direct links, the steward reads.
"""

from __future__ import annotations

import atexit
import os
import select as system
import sys
import threading
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Literal, Optional

from .connection import CHUNK, Connection
from .environment import Environment
from .errors import NotAStageError
from .idleness import are_alone
from .lookout import Lookout, Ready
from .own_thread import OwnThread
from .party.end import End
from .party.hand import Held
from .party.party import Party
from .party.pending import Pending
from .places import place_of
from .pulse import Pulse
from .steward import Steward
from .value.cargo import Carried
from .waiter import Waiter
from .wire import words
from .wire.messages import Probe

SOON = 0.1
"""In seconds: a process that ends because of an exception has ended by then, if it is quick."""


class Turn:
    """One for all: entering it waits until the one before is over."""

    def __init__(self, driver: Blocking) -> None:
        self._driver = driver

    def __enter__(self) -> None:
        self._driver.enter()

    def __exit__(self, kind: Optional[type[BaseException]], *_: object) -> None:
        self._driver.leave(kind)


class Blocking:
    """The link of this process, for threads that wait."""

    def __init__(self, environment: Environment, handle_of: Callable[[Blocking, Party, End], Carried]) -> None:
        self._lock = threading.Lock()
        self._turn = Turn(self)
        self._left = threading.Condition(self._lock)
        """A lot of what was said has left."""
        self._lots_taken = 0
        self._lots_left = 0
        self._is_pumping = False
        """A thread writes pieces, and what others say between them."""
        self._leader: Optional[Waiter] = None
        self._waiters: list[Waiter] = []
        self._later: deque[Callable[[], None]] = deque()
        self._exiting = threading.Event()
        self._lookout = Lookout(environment.input)
        self._steward = Steward(self._lock, self._is_unread, self._read_as_steward)
        self._unheeded: deque[Callable[[], None]] = deque()
        """What the steward has heard, and is for code that waits."""
        self._reader: Literal["code", "steward"] = "code"
        """Of what is heard in this turn."""
        self._connection = BlockingConnection(
            environment,
            lambda party, end: handle_of(self, party, end),
            self._probed,
            self._lookout,
            self._heed,
        )
        self._pulse = None if environment.pulse is None else Pulse(environment.pulse)
        self._connection.hello([] if self._pulse is None else ["pulse"])
        atexit.register(self._finish)

    def welcome(self) -> Connection:
        """Waits until the supervisor needs this process."""
        while self._connection.party is None:
            with self.letting_go():
                chunk = os.read(self._connection.input, CHUNK)
            with self.turn():
                self._connection.hear(chunk)
        return self._connection

    def turn(self) -> Turn:
        return self._turn

    def enter(self) -> None:
        if self._connection.is_forked:
            raise NotAStageError(
                "this process was forked from a stage, whose ends it cannot use: give it what it needs in another way, "
                "or start it as a stage of its own"
            )
        self._lock.acquire()

    def leave(self, error: Optional[type[BaseException]]) -> None:
        try:
            if error is None:
                self._do_later()
        finally:
            try:
                self._flush()
            finally:
                self._lock.release()
        if error is None and self._connection.has_pieces:
            self._pump()

    def later(self, do: Callable[[], None]) -> None:
        """Does it in the next turn, or in one that comes soon; never in this moment, for a turn may be going on, maybe in
        this very thread. Where the process ends first, how it ends says more."""
        if self._connection.is_forked:
            return
        self._later.append(do)
        try:
            OwnThread("later", self._do_soon).start()
        except RuntimeError:
            # The interpreter is ending.
            pass

    def wait(
        self,
        pending: Pending,
        timeout: Optional[float] = None,
        on_timeout: Callable[[], Optional[float]] = lambda: None,
    ) -> Any:
        """The outcome of what was begun. When the time is over, calls back in a turn, and goes on waiting; again for so
        long as that says.

        Raises the error that it ended with; SystemExit where nobody will answer, for the process is to end.
        """
        waiter = Waiter(pending, timeout)
        try:
            if self._unheeded:
                with self.turn():
                    while self._unheeded:
                        self._unheeded.popleft()()
            with self._lock:
                if not pending.is_over:
                    pending.on_end = waiter.wake
                    self._waiters.append(waiter)
            while not pending.is_over:
                if waiter.seconds == 0:
                    with self.turn():
                        waiter.wait_for(None if pending.is_over else on_timeout())
                elif self._leads(waiter):
                    self._read(waiter)
                else:
                    self._sleep(waiter)
        except BaseException:
            with self.turn():
                self._forsake(pending)
            raise
        finally:
            self._leave(waiter)
        # Whoever ended it may still be writing what has to be said first.
        with self._lock:
            self._flush()
        if pending.state == "void":
            raise SystemExit(0)
        return pending.outcome()

    def letting_go(self) -> AbstractContextManager[None]:
        return nullcontext() if self._pulse is None else self._pulse.letting_go()

    def _leads(self, waiter: Waiter) -> bool:
        with self._lock:
            if self._leader is None:
                self._leader = waiter
            elif self._leader is not waiter and waiter.woken is None:
                waiter.woken = threading.Event()
            return self._leader is waiter

    def _read(self, waiter: Waiter) -> None:
        if self._has_links:
            self._read_links(waiter)
            return
        with self.letting_go():
            seconds = waiter.seconds
            if seconds is not None:
                readable = system.poll()
                readable.register(self._connection.input, system.POLLIN)
                if not readable.poll(seconds * 1000):
                    return
            chunk = os.read(self._connection.input, CHUNK)
        with self.turn():
            self._connection.hear(chunk)

    def _read_links(self, waiter: Waiter) -> None:
        lookout = self._lookout
        with self._lock:
            seconds = lookout.begin(waiter.seconds)
        try:
            with self.letting_go():
                ready = lookout.sight.of_code.select(seconds)
                chunk = self._chunk_of(ready)
        finally:
            with self._lock:
                lookout.end()
        with self.turn():
            self._deal_with(ready, chunk)

    def _chunk_of(self, ready: Ready) -> Optional[bytes]:
        """What came from the supervisor, if anything did."""
        if self._lookout.has_link(ready):
            return os.read(self._connection.input, CHUNK)
        return None

    def _deal_with(self, ready: Ready, chunk: Optional[bytes]) -> None:
        if chunk is not None:
            self._connection.hear(chunk)
        self._lookout.deal_with(ready)

    # ── while no thread waits ─────────────────────────────────────────────────────────────────────────────────────

    @property
    def _has_links(self) -> bool:
        """Of one that is over for this process, the pipes may have to be looked at still."""
        return self._connection.has_links or self._lookout.is_in_use

    def _is_unread(self) -> bool:
        return self._leader is None and self._has_links and not self._exiting.is_set()

    def _read_as_steward(self) -> None:
        lookout = self._lookout
        with self._lock:
            seconds = lookout.begin(None)
        lookout.sight.of_steward.select(seconds)
        with self.turn():
            lookout.end()
            if self._is_unread():
                # Only in a turn it is sure that nobody else reads what is there.
                ready = lookout.sight.of_steward.select(0)
                self._reader = "steward"
                try:
                    self._deal_with(ready, self._chunk_of(ready))
                finally:
                    self._reader = "code"

    def _heed(self, message: Callable[[], None]) -> None:
        """Code that waits is told at once, other code as soon as it waits."""
        if self._reader == "steward":
            self._unheeded.append(message)
        else:
            message()

    # ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _sleep(self, waiter: Waiter) -> None:
        woken = waiter.woken
        if woken is None or waiter.pending.is_over:
            return
        with self.letting_go():
            woken.wait(waiter.seconds)
        if not waiter.pending.is_over:
            woken.clear()

    def _leave(self, waiter: Waiter) -> None:
        with self._lock:
            if waiter in self._waiters:
                self._waiters.remove(waiter)
            if self._leader is waiter:
                self._leader = None
            if self._leader is not None:
                return
            if self._waiters:
                self._waiters[0].wake()
            elif self._has_links:
                self._steward.may_be_needed()

    def _probed(self, probe: Probe) -> None:
        """What came before has ended what it ends: whoever waits for that waits no more."""
        idle = {waiter.thread: waiter.pending for waiter in self._waiters if waiter.is_idle}
        is_still = self._connection.is_still and not self._later
        is_idle = is_still and are_alone(idle)
        frames = sys._current_frames() if is_idle and probe.wants_places else {}
        places = {pending.op: place_of(frames.get(thread)) for thread, pending in idle.items()}
        self._connection.say_idle(words.idle(probe.number, is_idle, places))

    def _forsake(self, pending: Pending) -> None:
        party = self._connection.party
        if not pending.is_over and party is not None:
            party.forsake(pending)
        elif isinstance(pending.result, Held):
            pending.result.settle("returned")

    def _flush(self) -> None:
        """In a turn: all that was said, and is not behind a piece, is with the kernel when it returns."""
        lots = self._lots_taken + (1 if self._connection.has_short else 0)
        while self._is_pumping and self._lots_left < lots:
            self._left.wait()
        if not self._is_pumping:
            self._connection.write_short()

    def _pump(self) -> None:
        """Writes all pieces, unless another thread does; between them it lets others have their turns."""
        with self._lock:
            if self._is_pumping:
                return
            self._is_pumping = True
            try:
                while self._connection.has_pieces:
                    lot = self._connection.take_next()
                    self._lots_taken += 1
                    self._lock.release()
                    try:
                        self._connection.write(lot)
                    finally:
                        self._lock.acquire()
                        self._lots_left += 1
                        self._left.notify_all()
            finally:
                self._is_pumping = False
                self._lots_left = self._lots_taken
                self._left.notify_all()
                self._connection.write_short()

    def _finish(self) -> None:
        """The process exits: nothing that it has begun to say is cut off."""
        if self._connection.is_forked:
            return
        self._exiting.set()
        self._pump()
        with self._lock:
            while self._is_pumping:
                self._left.wait()

    def _do_soon(self) -> None:
        if self._exiting.wait(SOON):
            return
        with self.turn():
            pass

    def _do_later(self) -> None:
        while self._later and not self._exiting.is_set():
            self._later.popleft()()


class BlockingConnection(Connection):
    """Code hears that it is to end when it waits, and not amid what it does."""

    def __init__(
        self,
        environment: Environment,
        handle_of: Callable[[Party, End], Carried],
        on_probe: Callable[[Probe], None],
        lookout: Lookout,
        heed: Callable[[Callable[[], None]], None],
    ) -> None:
        super().__init__(environment, handle_of, on_probe, lookout, lookout.after)
        self._heed = heed

    def on_shutdown(self, party: Party) -> None:
        end = super().on_shutdown
        self._heed(lambda: end(party))

    def on_retire(self, party: Party) -> None:
        retire = super().on_retire
        self._heed(lambda: retire(party))
