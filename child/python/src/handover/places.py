"""Where code waits, in words for people."""

from __future__ import annotations

import os
from collections.abc import Iterator
from types import FrameType
from typing import Any, Optional

_PACKAGE = os.path.dirname(__file__) + os.sep


def place_of(frame: Optional[FrameType]) -> Optional[str]:
    """Of a thread that waits: the innermost code that is not of the runtime."""
    while frame is not None and _is_own(frame):
        frame = frame.f_back
    return None if frame is None else _in_words(frame)


def place_of_task(task: Any) -> Optional[str]:
    """The same, of a task of asyncio."""
    place = None
    for frame in _frames_of(task.get_coro()):
        if _is_own(frame):
            break
        place = _in_words(frame)
    return place


def _frames_of(awaited: Any) -> Iterator[FrameType]:
    """Outermost first."""
    while getattr(awaited, "cr_frame", None) is not None:
        yield awaited.cr_frame
        awaited = awaited.cr_await


def _is_own(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith(_PACKAGE)


def _in_words(frame: FrameType) -> str:
    name, where = frame.f_code.co_name, f"{frame.f_code.co_filename}:{frame.f_lineno}"
    return where if name.startswith("<") else f"{name} ({where})"
