"""What a stage says on its link, word for word, and how it ends when that is at its end."""

from __future__ import annotations

import unittest

from handover import contracts
from handover.value.msgpack import pack
from handover.wire.frames import frame_of
from supervisor import Supervisor

ENDS = "from handover import stage\nends = stage()\n"


class Link(unittest.TestCase):
    def test_11_the_session_of_the_protocol(self) -> None:
        code = (
            "from handover import stage\n"
            "with stage() as ends:\n"
            "    for line in ends.input:\n"
            "        ends.output.send(line.upper())\n"
        )
        with Supervisor(code) as supervisor:
            features = ["pieces", "idle", "direct", *contracts.features()]
            self.assertEqual(supervisor.hear(), ([1, [1, 0], "python", features, "t0k"], None))
            supervisor.welcome()
            self.assertEqual(supervisor.hear(), ([2, 1, 0, [[1]]], None))
            supervisor.say([66, 1, 0, 1], b"\xa2hi")
            self.assertEqual(supervisor.hear(), ([4, 1], None))
            self.assertEqual(supervisor.hear(), ([2, 2, 0, [[2, 3]]], "HI"))
            supervisor.say([67, 2, 0])
            self.assertEqual(supervisor.hear(), ([2, 3, 0, [[1]]], None))
            supervisor.say([70, 3, 0, 0, "ended", None])
            self.assertCountEqual([supervisor.hear()[0], supervisor.hear()[0]], [[7, 1], [7, 2]])
            self.assertEqual(supervisor.hear(), (None, None))
            self.assertEqual(supervisor.ended(), (0, "", ""))

    def test_8_9_taken_is_with_the_kernel_before_code_has_the_value(self) -> None:
        code = ENDS + "ends.input.receive()\nimport os\nos._exit(0)"
        with Supervisor(code) as supervisor:
            supervisor.welcome()
            supervisor.hear()
            supervisor.hear()
            supervisor.say([66, 1, 0, 1], b"\x01")
            self.assertEqual(supervisor.hear(), ([4, 1], None))
            self.assertEqual(supervisor.hear(), (None, None))

    def test_2_6_a_value_in_pieces_is_one_value(self) -> None:
        with Supervisor(ENDS + "print(ends.input.receive())") as supervisor:
            supervisor.welcome()
            supervisor.hear()
            supervisor.hear()
            supervisor.write(bytes.fromhex("c14c000500000008003f9442010001"))
            supervisor.write(bytes.fromhex("c150003f00000001a2"))
            supervisor.write(bytes.fromhex("c150003f000000026869"))
            self.assertEqual(supervisor.ended(), (0, "hi\n", ""))

    def test_8_8_garbage_on_its_link_ends_it(self) -> None:
        for name, said, why in [
            ("text", b"oops, no frame", 'expected a frame (it starts with C1 48), but the link said: "oops, no"'),
            ("an unknown message", bytes.fromhex("c148000200000002914f"), "a supervisor has no message number 79"),
            ("a header that is none", bytes.fromhex("c1480001000000018000"), "a header is not a msgpack array: 80"),
        ]:
            with self.subTest(name), Supervisor(ENDS + "ends.input.receive()") as supervisor:
                supervisor.welcome()
                supervisor.write(said)
                code, _, err = supervisor.ended()
                self.assertEqual(code, 70)
                self.assertIn(f"handover: {why}", err)

    def test_3_16_a_refusal_is_printed(self) -> None:
        with Supervisor(ENDS) as supervisor:
            supervisor.say([65, "the versions do not agree"])
            self.assertEqual(supervisor.ended(), (70, "", "handover: the versions do not agree; this stage ends\n"))

    def test_10_2_a_welcome_of_another_major_version_is_not_used(self) -> None:
        with Supervisor(ENDS + "print('used')") as supervisor:
            supervisor.welcome(major=2)
            self.assertEqual(supervisor.hear()[0][0], 1)
            supervisor.say([65, "use version 2"])
            self.assertEqual(supervisor.ended(), (70, "", "handover: use version 2; this stage ends\n"))

    def test_6_1_what_is_beyond_the_window_of_an_end_is_held_back_in_order(self) -> None:
        code = ENDS + (
            "import threading\n"
            "threads = [threading.Thread(target=ends.output.send, args=(n,)) for n in range(3)]\n"
            "for thread in threads:\n"
            "    thread.start()\n"
        )
        with Supervisor(code) as supervisor:
            supervisor.welcome(operations=2)
            supervisor.hear()
            self.assertEqual(supervisor.hear(), ([2, 1, 0, [[2, 1]]], 0))
            self.assertEqual(supervisor.hear(), ([2, 2, 0, [[2, 1]]], 1))
            # Were the third offered by now, it would come before this answer.
            supervisor.say([66, 99, 0, 1], b"\xc0")
            self.assertEqual(supervisor.hear(), ([5, 99], None))
            supervisor.say([67, 1, 0])
            self.assertEqual(supervisor.hear(), ([2, 3, 0, [[2, 1]]], 2))
            supervisor.say([67, 2, 0])
            supervisor.say([67, 3, 0])
            self.assertEqual(supervisor.ended(), (0, "", ""))

    def test_4_9_a_delivery_that_crosses_a_withdrawal_wins(self) -> None:
        with Supervisor(ENDS + "print(ends.input.receive(timeout=0.01))") as supervisor:
            supervisor.welcome()
            supervisor.hear()
            self.assertEqual(supervisor.hear(), ([2, 1, 0, [[1]]], None))
            self.assertEqual(supervisor.hear(), ([3, 1, 1], None))
            supervisor.say([66, 1, 0, 1], b"\xa4wins")
            self.assertEqual(supervisor.hear(), ([4, 1], None))
            self.assertEqual(supervisor.ended(), (0, "wins\n", ""))

    def test_4_9_a_send_whose_time_is_over_waits_for_who_has_its_value_in_hand(self) -> None:
        with Supervisor(ENDS + "print(ends.output.send(1, timeout=0.01))") as supervisor:
            supervisor.welcome()
            supervisor.hear()
            supervisor.hear()
            self.assertEqual(supervisor.hear(), ([3, 1, 1], None))
            supervisor.say([68, 1])
            supervisor.say([67, 1, 0])
            self.assertEqual(supervisor.ended(), (0, "None\n", ""))

    def test_4_11_a_send_that_times_out_after_an_attempt_says_so(self) -> None:
        code = ENDS + (
            "from handover import TimedOutError\n"
            "try:\n"
            "    ends.output.send(['mine'], timeout=0.01)\n"
            "except TimedOutError as error:\n"
            "    print(error.attempts, error.value, error)\n"
        )
        with Supervisor(code) as supervisor:
            supervisor.welcome()
            supervisor.hear()
            supervisor.hear()
            self.assertEqual(supervisor.hear(), ([3, 1, 1], None))
            supervisor.say([68, 1])
            supervisor.say([69, 1, 0, 2])
            self.assertEqual(
                supervisor.ended(),
                (
                    0,
                    '2 [\'mine\'] send on "out" timed out after 0.01 s. '
                    "It may have been taken: 2 receiver(s) had the value in hand, and failed\n",
                    "",
                ),
            )

    def test_3_11_what_comes_for_a_task_that_was_cancelled_goes_back_with_its_ends(self) -> None:
        code = (
            "import asyncio\n"
            "from handover.aio import stage\n"
            "async def main():\n"
            "    ends = await stage()\n"
            "    receiving = asyncio.create_task(ends.input.receive())\n"
            "    await asyncio.sleep(0)\n"
            "    receiving.cancel()\n"
            "    await asyncio.wait([receiving])\n"
            "    print(receiving.cancelled(), await ends.input.receive())\n"
            "asyncio.run(main())\n"
        )
        with Supervisor(code) as supervisor:
            supervisor.welcome()
            supervisor.hear()
            self.assertEqual(supervisor.hear(), ([2, 1, 0, [[1]]], None))
            self.assertEqual(supervisor.hear(), ([3, 1, 1], None))
            self.assertEqual(supervisor.hear(), ([2, 2, 0, [[1]]], None))
            supervisor.say([66, 1, 0, 1, [[7, 0, "replies"]]], bytes.fromhex("d40100"))
            self.assertEqual(supervisor.hear(), ([5, 1], None))
            self.assertEqual(supervisor.hear(), ([7, 7], None))
            supervisor.say([66, 2, 0, 1], b"\x07")
            self.assertEqual(supervisor.hear(), ([4, 2], None))
            self.assertEqual(supervisor.ended(), (0, "True 7\n", ""))

    def test_4_6_a_task_that_is_cancelled_with_its_value_taken_has_the_value(self) -> None:
        code = (
            "import asyncio\n"
            "from handover.aio import stage\n"
            "async def receive(input):\n"
            "    print(await input.receive(), flush=True)\n"
            "    await asyncio.sleep(60)\n"
            "async def main():\n"
            "    ends = await stage()\n"
            "    receiving = asyncio.create_task(receive(ends.input))\n"
            "    value = await ends.input.receive()\n"
            "    receiving.cancel()\n"
            "    await asyncio.wait([receiving])\n"
            "    print(value, receiving.cancelled())\n"
            "asyncio.run(main())\n"
        )
        with Supervisor(code) as supervisor:
            supervisor.welcome()
            for _ in range(3):
                supervisor.hear()
            # Both come in one turn of its loop, that of the task last.
            one, other = (frame_of(pack([66, op, 0, 1]), [bytes([op])]) for op in (1, 2))
            supervisor.write(one + other)
            self.assertEqual(supervisor.ended(), (0, "2\n1 True\n", ""))

    def test_3_12_a_value_that_is_none_is_refused_and_the_receive_waits_on(self) -> None:
        with Supervisor(ENDS + "print(ends.input.receive())") as supervisor:
            supervisor.welcome()
            supervisor.hear()
            supervisor.hear()
            supervisor.say([66, 1, 0, 1], b"\xc1")
            word, _ = supervisor.hear()
            self.assertEqual(word[:2], [6, 1])
            self.assertIn("no such thing as c1", word[2])
            self.assertEqual(supervisor.hear(), ([2, 2, 0, [[1]]], None))
            supervisor.say([66, 2, 0, 1], b"\x07")
            self.assertEqual(supervisor.ended(), (0, "7\n", ""))

    def test_8_16_an_end_that_an_earlier_process_closed_is_closed(self) -> None:
        code = ENDS + "print(ends.input.closed)"
        with Supervisor(code) as supervisor:
            window = {"operations": 64, "bytes": 1 << 20}
            settings = {"stage": "one", "replica": 0, "maxValueBytes": 1 << 26, "window": window, "restart": "always"}
            supervisor.say([64, [1, 0], settings, [{"name": "input", "end": 0, "side": "receive", "channel": "in"}]])
            self.assertEqual(supervisor.ended(), (0, "True\n", ""))

    def test_8_16_a_process_that_another_may_follow_does_not_close_its_ends(self) -> None:
        window = {"operations": 64, "bytes": 1 << 20}
        for restart in ("always", "on-failure"):
            with self.subTest(restart), Supervisor("from handover import stage\nwith stage(): pass") as supervisor:
                settings = {"stage": "one", "replica": 0, "maxValueBytes": 1 << 26, "window": window, "restart": restart}
                supervisor.say([64, [1, 0], settings, [{"name": "output", "end": 2, "side": "send", "channel": "out"}]])
                self.assertEqual(supervisor.hear()[0][0], 1)
                self.assertEqual(supervisor.hear(), (None, None))

    def test_1_5_a_process_that_no_supervisor_started_is_told_so(self) -> None:
        with self.assertRaisesRegex(Exception, "no supervisor started this process"):
            from handover import stage

            stage()


if __name__ == "__main__":
    unittest.main()
