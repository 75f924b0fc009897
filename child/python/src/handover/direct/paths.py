"""What decides the operations of a process: its supervisor, except for the ends whose channels have a direct link.

To the party it is one authority; nothing in its code tells the two apart.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Optional, Union

from ..party.authority import ChannelTerms, Kind, Offer
from ..party.party import Outstanding, Party
from ..wire.messages import Answer, Meet, Settings, Withdrawn
from .carrier import Later, Open
from .path import Supervisor, Surroundings
from .polls import PollingChoices
from .receiving import ReceivingPath
from .sending import SendingPath

OnePath = Union[SendingPath, ReceivingPath]


class Paths:
    def __init__(
        self, supervisor: Supervisor, party: Callable[[], Party], settings: Settings, open: Open, later: Later
    ) -> None:
        """`party` is asked for when there is something to be heard."""
        self._supervisor = supervisor
        self._party = party
        self._settings = settings
        self._open = open
        self._later = later
        self._paths: dict[int, OnePath] = {}
        self._polls = PollingChoices(
            has_link=lambda end: end in self._paths,
            offer=lambda choice: supervisor.offer(choice._replace(op=party().renumber(choice.op))),
            missed=lambda op: party().hear(Withdrawn(op, 0, 0)),
            later=later,
        )
        self._giving: Optional[ReceivingPath] = None
        """That which gives a value to the party now."""
        self._receives: Literal["as it likes", "nothing new"] = "as it likes"
        self._around = Surroundings(
            supervisor=supervisor,
            answer=lambda answer: party().hear(answer),
            outstanding_on=lambda end: party().outstanding_on(end),
            renumber=lambda op: party().renumber(op),
            later=later,
            over=self._over,
        )

    def __len__(self) -> int:
        return len(self._paths)

    @property
    def are_still(self) -> bool:
        """Whether nothing is on its way that this process has begun to say or to hear."""
        return all(path.is_still for path in self._paths.values())

    # ── what the party says ───────────────────────────────────────────────────────────────────────────────────────

    def offer(self, offer: Offer) -> None:
        if not self._paths:
            self._supervisor.offer(offer)
            return
        path = None if offer.is_choice else self._paths.get(offer.guards[0].end)
        if path is not None:
            path.offer(offer)
        elif offer.is_poll and any(guard.end in self._paths for guard in offer.guards):
            self._polls.hold(offer)
            # What has come by then is read before.
            self._later(0, lambda: self._poll(offer))
        else:
            # Any other choice waits for nobody; what comes back because of it has later numbers.
            self._supervisor.offer(offer)
            self._leave_all(offer)

    def withdraw(self, op: int, kind: Kind) -> None:
        for path in self._paths.values():
            if path.withdraw(op):
                return
        if not self._polls.withdraw(op):
            self._supervisor.withdraw(op, kind)

    def taken(self, op: int) -> bool:
        return self._supervisor.taken(op) if self._giving is None else self._giving.taken()

    def returned(self, op: int) -> None:
        if self._giving is None:
            self._supervisor.returned(op)
        else:
            # Nobody is left who would take it.
            self._giving.leave()

    def abandoned(self, op: int, why: str) -> None:
        self._supervisor.abandoned(op, why)

    def refused(self, op: int, why: str) -> None:
        if self._giving is None:
            self._supervisor.refused(op, why)
        else:
            self._giving.refused(why)

    def close(self, end: int) -> None:
        path = self._paths.get(end)
        if path is None:
            self._supervisor.close(end)
        else:
            path.close()

    def inspect(self, query: int, end: int) -> None:
        path = self._paths.get(end)
        if path is not None:
            path.tell()
        self._supervisor.inspect(query, end)

    def open_channel(self, sender: int, receiver: int, name: str, terms: ChannelTerms) -> None:
        self._supervisor.open_channel(sender, receiver, name, terms)

    def expects(self, end: int, contract: str) -> None:
        self._supervisor.expects(end, contract)

    # ── what the supervisor says ──────────────────────────────────────────────────────────────────────────────────

    def hear(self, answer: Answer) -> None:
        for path in list(self._paths.values()):
            if path.hear(answer):
                return
        self._party().hear(answer)

    def meet(self, meet: Meet) -> None:
        outstanding = self._party().outstanding_on(meet.end)
        if outstanding is None or meet.end in self._paths or not self._may_meet(outstanding):
            self._supervisor.parted(meet.link)
            return
        carrier = self._open(meet.read_path, meet.write_path, lambda: path)
        if carrier is None:
            self._supervisor.parted(meet.link)
            return
        path: OnePath
        if outstanding.side == "send":
            path = SendingPath(meet.link, meet.end, carrier, outstanding, self._around)
        else:
            path = ReceivingPath(meet.link, meet.end, carrier, self._settings, self._give, self._around)
        self._paths[meet.end] = path

    def part(self, link: int) -> None:
        path = self._of(link)
        if path is not None:
            path.leave()

    def resume(self, link: int) -> None:
        path = self._of(link)
        if isinstance(path, SendingPath):
            path.resume()

    def tell_news(self) -> None:
        """What has gone over the links is not kept for later: the supervisor is about to hear that nothing goes on here."""
        for path in self._paths.values():
            if isinstance(path, ReceivingPath):
                path.tell_news()

    def receive_nothing_new(self) -> None:
        """From now on the process takes nothing new: others may."""
        self._receives = "nothing new"
        for path in list(self._paths.values()):
            if isinstance(path, ReceivingPath):
                path.leave()

    # ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _may_meet(self, outstanding: Outstanding) -> bool:
        return not outstanding.has_choice and (outstanding.side == "send" or self._receives == "as it likes")

    def _poll(self, choice: Offer) -> None:
        """A choice that only polls: what is here already is for it; else the links are in its way."""
        if not self._polls.holds(choice.op):
            return
        for place, guard in enumerate(choice.guards):
            path = self._paths.get(guard.end)
            if isinstance(path, ReceivingPath) and path.give(choice.op, place):
                self._polls.withdraw(choice.op)
                return
        self._leave_all(choice)
        self._polls.release_free()

    def _leave_all(self, choice: Offer) -> None:
        for guard in choice.guards:
            path = self._paths.get(guard.end)
            if path is not None:
                path.leave()

    def _give(self, path: Optional[ReceivingPath]) -> None:
        self._giving = path

    def _of(self, link: int) -> Optional[OnePath]:
        return next((path for path in self._paths.values() if path.link == link), None)

    def _over(self, end: int) -> None:
        self._paths.pop(end, None)
        self._polls.release_free()
