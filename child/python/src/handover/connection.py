"""The link of this process, and what comes over it. When and in which thread, a driver decides.

What is said is written in blocking mode: the supervisor reads always, and for as long as it takes. Between the pieces of a
large value others can say something.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Optional

from . import contracts
from .direct.carrier import Later
from .direct.paths import Paths
from .direct.pipes import Lookout, opening_with
from .environment import Environment, descriptors_of
from .errors import ProtocolError
from .leave import leave
from .party.end import End
from .party.party import Fate, Party
from .party.relay import Relay
from .value.cargo import Carried
from .value.codec import Codec
from .watch import watch
from .wire import words
from .wire.frames import FrameReader
from .wire.messages import (
    EndContract,
    Inspected,
    Meet,
    Message,
    Part,
    Probe,
    Refusal,
    Resume,
    Retire,
    Shutdown,
    Welcome,
    message_of,
)
from .wire.outgoing import Outgoing

MAJOR = words.VERSION[0]
CHUNK = 1 << 18


class Connection:
    def __init__(
        self,
        environment: Environment,
        handle_of: Callable[[Party, End], Carried],
        on_probe: Callable[[Probe], None],
        lookout: Lookout,
        later: Later,
    ) -> None:
        """`on_probe` says in its own time whether the process is idle."""
        self.input = environment.input
        self.welcome: Optional[Welcome] = None
        self.party: Optional[Party] = None
        self.paths: Optional[Paths] = None
        self.is_forked = False
        """This process is a copy of the stage, and has no link."""
        self._environment = environment
        self._handle_of = handle_of
        self._on_probe = on_probe
        self._open = opening_with(lookout)
        self._later = later
        self._frames = FrameReader()
        self._outgoing = Outgoing()
        self._leaving = memoryview(b"")
        """What is being written: nothing may come between."""
        watch(environment.input)
        os.register_at_fork(after_in_child=self._forked)

    def hello(self, features: list[str]) -> None:
        every = ["pieces", "idle", "direct", *contracts.features(), *features]
        self.say(words.hello("python", every, self._environment.token))
        self.write_short()

    def say(self, word: words.Word) -> None:
        self._outgoing.say(word)

    @property
    def has_short(self) -> bool:
        """Whether something is to be written that need not wait for a piece."""
        return self._outgoing.has_short

    @property
    def has_pieces(self) -> bool:
        """Whether pieces of large values are still to leave, or what has to stay behind them."""
        return not self.is_forked and self._outgoing.has_pieces

    def write_short(self) -> None:
        """All that was said, and is not behind a piece, is with the kernel when it returns."""
        if self._leaving or self._outgoing.has_short:
            self.write(self._outgoing.short())

    def take_next(self) -> bytes:
        """The same, and a piece: to be written."""
        return self._outgoing.next()

    def write(self, said: bytes) -> None:
        if self.is_forked:
            return
        self._leaving = memoryview(bytes(self._leaving) + said if self._leaving else said)
        while self._leaving:
            try:
                self._leaving = self._leaving[os.write(self._environment.output, self._leaving) :]
            except OSError:
                leave("the supervisor is gone")

    def hear(self, chunk: bytes) -> None:
        """No bytes: the link is at its end."""
        if not chunk:
            leave("the supervisor is gone")
        try:
            for frame in self._frames.read(chunk):
                self._message(message_of(frame))
        except ProtocolError as error:
            leave(str(error))

    @property
    def has_links(self) -> bool:
        """Whether there are direct links that are not over for this process."""
        return self.paths is not None and len(self.paths) > 0

    @property
    def is_still(self) -> bool:
        """Whether nothing is on its way that this process has begun to say, or to hear on a direct link."""
        return not self.has_pieces and (self.paths is None or self.paths.are_still)

    def say_idle(self, word: words.Word) -> None:
        """After the news of what has gone directly."""
        if self.paths is not None:
            self.paths.tell_news()
        self.say(word)

    @property
    def fate(self) -> Fate:
        """What becomes of the ends of a process that ends well. Until it has exited it may be killed, and count as
        failed: where that is followed by another, that one goes on with them."""
        restart = self.welcome and self.welcome.settings.restart
        is_followed = restart is not None or (self.party is not None and self.party.is_retiring)
        return "followed" if is_followed else "ended"

    def on_shutdown(self, party: Party) -> None:
        """The process is asked to come to an end."""
        party.wind_down(self.fate)
        self._receive_nothing_new()

    def on_retire(self, party: Party) -> None:
        """The process is asked to finish what it has, and to take nothing new."""
        party.retire()
        self._receive_nothing_new()

    def _receive_nothing_new(self) -> None:
        if self.paths is not None:
            self.paths.receive_nothing_new()

    def _message(self, message: Message) -> None:
        if isinstance(message, Refusal):
            leave(message.why)
        party, paths = self.party, self.paths
        if isinstance(message, Welcome):
            self._welcomed(message)
        elif party is None or paths is None:
            raise ProtocolError(f'expected "welcome" first from the supervisor, got {type(message).__name__}')
        elif isinstance(message, Shutdown):
            self.on_shutdown(party)
        elif isinstance(message, Retire):
            self.on_retire(party)
        elif isinstance(message, Probe):
            self._on_probe(message)
        elif isinstance(message, EndContract):
            party.contracts[message.end] = message.contract
        elif isinstance(message, Inspected):
            party.inspected(message)
        elif isinstance(message, Meet):
            paths.meet(message)
        elif isinstance(message, Part):
            paths.part(message.link)
        elif isinstance(message, Resume):
            paths.resume(message.link)
        else:
            paths.hear(message)

    def _welcomed(self, welcome: Welcome) -> None:
        # The refusal, which answers the hello, says what to do.
        if welcome.major != MAJOR:
            return
        if self.welcome is not None:
            raise ProtocolError('expected no second greeting from the supervisor, got "welcome"')
        self.welcome = welcome
        relay = Relay(self.say)
        self.paths = paths = Paths(relay, lambda: party, welcome.settings, self._open, self._later)
        self.party = party = Party(welcome.settings, paths, self._handle_of, Codec())

    def _forked(self) -> None:
        """The link belongs to the stage alone: who holds it open, holds up its end."""
        self.is_forked = True
        for descriptor in descriptors_of(self._environment):
            os.close(descriptor)

