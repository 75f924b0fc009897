"""A supervisor by hand, for one stage in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from types import TracebackType
from typing import Any

from handover.value.msgpack import pack, unpack
from handover.wire.frames import Frame, FrameReader, frame_of

PATH = os.path.join(os.path.dirname(__file__), "..", "src")


class Supervisor:
    """Starts the code, which gets a receiver `input` (1) and a sender `output` (2)."""

    def __init__(self, code: str) -> None:
        their_input, self.output = os.pipe()
        self.input, their_output = os.pipe()
        self._frames = FrameReader()
        self._heard: list[Frame] = []
        self.process = subprocess.Popen(
            [sys.executable, "-c", code],
            env={
                **os.environ,
                "HANDOVER_LINK": f"{their_input},{their_output}",
                "HANDOVER_TOKEN": "t0k",
                "PYTHONPATH": PATH,
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            pass_fds=(their_input, their_output),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        os.close(their_input)
        os.close(their_output)

    def welcome(self, *, operations: int = 64, major: int = 1) -> None:
        ends = [
            {"name": "input", "end": 1, "side": "receive", "channel": "in"},
            {"name": "output", "end": 2, "side": "send", "channel": "out"},
        ]
        window = {"operations": operations, "bytes": 1 << 20}
        settings = {"stage": "one", "replica": 0, "maxValueBytes": 1 << 26, "window": window}
        self.say([64, [major, 0], settings, ends])

    def say(self, header: list[Any], value: bytes = b"") -> None:
        self.write(frame_of(pack(header), [value]))

    def write(self, data: bytes) -> None:
        os.write(self.output, data)

    def hear(self) -> tuple[Any, Any]:
        """The next message, and its value; None at the end of the link."""
        while not self._heard:
            chunk = os.read(self.input, 1 << 16)
            if not chunk:
                return None, None
            self._heard.extend(self._frames.read(chunk))
        frame = self._heard.pop(0)
        return unpack(frame.header), unpack(frame.value) if frame.value else None

    def listen_until_amid(self) -> None:
        """Until a frame has begun that is not complete."""
        while self._frames.is_between_frames:
            self._heard.extend(self._frames.read(os.read(self.input, 1 << 16)))

    @property
    def is_between_frames(self) -> bool:
        """Whether nothing that it heard was cut off."""
        return self._frames.is_between_frames

    def ended(self) -> tuple[int, str, str]:
        """Its exit code, and what it printed."""
        out, err = self.process.communicate(timeout=20)
        return self.process.returncode, out, err

    def __enter__(self) -> Supervisor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self.input)
        os.close(self.output)
        self.process.kill()
        self.process.communicate()
