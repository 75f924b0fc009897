"""§2 and §3: frames, pieces and messages, by the golden vectors."""

from __future__ import annotations

import unittest
from collections.abc import Callable
from typing import Any

from handover.errors import Failure, ProtocolError
from handover.wire import messages, words
from handover.wire.frames import Frame, FrameReader, frame_of
from vectors import vectors_in

FRAMES = vectors_in("frames.json")

# The last word: nobody says it here.
NOT_SPOKEN = {"exiting"}


def guard_of(notation: dict[str, Any]) -> words.Guard:
    value = notation.get("value")
    return words.Guard(notation["end"], None if value is None else bytes.fromhex(value), notation.get("ends", []))


WRITERS: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "hello": lambda m: words.hello(m["language"], m["features"], m["token"]),
    "offer": lambda m: words.offer(
        m["op"], [guard_of(guard) for guard in m["guards"]], is_poll=m["isPoll"], is_priority=m["isPriority"]
    ),
    "withdraw": lambda m: words.withdraw(m["op"], m["kind"]),
    "taken": lambda m: words.taken(m["op"]),
    "returned": lambda m: words.returned(m["op"]),
    "refused": lambda m: words.refused(m["op"], m["why"]),
    "abandoned": lambda m: words.abandoned(m["op"], m["why"]),
    "close": lambda m: words.close(m["end"]),
    "inspect": lambda m: words.inspect(m["query"], m["end"]),
    "open": lambda m: words.open_channel(
        m["sender"],
        m["receiver"],
        m["channel"],
        capacity=m["terms"]["capacity"],
        overflow=m["terms"]["overflow"],
        max_attempts=m["terms"]["maxAttempts"],
        dead_letters=m.get("deadLetters"),
        contract=m["terms"].get("contract"),
    ),
    "met": lambda m: words.met(m["link"]),
    "parted": lambda m: words.parted(m["link"]),
    "flow": lambda m: words.flow(m["link"], m["taken"], m["waitingSenders"], m["waitingReceivers"]),
    "expects": lambda m: words.expects(m["end"], m["contract"]),
}


def failure_of(notation: dict[str, Any]) -> Failure:
    return Failure(
        code=notation["code"],
        message=notation["message"],
        stage=notation.get("stage"),
        exit_code=notation.get("exitCode"),
        signal=notation.get("signal"),
        stderr=tuple(notation.get("stderr", ())),
    )


def reason_of(notation: dict[str, Any]) -> messages.Reason:
    kind = notation["kind"]
    if kind == "ended":
        return messages.Ended()
    if kind == "broken":
        return messages.Broken(failure_of(notation["failure"]))
    if kind == "lost":
        return messages.Lost([failure_of(failure) for failure in notation["failures"]])
    if kind == "refused":
        return messages.ValueRefused(notation["why"])
    return messages.TooLarge(notation["size"])


def welcome_of(m: dict[str, Any]) -> messages.Welcome:
    settings = m["settings"]
    return messages.Welcome(
        m["version"]["major"],
        m["version"]["minor"],
        messages.Settings(
            stage=settings["stage"],
            replica=settings["replica"],
            max_value_bytes=settings["maxValueBytes"],
            window_operations=settings["window"]["operations"],
            window_bytes=settings["window"]["bytes"],
            restart=settings.get("restart"),
        ),
        [messages.NamedEnd(**end) for end in m["ends"]],
    )


def inspected_of(m: dict[str, Any]) -> messages.Inspected:
    counts = m["statistics"]
    return messages.Inspected(
        m["query"],
        messages.Statistics(
            **{"".join(f"_{c.lower()}" if c.isupper() else c for c in name): count for name, count in counts.items()}
        ),
    )


READERS: dict[str, Callable[[dict[str, Any]], messages.Message]] = {
    "welcome": welcome_of,
    "refusal": lambda m: messages.Refusal(m["why"]),
    "deliver": lambda m: messages.Deliver(
        m["op"],
        m["guard"],
        m["attempt"],
        bytes.fromhex(m["value"]),
        [messages.PassedEnd(**end) for end in m.get("ends", [])],
    ),
    "completed": lambda m: messages.Completed(m["op"], m["guard"]),
    "late": lambda m: messages.Late(m["op"]),
    "withdrawn": lambda m: messages.Withdrawn(m["op"], m["guard"], m["attempts"]),
    "failed": lambda m: messages.Failed(m["op"], m["guard"], m["attempts"], reason_of(m["reason"])),
    "inspected": inspected_of,
    "shutdown": lambda m: messages.Shutdown(),
    "retire": lambda m: messages.Retire(),
    "meet": lambda m: messages.Meet(m["link"], m["end"], m["readPath"], m["writePath"]),
    "part": lambda m: messages.Part(m["link"]),
    "resume": lambda m: messages.Resume(m["link"]),
    "contract": lambda m: messages.EndContract(m["end"], m["contract"]),
}


class Frames(unittest.TestCase):
    def test_3_each_message_of_a_process_is_written(self) -> None:
        for vector in FRAMES:
            message = vector["message"]
            if vector["from"] != "process" or "onlyRead" in vector or message["type"] in NOT_SPOKEN:
                continue
            if message["type"] == "hello" and message["version"] != {"major": 1, "minor": 0}:
                continue
            with self.subTest(vector["name"]):
                word = WRITERS[message["type"]](message)
                # An integer of more than 32 bits may be written in two forms of the same length (3.2).
                frame, expected = frame_of(word.header, word.values), bytes.fromhex(vector["frame"])
                self.assertEqual(frame.replace(b"\xcf", b"\xd3"), expected.replace(b"\xcf", b"\xd3"))

    def test_3_each_message_of_a_supervisor_is_read_wherever_it_is_cut(self) -> None:
        for vector in FRAMES:
            message = vector["message"]
            if vector["from"] != "supervisor" or message["type"] in NOT_SPOKEN:
                continue
            data = bytes.fromhex(vector["frame"])
            for at in range(len(data)):
                reader = FrameReader()
                frames = [*reader.read(data[:at]), *reader.read(data[at:])]
                with self.subTest(vector["name"], at=at):
                    self.assertEqual(len(frames), 1)
                    self.assertEqual(messages.message_of(frames[0]), READERS[message["type"]](message))
                    self.assertTrue(reader.is_between_frames)

    def test_2_6_values_in_pieces(self) -> None:
        for vector in vectors_in("pieces.json"):
            with self.subTest(vector["name"]):
                values, wrong = values_of(vector["bytes"])
                self.assertEqual(values, [value_of(message) for message in vector["heard"]])
                self.assertIn(vector.get("wrong", ""), wrong)
                self.assertEqual(wrong == "", "wrong" not in vector)

    def test_2_2_what_is_no_frame_is_said_with_its_bytes(self) -> None:
        for said, why in [
            (b"oops", 'expected a frame (it starts with C1 48), but the link said: "oops"'),
            (bytes.fromhex("c148000000000000"), "header of 0 bytes"),
            (bytes.fromhex("c148000500000004"), "header of 5 bytes and 4 in all"),
            (bytes.fromhex("c1480001000000018000"), "a header is not a msgpack array: 80"),
            (bytes.fromhex("c148000200000002910a"), "no message number 10: 91 0a"),
            (bytes.fromhex("c148000400000004934301c0"), "expected an integer of 0 or more as guard"),
        ]:
            with self.subTest(said), self.assertRaises(ProtocolError) as caught:
                for frame in FrameReader().read(said):
                    messages.message_of(frame)
            self.assertIn(why, str(caught.exception))

    def test_2_9_only_a_deliver_comes_in_pieces(self) -> None:
        reader = FrameReader()
        (frame,) = reader.read(bytes.fromhex("c14c000400000005000093430100c15000000000000100"))
        with self.assertRaisesRegex(ProtocolError, "came with 1 bytes of value, in pieces"):
            messages.message_of(frame)


def values_of(chunks: list[str]) -> tuple[list[str], str]:
    """The values of all frames, in the order in which they were complete, and what was wrong."""
    reader = FrameReader()
    frames: list[Frame] = []
    try:
        for chunk in chunks:
            frames.extend(reader.read(bytes.fromhex(chunk)))
    except ProtocolError as error:
        return [frame.value.hex() for frame in frames], str(error)
    return [frame.value.hex() for frame in frames], ""


def value_of(message: dict[str, Any]) -> str:
    if "guards" in message:
        return "".join(guard.get("value", "") for guard in message["guards"])
    value: str = message.get("value", "")
    return value


if __name__ == "__main__":
    unittest.main()
