"""Threads of the runtime itself."""

from __future__ import annotations

import threading
from collections.abc import Callable


class OwnThread(threading.Thread):
    """It does nothing for the code of the stage, and ends with the process."""

    def __init__(self, name: str, do: Callable[[], None]) -> None:
        super().__init__(target=do, name=f"handover-{name}", daemon=True)
