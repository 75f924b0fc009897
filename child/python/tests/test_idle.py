"""What a stage answers when it is asked whether it is idle: docs/protocol.md, 8.13."""

from __future__ import annotations

import unittest

from handover.value.msgpack import pack
from handover.wire.frames import frame_of
from supervisor import Supervisor

BLOCKING = "import signal, threading\nfrom handover import stage\nends = stage()\n"
AWAITED = "import asyncio, threading\nfrom handover.aio import stage\n"
RUN = "asyncio.run(main())\n"


def answer_to_probe(supervisor: Supervisor, *, places: int = 0) -> tuple[object, object]:
    """Asks when the stage has offered what it waits for."""
    supervisor.welcome()
    supervisor.hear()
    supervisor.hear()
    supervisor.say([73, 5, places])
    return supervisor.hear()


class Idle(unittest.TestCase):
    def test_8_13_a_stage_that_waits_for_its_operation_is_idle_and_says_where(self) -> None:
        code = BLOCKING + "def wait():\n    ends.input.receive()\nwait()"
        with Supervisor(code) as supervisor:
            answer = answer_to_probe(supervisor, places=1)
            self.assertEqual(answer, ([10, 5, 1, [[1, "wait (<string>:5)"]]], None))

    def test_8_13_the_same_with_asyncio(self) -> None:
        code = AWAITED + (
            "async def wait(ends):\n"
            "    await ends.input.receive()\n"
            "async def main():\n"
            "    await wait(await stage())\n"
        )
        with Supervisor(code + RUN) as supervisor:
            answer = answer_to_probe(supervisor, places=1)
            self.assertEqual(answer, ([10, 5, 1, [[1, "wait (<string>:4)"]]], None))

    def test_8_13_places_are_said_only_where_they_are_wanted(self) -> None:
        with Supervisor(BLOCKING + "ends.input.receive()") as supervisor:
            self.assertEqual(answer_to_probe(supervisor), ([10, 5, 1, []], None))

    def test_8_13_a_stage_that_may_still_do_something_is_not_idle(self) -> None:
        forever = "threading.Thread(target=threading.Event().wait, daemon=True).start()\n"
        for name, code in [
            ("a time", "ends.input.receive(timeout=60)"),
            ("another thread", f"{forever}ends.input.receive()"),
            ("a timer of the system", "signal.setitimer(signal.ITIMER_REAL, 60)\nends.input.receive()"),
        ]:
            with self.subTest(name), Supervisor(BLOCKING + code) as supervisor:
                self.assertEqual(answer_to_probe(supervisor, places=1), ([10, 5, 0, []], None))

    def test_8_13_nor_is_one_with_asyncio(self) -> None:
        for name, code in [
            ("a time", "await ends.input.receive(timeout=60)"),
            ("a timer of the loop", "await asyncio.gather(ends.input.receive(), asyncio.sleep(60))"),
            ("another thread", "threading.Thread(target=ours.wait, daemon=True).start(); await ends.input.receive()"),
            ("a thread of the loop", "await asyncio.gather(ends.input.receive(), asyncio.to_thread(ours.wait))"),
        ]:
            start = "ours = threading.Event()\nasync def main():\n    ends = await stage()\n    "
            with self.subTest(name), Supervisor(f"{AWAITED}{start}{code}\n{RUN}") as supervisor:
                self.assertEqual(answer_to_probe(supervisor, places=1), ([10, 5, 0, []], None))

    def test_8_13_the_answer_follows_all_that_came_before_and_what_that_led_to(self) -> None:
        code = AWAITED + (
            "async def main():\n"
            "    ends = await stage()\n"
            "    first = await ends.input.receive()\n"
            "    for _ in range(50):\n"
            "        await asyncio.sleep(0)\n"
            "    await ends.output.send(first)\n"
        )
        with Supervisor(code + RUN) as supervisor:
            supervisor.welcome()
            supervisor.hear()
            supervisor.hear()
            # In one piece: both are read in one turn.
            supervisor.write(frame_of(pack([66, 1, 0, 1]), [b"\x07"]) + frame_of(pack([73, 6, 0]), []))
            self.assertEqual(supervisor.hear(), ([4, 1], None))
            self.assertEqual(supervisor.hear(), ([2, 2, 0, [[2, 1]]], 7))
            self.assertEqual(supervisor.hear(), ([10, 6, 1, []], None))


if __name__ == "__main__":
    unittest.main()
