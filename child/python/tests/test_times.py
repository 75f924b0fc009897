"""Guards of time, and what a select tries when a time has come already."""

from __future__ import annotations

import time
import unittest
from datetime import datetime, timedelta, timezone
from unittest import mock

from handover import at, every, never, times
from handover.guards import choice_of
from supervisor import Supervisor


class Times(unittest.TestCase):
    def test_at_is_ready_from_a_moment_on(self) -> None:
        past, future = datetime.now(timezone.utc) - timedelta(days=1), time.time() + 3600
        choice = choice_of({"future": at(future), "past": at(past)}, priority=False, otherwise=False)
        self.assertTrue(choice.selection.is_poll)
        self.assertEqual(choice.time and choice.time.name, "past")
        waiting = choice_of({"future": at(future), "never": never}, priority=False, otherwise=False)
        self.assertAlmostEqual(waiting.seconds or 0, 3600, delta=60)

    def test_every_is_ready_at_each_multiple_and_leaves_out_what_was_missed(self) -> None:
        with mock.patch.object(times.time, "monotonic") as now:
            now.return_value = 100.0
            ticker = every(10)
            for elapsed, left in [(0, 10), (4, 6), (10, 0), (12, -2)]:
                now.return_value = 100.0 + elapsed
                self.assertEqual(ticker._left(), left)
            ticker._tick()
            self.assertEqual(ticker._left(), 8)
            # Of the ticks at 20, 30 and 40 one is ready at once, and the others are left out.
            now.return_value = 145.0
            self.assertLess(ticker._left(), 0)
            ticker._tick()
            self.assertEqual(ticker._left(), 5)

    def test_what_is_no_time_is_refused(self) -> None:
        for make, error in [
            (lambda: at(datetime(2026, 7, 1)), "has no time zone"),
            (lambda: at("tomorrow"), "at takes a datetime"),
            (lambda: at(float("nan")), "not nan"),
            (lambda: every(0), "above 0, not 0"),
            (lambda: every(float("inf")), "above 0, not inf"),
            (lambda: every(-1), "0 or more, not -1"),
            (lambda: choice_of({"a": never, "b": None}, priority=False, otherwise=False), "nothing to wait for"),
        ]:
            with self.subTest(error), self.assertRaisesRegex((ValueError, TypeError), error):
                make()

    def test_R6_a_time_that_has_come_is_tried_in_its_place_when_the_order_counts(self) -> None:
        code = (
            "from handover import at, select, stage\n"
            "ends = stage()\n"
            "print(select({'past': at(0), 'input': ends.input.on_receive()}, priority=True).guard)\n"
            "print(select({'input': ends.input.on_receive(), 'past': at(0)}, priority=True).guard)\n"
            "print(select({'input': ends.input.on_receive(), 'past': at(0)}, priority=True).guard)\n"
        )
        with Supervisor(code) as supervisor:
            supervisor.welcome()
            supervisor.hear()
            # The first has chosen without a question; the others poll.
            self.assertEqual(supervisor.hear(), ([2, 1, 3, [[1]]], None))
            supervisor.say([66, 1, 0, 1], b"\x01")
            self.assertEqual(supervisor.hear(), ([4, 1], None))
            self.assertEqual(supervisor.hear(), ([2, 2, 3, [[1]]], None))
            supervisor.say([69, 2, 0, 0])
            self.assertEqual(supervisor.ended(), (0, "past\ninput\npast\n", ""))

    def test_R6_a_time_that_has_come_is_drawn_like_the_other_guards(self) -> None:
        code = (
            "from handover import at, select, stage\n"
            "ends = stage()\n"
            "for _ in range(60):\n"
            "    select({'input': ends.input.on_receive(), 'past': at(0)})\n"
        )
        with Supervisor(code) as supervisor:
            supervisor.welcome()
            supervisor.hear()
            asked = 0
            while (message := supervisor.hear()) != (None, None):
                asked += 1
                supervisor.say([69, message[0][1], 0, 0])
            # All or none of them: once in 2^60.
            self.assertTrue(0 < asked < 60, asked)
            self.assertEqual(supervisor.ended()[0], 0)


if __name__ == "__main__":
    unittest.main()
