"""Writing to a pipe that nobody may read any more: an error then, and never the signal that ends a process."""

from __future__ import annotations

import os
import signal
from typing import Union


def write(descriptor: int, data: Union[bytes, memoryview]) -> int:
    """Raises OSError."""
    # Python ignores it from the start; code may have wanted it back.
    if signal.getsignal(signal.SIGPIPE) is signal.SIG_IGN:
        return os.write(descriptor, data)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPIPE})
    try:
        return os.write(descriptor, data)
    except BrokenPipeError:
        # It came to this thread alone.
        if signal.SIGPIPE in signal.sigpending():
            signal.sigwait({signal.SIGPIPE})
        raise
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
