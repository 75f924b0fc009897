"""How large values leave a stage: docs/protocol.md, 2.6 to 2.8."""

from __future__ import annotations

import random
import unittest

from handover.wire import words
from handover.wire.frames import Frame, FrameReader
from handover.wire.outgoing import PIECE_LENGTH, Outgoing
from supervisor import Supervisor

LARGE = 32 << 20


def offer(op: int, length: int, end: int = 2, carried: list[int] = []) -> words.Word:
    return words.offer(op, [words.Guard(end, bytes(length), carried)], is_poll=False, is_priority=False)


def frame_of(word: words.Word) -> tuple[bytes, bytes]:
    return word.header, b"".join(word.values)


def left(outgoing: Outgoing, reader: FrameReader) -> list[tuple[bytes, bytes]]:
    """Headers and values of all that leaves, in the order in which they are complete."""
    frames: list[Frame] = []
    while outgoing.has_short or outgoing.has_pieces:
        frames.extend(reader.read(outgoing.next()))
    assert reader.is_between_frames
    return [(frame.header, frame.value) for frame in frames]


class Leaving(unittest.TestCase):
    def test_2_6_bytes_of_a_value_in_pieces(self) -> None:
        outgoing = Outgoing()
        outgoing.say(offer(1, PIECE_LENGTH + 1))
        header = bytes.fromhex("94020100919202ce00010001")
        rest = (len(header) + PIECE_LENGTH + 1).to_bytes(4, "big")
        beginning = bytes.fromhex("c14c000c") + rest + bytes(2) + header
        self.assertEqual(outgoing.next(), beginning + bytes.fromhex("c150000000010000") + bytes(PIECE_LENGTH))
        self.assertEqual(outgoing.next(), bytes.fromhex("c150000000000001") + bytes(1))
        self.assertFalse(outgoing.has_pieces)

    def test_2_7_words_overtake_but_for_those_that_concern_the_same(self) -> None:
        long = offer(1, 3 * PIECE_LENGTH, carried=[9])
        overtaking = [words.taken(7), offer(2, 1, end=3), words.close(4), words.withdraw(2, "final")]
        kept = [words.withdraw(1, "final"), offer(3, 1, end=9), words.inspect(1, 9), words.close(2), offer(4, 1)]
        outgoing = Outgoing()
        for word in [long, *kept, *overtaking]:
            outgoing.say(word)
        self.assertEqual(left(outgoing, FrameReader()), [frame_of(word) for word in [*overtaking, long, *kept]])

    def test_2_7_pieces_of_several_values_leave_in_turn(self) -> None:
        outgoing = Outgoing()
        words_said = [offer(1, 4 * PIECE_LENGTH, end=2), offer(2, 2 * PIECE_LENGTH, end=3)]
        for word in words_said:
            outgoing.say(word)
        self.assertEqual(left(outgoing, FrameReader()), [frame_of(word) for word in reversed(words_said)])

    def test_2_7_whatever_is_said_all_of_it_leaves_and_what_concerns_the_same_in_order(self) -> None:
        for seed in range(200):
            chance = random.Random(seed)
            outgoing, said, reader = Outgoing(), [], FrameReader()
            frames: list[Frame] = []
            for op in range(1, 80):
                length = chance.choice([0, 10, PIECE_LENGTH, PIECE_LENGTH + 1, 3 * PIECE_LENGTH])
                word = offer(op, length, end=chance.randrange(6), carried=chance.sample(range(6, 12), k=chance.randrange(2)))
                said.append(word)
                outgoing.say(word)
                if chance.random() < 0.5:
                    frames.extend(reader.read(outgoing.next()))
            complete = [(frame.header, frame.value) for frame in frames] + left(outgoing, reader)
            place = {header: at for at, (header, _) in enumerate(complete)}
            with self.subTest(seed=seed):
                self.assertCountEqual(complete, [frame_of(word) for word in said])
                for at, one in enumerate(said):
                    for other in said[at + 1 :]:
                        if not one.concerns.isdisjoint(other.concerns):
                            self.assertLess(place[one.header], place[other.header])


class Stages(unittest.TestCase):
    BLOCKING = (
        "import threading\n"
        "from handover import stage\n"
        "ends = stage()\n"
        "threading.Thread(target=ends.input.receive).start()\n"
        f"ends.output.send(bytes({LARGE}))\n"
    )
    AWAITED = (
        "import asyncio\n"
        "from handover.aio import stage\n"
        "async def main():\n"
        "    ends = await stage()\n"
        f"    await asyncio.gather(ends.input.receive(), ends.output.send(bytes({LARGE})))\n"
        "asyncio.run(main())\n"
    )

    def test_2_7_what_else_a_stage_says_does_not_wait_for_its_large_value(self) -> None:
        for name, code in [("blocking", self.BLOCKING), ("asyncio", self.AWAITED)]:
            with self.subTest(name), Supervisor(code) as supervisor:
                supervisor.welcome()
                supervisor.hear()
                supervisor.listen_until_amid()
                (_, op, _, guards), _ = supervisor.hear()
                self.assertEqual(guards, [[1]])
                supervisor.say([66, op, 0, 1], b"\x01")
                self.assertEqual(supervisor.hear(), ([4, op], None))
                (_, op, _, guards), value = supervisor.hear()
                self.assertEqual((guards, len(value)), ([[2, LARGE + 5]], LARGE))
                supervisor.say([67, op, 0])
                self.assertEqual(supervisor.ended(), (0, "", ""))

    def test_8_10_an_exit_cuts_off_no_large_value(self) -> None:
        blocking = (
            "import threading\n"
            "from handover import stage\n"
            "ends = stage()\n"
            f"threading.Thread(target=ends.output.send, args=(bytes({LARGE}),), daemon=True).start()\n"
            "ends.input.receive()\n"
        )
        awaited = (
            "import asyncio\n"
            "from handover.aio import stage\n"
            "async def main():\n"
            "    ends = await stage()\n"
            f"    sending = asyncio.create_task(ends.output.send(bytes({LARGE})))\n"
            "    await ends.input.receive()\n"
            "asyncio.run(main())\n"
        )
        for name, code in [("blocking", blocking), ("asyncio", awaited)]:
            with self.subTest(name), Supervisor(code) as supervisor:
                supervisor.welcome()
                supervisor.hear()
                supervisor.listen_until_amid()
                (_, op, _, guards), _ = supervisor.hear()
                self.assertEqual(guards, [[1]])
                supervisor.say([66, op, 0, 1], b"\x01")
                heard = []
                while (message := supervisor.hear()) != (None, None):
                    heard.append(message[0][0])
                self.assertEqual(heard[:2], [4, 2])
                self.assertTrue(supervisor.is_between_frames)
                self.assertEqual(supervisor.ended()[0], 0)


if __name__ == "__main__":
    unittest.main()
