"""Whether anything can still happen in this process but what comes over the link. See docs/protocol.md, 8.13.

asyncio does not tell; it is seen from what the loop of the standard library waits for. Of another loop nothing is known.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import Collection
from typing import Any, Optional

from .own_thread import OwnThread

_LOOPS_OWN = 1
"""Of the descriptors that a loop watches: the one by which other threads wake it."""


def are_alone(threads: Collection[int]) -> bool:
    """Whether no thread but these, and no timer of the system, can do anything. What another waits for is not known."""
    if signal.getitimer(signal.ITIMER_REAL)[0] > 0:
        return False
    ours = {thread.ident for thread in threading.enumerate() if isinstance(thread, OwnThread)}
    return sys._current_frames().keys() <= ours.union(threads)


def is_idle(
    loop: Any, watched: int, ours: Collection[asyncio.Future[Any]], times: Collection[asyncio.TimerHandle] = ()
) -> Optional[bool]:
    """Whether all code waits for `ours`, or for other code that does. None: it cannot be known.

    `watched`: how many descriptors the links have the loop watch; `times`: of their own.
    """
    try:
        if loop._ready or any(not timer._cancelled and timer not in times for timer in loop._scheduled):
            return False
        if len(loop._selector.get_map()) > _LOOPS_OWN + watched:
            return False
        return not any(_waits_elsewhere(task, ours) for task in asyncio.all_tasks(loop))
    except AttributeError:
        return None


def has_code_to_run(loop: Any) -> bool:
    """Whether something in it goes on by itself, as far as can be known."""
    return bool(getattr(loop, "_ready", False))


def awaited_by(task: Any) -> Any:
    """The future that a task waits for."""
    return task._fut_waiter


def _waits_elsewhere(task: Any, ours: Collection[asyncio.Future[Any]]) -> bool:
    """A future that something outside of the loop will end has callbacks besides that of the task that awaits it."""
    waiter = task._fut_waiter
    if waiter is None:
        return True
    if waiter in ours or type(waiter) is not asyncio.Future:
        return False
    return len(waiter._callbacks or ()) > 1
