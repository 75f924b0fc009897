"""What a stage does with the pipes of a direct link: docs/protocol.md, section 14."""

from __future__ import annotations

import os
import signal
import unittest

from handover.direct.words import prefix_of
from handover.value.msgpack import pack
from pipes import Pipes
from supervisor import Supervisor

ENDS = "from handover import stage\nends = stage()\n"
AWAITED = "import asyncio, os, signal\nfrom handover.aio import stage\n"


DESCENDANT = """
import subprocess, sys
look = '''
import os
for descriptor in os.listdir("/proc/self/fd"):
    path = "/proc/self/fd/" + descriptor
    if os.path.lexists(path): print(os.readlink(path).rsplit("/", 1)[-1])
'''
child = subprocess.run([sys.executable, "-c", look], stdout=subprocess.PIPE, text=True, close_fds=False)
ends.output.send([name for name in child.stdout.split() if name in ("down", "up")])
"""


def awaited(*lines: str) -> str:
    code = "".join(f"  {line}\n" for line in ("ends = await stage()", *lines))
    return f"{AWAITED}async def main():\n{code}asyncio.run(main())\n"


class DirectLink(unittest.TestCase):
    def start(self, code: str) -> Supervisor:
        supervisor = Supervisor(code)
        self.addCleanup(supervisor.__exit__, None, None, None)
        supervisor.welcome()
        supervisor.hear()
        return supervisor

    def test_14_8_the_answer_is_with_the_kernel_before_code_has_the_value(self) -> None:
        take = ["ends.input.receive()", "ends.input.receive()", "os._exit(0)"]
        codes = {
            "blocking": ENDS + "import os\n" + "\n".join(take),
            "asyncio": awaited(*(line.replace("ends.input", "await ends.input") for line in take)),
        }
        for name, code in codes.items():
            with self.subTest(name), Pipes() as pipes:
                supervisor = self.start(code)
                self.assertEqual(supervisor.hear(), ([2, 1, 0, [[1]]], None))
                pipes.meet(supervisor, 1)
                pipes.value("a")
                self.assertEqual(supervisor.hear(), ([3, 1, 0], None))
                supervisor.say([69, 1, 0, 0])
                self.assertEqual(pipes.read(), b"\0")
                pipes.value("b")
                self.assertEqual(pipes.read(), b"\0")
                self.assertEqual(pipes.read(), b"")

    def test_14_7_the_pipes_are_closed_at_the_end_and_descend_to_nobody(self) -> None:
        code = ENDS + "ends.input.receive()\nends.input.receive()\n" + DESCENDANT
        with Pipes() as pipes:
            supervisor = self.start(code)
            supervisor.hear()
            pipes.meet(supervisor, 1)
            pipes.value("a")
            supervisor.hear()
            supervisor.say([69, 1, 0, 0])
            self.assertEqual(pipes.read(), b"\0")
            pipes.value("b")
            self.assertEqual(pipes.read(), b"\0")
            said = [supervisor.hear()]
            while said[-1][0] is not None and said[-1][0][0] != 2:
                said.append(supervisor.hear())
            self.assertEqual(said[-1][1], [])
            supervisor.say([76, 1])
            self.assertEqual(pipes.read(), b"")

    def test_14_1_a_fork_does_not_keep_a_link_alive(self) -> None:
        code = ENDS + (
            "import os, time\n"
            "ends.input.receive()\n"
            "ends.input.receive()\n"
            "copy = os.fork()\n"
            "if copy == 0: time.sleep(60)\n"
            "print(copy, flush=True)\n"
            "ends.input.receive()\n"
        )
        with Pipes() as pipes:
            supervisor = self.start(code)
            supervisor.hear()
            pipes.meet(supervisor, 1)
            pipes.value("a")
            supervisor.hear()
            supervisor.say([69, 1, 0, 0])
            self.assertEqual(pipes.read(), b"\0")
            pipes.value("b")
            self.assertEqual(pipes.read(), b"\0")
            assert supervisor.process.stdout is not None
            copy = int(supervisor.process.stdout.readline())
            try:
                supervisor.say([76, 1])
                self.assertEqual(pipes.read(), b"")
            finally:
                os.kill(copy, 9)

    def test_14_9_code_that_does_something_else_leaves_a_link_when_it_is_asked_to(self) -> None:
        for name, code in {
            "receiver": "ends.input.try_receive()",
            "sender": "ends.output.statistics()",
        }.items():
            with self.subTest(name), Pipes() as pipes:
                supervisor = self.start(ENDS + "import time\n" + code + "\ntime.sleep(60)\n")
                # Hears of the link while it still waits.
                supervisor.hear()
                pipes.meet(supervisor, 1 if name == "receiver" else 2)
                supervisor.say([69, 1, 0, 0] if name == "receiver" else [71, 1, STATISTICS])
                supervisor.say([76, 1])
                self.assertEqual(pipes.read(), b"")
                if name == "sender":
                    pipes.close()
                self.assertEqual(supervisor.hear(), ([14, 1], None))

    def test_14_6_code_that_draws_the_next_value_offers_what_a_receiver_left_behind(self) -> None:
        code = ENDS + (
            "import time\n"
            "def source():\n"
            "    yield 'a'\n"
            "    time.sleep(60)\n"
            "ends.output.statistics()\n"
            "ends.output.send_all(source())\n"
        )
        with Pipes() as pipes:
            supervisor = self.start(code)
            supervisor.hear()
            pipes.meet(supervisor, 2)
            supervisor.say([71, 1, STATISTICS])
            self.assertEqual(pipes.read(), prefix_of(pack("a")) + pack("a"))
            pipes.close()
            self.assertEqual(supervisor.hear(), ([14, 1], None))
            supervisor.say([77, 1])
            self.assertEqual(supervisor.hear(), ([2, 2, 0, [[2, 2]]], "a"))

    def test_7_3_an_end_may_be_closed_when_the_event_loop_is_over(self) -> None:
        lines = ["await ends.input.receive()", "await ends.input.receive()", "return ends"]
        code = awaited(*lines).replace("asyncio.run(main())", "asyncio.run(main()).input.close()")
        with Pipes() as pipes:
            supervisor = self.start(code)
            supervisor.hear()
            pipes.meet(supervisor, 1)
            pipes.value("a")
            supervisor.hear()
            supervisor.say([69, 1, 0, 0])
            self.assertEqual(pipes.read(), b"\0")
            pipes.value("b")
            self.assertEqual(pipes.read(), b"\0")
            heard = [supervisor.hear()[0] for _ in range(3)]
            self.assertEqual(heard, [[15, 1, 2, 0, 0], [14, 1], [7, 1]])
            self.assertEqual(supervisor.ended(), (0, "", ""))

    def test_8_8_the_end_of_the_link_to_the_supervisor_ends_a_process_with_a_direct_link(self) -> None:
        for name, code in [("blocking", ENDS + "ends.input.receive()"), ("asyncio", awaited("await ends.input.receive()"))]:
            with self.subTest(name), Pipes() as pipes:
                supervisor = self.start(code)
                supervisor.hear()
                pipes.meet(supervisor, 1)
                pipes.value("a")
                supervisor.hear()
                os.close(supervisor.output)
                supervisor.output = os.dup(supervisor.input)
                self.assertEqual(supervisor.ended()[0], 70)

    def test_8_7_code_that_does_something_else_hears_that_it_is_to_end_when_it_waits(self) -> None:
        code = "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})\n" + ENDS + (
            "ends.output.statistics()\n"
            "print('computes', flush=True)\n"
            "signal.sigwait({signal.SIGUSR1})\n"
            "ends.output.send('last')\n"
            "print('sent', flush=True)\n"
            "ends.input.receive()\n"
        )
        with Pipes() as pipes:
            supervisor = self.start(code)
            supervisor.hear()
            pipes.meet(supervisor, 1)
            supervisor.say([71, 1, STATISTICS])
            assert supervisor.process.stdout is not None
            self.assertEqual(supervisor.process.stdout.readline(), "computes\n")
            supervisor.say([72])
            # Somebody reads: the process is no longer than that without an answer.
            supervisor.say([73, 1, 0])
            self.assertEqual(supervisor.hear(), ([10, 1, 0, []], None))
            supervisor.process.send_signal(signal.SIGUSR1)
            self.assertEqual(supervisor.hear(), ([2, 1, 0, [[2, 5]]], "last"))
            supervisor.say([67, 1, 0])
            exit_code, out, _ = supervisor.ended()
            self.assertEqual((exit_code, out), (0, "sent\n"))

    def test_14_10_a_receiver_that_is_gone_ends_no_process_whatever_it_made_of_the_signal(self) -> None:
        for name, handler in [("default", "signal.SIG_DFL"), ("own", "lambda *_: os._exit(9)")]:
            code = "import os, signal\n" + ENDS + (
                f"signal.signal(signal.SIGPIPE, {handler})\n"
                "ends.input.receive()\n"
                "ends.output.send('a')\n"
                "print('sent', flush=True)\n"
            )
            with self.subTest(name), Pipes() as pipes:
                supervisor = self.start(code)
                supervisor.hear()
                pipes.meet(supervisor, 2)
                pipes.read_no_more()
                supervisor.say([66, 1, 0, 1], pack("go"))
                self.assertEqual(supervisor.hear(), ([4, 1], None))
                pipes.close()
                self.assertEqual(supervisor.hear(), ([14, 1], None))
                supervisor.say([77, 1])
                self.assertEqual(supervisor.hear(), ([2, 3, 0, [[2, 2]]], "a"))
                supervisor.say([67, 3, 0])
                self.assertEqual(supervisor.ended()[:2], (0, "sent\n"))


STATISTICS = dict.fromkeys(
    ["capacity", "senders", "receivers", "waitingSenders", "waitingReceivers", "buffered"]
    + ["inHand", "taken", "discarded", "deadLetters"],
    0,
)

if __name__ == "__main__":
    unittest.main()
