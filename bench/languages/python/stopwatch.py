"""As stopwatch.ts."""

import os
import time

MESSAGE = b"h" * 24

WARM_UP = 20_480
MEASURED = 0.35
LAPS_PER_LOOK = 32
FIXED_LAPS = int(os.environ.get("BENCH_LAPS", "0"))


def microseconds_of(lap):
    """Of one lap, on average: a function that is called for each."""
    for _ in range(WARM_UP):
        lap()
    laps = 0
    start = time.perf_counter()
    while True:
        for _ in range(LAPS_PER_LOOK):
            lap()
        laps += LAPS_PER_LOOK
        elapsed = time.perf_counter() - start
        if laps >= FIXED_LAPS if FIXED_LAPS else elapsed >= MEASURED:
            return elapsed * 1e6 / laps
