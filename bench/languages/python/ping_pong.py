"""The least that two processes in Python can do over two pipes: 24 bytes there, a byte back."""

import json
import os

from stopwatch import MESSAGE, microseconds_of

read_down, write_down = os.pipe()
read_up, write_up = os.pipe()

if os.fork() == 0:
    os.close(write_down)
    os.close(read_up)
    while os.read(read_down, len(MESSAGE)):
        os.write(write_up, b"\0")
    os._exit(0)

os.close(read_down)
os.close(write_up)


def lap():
    os.write(write_down, MESSAGE)
    os.read(read_up, 1)


microseconds = microseconds_of(lap)
os.close(write_down)
os.wait()
print(json.dumps({"figure": microseconds}))
