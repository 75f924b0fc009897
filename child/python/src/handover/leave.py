"""How a stage ends whose supervisor is gone."""

from __future__ import annotations

import os
import threading
from typing import NoReturn

EXIT_WITHOUT_SUPERVISOR = 70

_leaving = threading.Lock()


def leave(why: str) -> NoReturn:
    """It has nobody to work for: it ends at once, in whichever thread that is seen, whatever its code is doing."""
    _leaving.acquire()
    try:
        os.write(2, f"handover: {why}; this stage ends\n".encode(errors="replace"))
    except OSError:
        pass
    os._exit(EXIT_WITHOUT_SUPERVISOR)
