"""Sees that the supervisor is gone, also while the code of the stage computes and nobody reads the link."""

from __future__ import annotations

import select

from .leave import leave
from .own_thread import OwnThread

# A pipe hangs up by itself; of a socket, that the other side writes no more has to be asked for.
_GONE = getattr(select, "POLLRDHUP", 0)


def watch(descriptor: int) -> None:
    """Ends the process, in a thread of its own, when the link is at its end."""
    hangup = select.poll()
    hangup.register(descriptor, _GONE)

    def wait() -> None:
        hangup.poll()
        leave("the supervisor is gone")

    OwnThread("watch", wait).start()
