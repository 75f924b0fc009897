"""The two sides of a direct link, event by event: docs/protocol.md, section 14."""

from __future__ import annotations

import unittest
from itertools import product

from desk import Desk, frame, outcome
from handover.direct import receiving, sending
from handover.direct.words import TAKEN, AnswerReader, Nonsense, ValueReader, prefix_of, refused
from handover.errors import ChannelEndedError, TimedOutError, ValueRefusedError
from handover.party.end import End
from handover.wire.messages import Completed, Deliver, Ended, Failed, Withdrawn


class Tables(unittest.TestCase):
    def test_14_6_the_states_of_the_sender(self) -> None:
        states = ("joining", "linked", "leaving", "over")
        events = ("is alone", "leaves", "has ended")
        found = {(state, event): sending.TABLE.get((state, event)) for state, event in product(states, events)}
        after = {
            ("joining", "is alone"): "linked",
            ("joining", "leaves"): "leaving",
            ("linked", "leaves"): "leaving",
            ("leaving", "has ended"): "over",
        }
        self.assertEqual({key: value for key, value in found.items() if value is not None}, after)

    def test_14_7_the_states_of_the_receiver(self) -> None:
        states = ("ready", "linked", "leaving", "over")
        events = ("has a value", "leaves", "has nothing to wait for")
        found = {(state, event): receiving.TABLE.get((state, event)) for state, event in product(states, events)}
        after = {
            ("ready", "has a value"): "linked",
            ("ready", "leaves"): "leaving",
            ("linked", "leaves"): "leaving",
            ("leaving", "has nothing to wait for"): "over",
        }
        self.assertEqual({key: value for key, value in found.items() if value is not None}, after)


class Words(unittest.TestCase):
    def test_14_4_values_are_found_however_they_are_cut(self) -> None:
        values = [b"", b"a", b"bc" * 40, b""]
        said = b"".join(prefix_of(value) + value for value in values)
        for length in range(1, len(said) + 1):
            reader = ValueReader(1_000)
            found = [value for at in range(0, len(said), length) for value in reader.read(said[at : at + length])]
            self.assertEqual(found, values)
            self.assertTrue(reader.is_between_values)

    def test_14_4_a_value_that_has_begun_is_known_to_be_on_its_way(self) -> None:
        reader = ValueReader(1_000)
        self.assertEqual(list(reader.read(b"\x00\x00")), [])
        self.assertFalse(reader.is_between_values)

    def test_14_4_more_than_a_value_may_have_is_nonsense(self) -> None:
        with self.assertRaises(Nonsense):
            list(ValueReader(10).read(prefix_of(bytes(11))))

    def test_14_4_answers_are_found_however_they_are_cut(self) -> None:
        said = TAKEN + refused("nö") + TAKEN + refused("")
        for length in range(1, len(said) + 1):
            reader = AnswerReader()
            found = [answer for at in range(0, len(said), length) for answer in reader.read(said[at : at + length])]
            self.assertEqual(found, [None, "nö", None, ""])
        with self.assertRaises(Nonsense):
            list(AnswerReader().read(b"\x02"))

    def test_14_4_a_long_reason_is_cut_between_two_characters(self) -> None:
        (why,) = AnswerReader().read(refused("ö" * 3_000))
        self.assertEqual(why, "ö" * 2_000)


class Sender(unittest.TestCase):
    def test_R3_writes_to_the_link_only_when_nothing_is_outstanding_at_the_supervisor(self) -> None:
        desk = Desk()
        end = desk.sender()
        first = desk.send(end, "a")
        desk.meet()
        desk.send(end, "b")
        self.assertEqual(desk.news(), ["offer 1 send a", "met"])
        self.assertEqual(desk.written, b"")
        desk.hear(Completed(1, 0))
        self.assertEqual(desk.written, frame("b"))
        self.assertIsNone(outcome(first))

    def test_R3_nor_while_something_is_on_another_end_of_the_channel(self) -> None:
        desk = Desk()
        end, other = desk.sender(), desk.party.end(2, "send", "words")
        desk.send(other, "a")
        desk.meet()
        desk.send(end, "b")
        self.assertEqual(desk.written, b"")
        desk.hear(Completed(1, 0))
        self.assertEqual(desk.written, frame("b"))

    def test_R1_a_send_is_over_with_its_answer(self) -> None:
        desk = Desk()
        end = desk.sender()
        desk.meet()
        a, b = desk.send(end, "a"), desk.send(end, "b")
        self.assertEqual(desk.written, frame("a") + frame("b"))
        desk.answers()
        self.assertEqual([outcome(a), outcome(b)], [None, "waits"])
        desk.read(refused("no"))
        self.assertIsInstance(outcome(b), ValueRefusedError)

    def test_R2_R3_what_is_unanswered_is_offered_again_in_order_before_what_came_later(self) -> None:
        desk = Desk()
        end = desk.sender()
        desk.meet()
        for word in "abc":
            desk.send(end, word)
        desk.answers()
        desk.paths.part(7)
        self.assertFalse(desk.is_output_open)
        desk.send(end, "d")
        desk.ended()
        self.assertEqual(desk.news(), ["met", "flow 1 2 0", "parted"])
        desk.paths.resume(7)
        self.assertEqual(desk.news(), ["offer 5 send b", "offer 6 send c", "offer 7 send d"])

    def test_14_6_waits_for_resume_and_for_the_end_in_either_order(self) -> None:
        desk = Desk()
        end = desk.sender()
        desk.meet()
        desk.send(end, "a")
        desk.paths.resume(7)
        self.assertEqual(desk.news(), ["met"])
        desk.ended()
        self.assertEqual(desk.news(), ["parted", "offer 2 send a"])

    def test_14_6_2_000_ms_after_resume_it_waits_for_the_end_no_longer(self) -> None:
        desk = Desk()
        end = desk.sender()
        desk.meet()
        desk.send(end, "a")
        desk.paths.resume(7)
        desk.passes(1.9)
        self.assertEqual(desk.news(), ["met"])
        desk.passes(0.1)
        self.assertEqual(desk.news(), ["parted", "offer 2 send a"])

    def test_R4_what_was_recalled_is_not_offered_again_and_what_waited_for_its_room_comes_last(self) -> None:
        desk = Desk()
        end = desk.sender()
        desk.meet()
        sends = [desk.send(end, number) for number in range(9)]
        desk.party.recall(sends[2], lambda attempts: TimedOutError(sends[2].failed(attempts), 1))
        self.assertEqual(outcome(sends[2]), "waits")
        desk.ended()
        desk.paths.resume(7)
        self.assertIsInstance(outcome(sends[2]), TimedOutError)
        offered = [said.split()[-1] for said in desk.news() if said.startswith("offer")]
        self.assertEqual(offered, ["0", "1", "3", "4", "5", "6", "7", "8"])

    def test_14_5_a_send_with_a_time_is_none_for_a_link_and_is_recalled_at_once(self) -> None:
        desk = Desk()
        end = desk.sender()
        desk.meet()
        timed = desk.send(end, "a", is_patient=False)
        self.assertEqual((desk.is_output_open, desk.written), (False, b""))
        desk.party.recall(timed, lambda attempts: TimedOutError(timed.failed(attempts), 1))
        self.assertIsInstance(outcome(timed), TimedOutError)

    def test_14_6_a_poll_waits_no_longer_than_100_ms_for_a_link_to_end(self) -> None:
        desk = Desk()
        end = desk.sender()
        desk.meet()
        poll = desk.party.begin(end, "try-send", "a", is_patient=True)
        choice = desk.select(end, "b", is_poll=True)
        desk.passes(0.09)
        self.assertEqual([outcome(poll), outcome(choice)], ["waits", "waits"])
        desk.passes(0.02)
        self.assertEqual(outcome(poll), False)
        self.assertIsNone(choice.result.guard)

    def test_14_6_polls_are_offered_on_resume(self) -> None:
        desk = Desk()
        end = desk.sender()
        desk.meet()
        desk.party.begin(end, "try-send", "a", is_patient=True)
        desk.select(end, "b", is_poll=True)
        desk.ended()
        desk.paths.resume(7)
        self.assertEqual(desk.news(), ["met", "parted", "poll 3 send a", "poll 4 send b"])

    def test_14_6_a_choice_that_waits_is_offered_at_once(self) -> None:
        desk = Desk()
        end = desk.sender()
        desk.meet()
        desk.send(end, "a")
        desk.select(end, "b")
        self.assertEqual(desk.news(), ["met", "offer 2 send b"])
        self.assertFalse(desk.is_output_open)

    def test_14_6_leaves_when_what_it_holds_back_may_be_what_somebody_waits_for(self) -> None:
        desk = Desk()
        end = desk.sender()
        for word in "ab":
            desk.send(end, word)
        desk.meet()
        desk.send(end, "c")
        desk.passes(0.09)
        # As long as what is outstanding gets fewer, it waits on.
        desk.hear(Completed(1, 0))
        desk.passes(0.09)
        self.assertTrue(desk.is_output_open)
        desk.passes(0.02)
        self.assertFalse(desk.is_output_open)

    def test_14_6_says_parted_where_a_choice_is_outstanding_or_there_is_no_such_end(self) -> None:
        desk = Desk()
        end = desk.sender()
        desk.select(end, "a")
        desk.meet()
        desk.meet(77)
        self.assertEqual(desk.news(), ["offer 1 send a", "parted", "parted"])

    def test_R9_close_comes_after_what_was_offered_again(self) -> None:
        desk = Desk()
        end = desk.sender()
        desk.meet()
        desk.send(end, "a")
        desk.party.close(end)
        desk.ended()
        desk.paths.resume(7)
        self.assertEqual(desk.news(), ["met", "parted", "offer 2 send a", "close 1"])

    def test_14_4_nonsense_ends_the_link_and_so_does_an_answer_to_nothing(self) -> None:
        for said in (b"\x09", TAKEN):
            desk = Desk()
            desk.sender()
            desk.meet()
            desk.read(said)
            self.assertFalse(desk.is_output_open)


class Receiver(unittest.TestCase):
    def test_14_7_asks_its_receives_back_at_the_first_value_and_gives_what_comes_in_order(self) -> None:
        desk = Desk()
        end = desk.receiver()
        first = desk.receive(end)
        desk.meet()
        desk.read(frame("a"))
        self.assertEqual(desk.news(), ["offer 1 receive", "met", "withdraw 1 tentative"])
        second = desk.receive(end)
        desk.read(frame("b"))
        self.assertEqual(desk.written, b"")
        desk.hear(Withdrawn(1, 0, 0))
        self.assertEqual(desk.written, TAKEN * 2)
        self.assertEqual([outcome(first), outcome(second)], ["a", "b"])

    def test_14_7_one_that_is_asked_back_may_have_been_given_a_value_before(self) -> None:
        desk = Desk()
        end = desk.receiver()
        first = desk.receive(end)
        desk.meet()
        desk.read(frame("b"))
        second = desk.receive(end)
        told: list[object] = []
        for operation in (first, second):
            operation.on_end = lambda operation=operation: told.append(outcome(operation))  # type: ignore[misc]
        desk.hear(Deliver(1, 0, 1, b"\xa1a"))
        self.assertEqual(desk.news()[-1], "taken 1")
        self.assertEqual(told, ["a", "b"])

    def test_R4_one_that_is_asked_back_and_recalled_keeps_its_place_until_the_answer(self) -> None:
        desk = Desk()
        end = desk.receiver()
        first = desk.receive(end)
        desk.meet()
        desk.read(frame("a"))
        second = desk.receive(end)
        desk.party.recall(first, lambda attempts: TimedOutError(first.failed(attempts), 1))
        self.assertEqual([outcome(first), outcome(second)], ["waits", "waits"])
        desk.hear(Withdrawn(1, 0, 0))
        self.assertIsInstance(outcome(first), TimedOutError)
        self.assertEqual(outcome(second), "a")

    def test_14_8_never_takes_ahead(self) -> None:
        desk = Desk()
        end = desk.receiver()
        desk.meet()
        desk.read(frame("a") + frame("b"))
        self.assertEqual(desk.written, b"")
        self.assertEqual(outcome(desk.receive(end)), "a")
        self.assertEqual(desk.written, TAKEN)

    def test_14_8_code_gets_no_value_whose_answer_had_no_room_and_its_receive_goes_on(self) -> None:
        desk = Desk()
        end = desk.receiver()
        desk.meet()
        desk.read(frame("a"))
        desk.news()
        desk.says = "has no room"
        receive = desk.receive(end)
        self.assertEqual(outcome(receive), "waits")
        self.assertEqual(desk.news(), ["parted", "offer 2 receive"])

    def test_14_8_of_a_sender_that_is_dead_code_gets_the_value_all_the_same(self) -> None:
        desk = Desk()
        end = desk.receiver()
        desk.meet()
        desk.read(frame("a"))
        desk.news()
        desk.says = "is heard by nobody"
        self.assertEqual(outcome(desk.receive(end)), "a")
        self.assertEqual(desk.news(), ["flow 1 0 0", "parted"])

    def test_14_8_a_poll_is_answered_when_what_had_come_was_read(self) -> None:
        desk = Desk()
        end = desk.receiver()
        desk.meet()
        desk.read(frame("a"))
        self.assertEqual(outcome(desk.receive(end)), "a")
        polls = [desk.party.begin(end, "try-receive", None, is_patient=True) for _ in range(2)]
        desk.read(frame("b"))
        desk.passes(0)
        self.assertEqual(polls[0].result.value, "b")
        self.assertIsNone(polls[1].result)

    def test_14_8_so_is_a_choice_that_polls_or_else_it_goes_to_the_supervisor(self) -> None:
        desk = Desk()
        end = desk.receiver()
        desk.meet()
        desk.read(frame("a"))
        found, missed = desk.select(end, is_poll=True), desk.select(end, is_poll=True)
        desk.passes(0)
        self.assertEqual((found.result.guard, found.result.value), (0, "a"))
        self.assertEqual(desk.written, TAKEN)
        self.assertEqual(outcome(missed), "waits")
        self.assertEqual(desk.news(), ["met", "poll 3 receive", "flow 1 0 0", "parted"])

    def test_14_7_a_choice_that_waits_ends_the_link_and_so_does_an_extended_receive(self) -> None:
        def work(desk: Desk, end: End) -> None:
            desk.party.begin(end, "work", None, is_patient=True)

        for begin in (Desk.select, work):
            desk = Desk()
            end = desk.receiver()
            desk.meet()
            desk.read(frame("a"))
            begin(desk, end)
            self.assertEqual(desk.news(), ["met", "offer 1 receive", "parted"])
            self.assertEqual(desk.written, b"")

    def test_R2_forgets_what_it_has_not_answered_and_its_receives_go_to_the_supervisor(self) -> None:
        desk = Desk()
        end = desk.receiver()
        desk.meet()
        desk.read(frame("a"))
        desk.receive(end)
        desk.receive(end)
        desk.receive(end)
        desk.news()
        desk.paths.part(7)
        self.assertEqual(desk.news(), ["offer 4 receive", "offer 5 receive", "flow 1 0 0", "parted"])

    def test_14_7_what_is_called_off_already_is_not_asked_back_nor_is_a_poll(self) -> None:
        desk = Desk()
        end = desk.receiver()
        called_off, _ = desk.receive(end), desk.party.begin(end, "try-receive", None, is_patient=True)
        desk.party.recall(called_off, lambda attempts: TimedOutError(called_off.failed(attempts), 1))
        desk.meet()
        desk.news()
        desk.read(frame("a"))
        self.assertEqual(desk.news(), [])

    def test_14_7_an_extended_receive_that_waits_ends_the_link_at_the_first_value(self) -> None:
        desk = Desk()
        end = desk.receiver()
        desk.party.begin(end, "work", None, is_patient=True)
        desk.meet()
        desk.read(frame("a"))
        self.assertEqual(desk.news(), ["offer 1 receive", "met", "parted"])

    def test_14_11_what_is_forgotten_does_not_wait(self) -> None:
        desk = Desk()
        end = desk.receiver()
        desk.meet()
        desk.read(frame("a") * 3)
        desk.receive(end)
        desk.paths.part(7)
        self.assertEqual(desk.news(), ["met", "flow 1 0 0", "parted"])

    def test_14_7_is_over_only_when_nothing_is_asked_back_and_what_it_owes_has_left(self) -> None:
        desk = Desk()
        end = desk.receiver()
        desk.receive(end)
        desk.meet()
        desk.read(frame("a"))
        desk.is_closing_slow = True
        desk.paths.part(7)
        self.assertEqual(desk.news(), ["offer 1 receive", "met", "withdraw 1 tentative"])
        desk.hear(Withdrawn(1, 0, 0))
        self.assertEqual(desk.news(), ["offer 2 receive"])
        desk.on_closed()
        self.assertEqual(desk.news(), ["parted"])

    def test_3_12_a_value_that_it_cannot_hold_is_refused_and_the_receive_goes_on(self) -> None:
        desk = Desk()
        end = desk.receiver()
        desk.meet()
        receive = None
        desk.read(frame("a"))
        self.assertEqual(outcome(desk.receive(end)), "a")
        receive = desk.receive(end)
        desk.written = b""
        desk.read(prefix_of(b"\xc1") + b"\xc1" + frame("b"))
        self.assertEqual(outcome(receive), "b")
        (why, taken) = AnswerReader().read(desk.written)
        self.assertIsNotNone(why)
        self.assertIsNone(taken)

    def test_R9_the_end_is_told_after_what_was_answered_and_nothing_that_was_left(self) -> None:
        desk = Desk()
        end = desk.receiver()
        first, second = desk.receive(end), desk.receive(end)
        desk.meet()
        desk.read(frame("a") + frame("b"))
        desk.hear(Withdrawn(1, 0, 0))
        desk.hear(Failed(2, 0, 0, Ended()))
        self.assertEqual(outcome(first), "a")
        self.assertIsInstance(outcome(second), ChannelEndedError)
        self.assertEqual(desk.written, TAKEN)

    def test_14_7_more_than_a_window_ends_the_link(self) -> None:
        desk = Desk()
        desk.receiver()
        desk.meet()
        desk.read(frame("a") * 8)
        self.assertEqual(desk.news(), ["met"])
        desk.read(frame("a"))
        self.assertEqual(desk.news(), ["parted"])

    def test_14_7_retiring_ends_the_link_and_none_begins(self) -> None:
        desk = Desk()
        desk.receiver()
        desk.meet()
        desk.paths.receive_nothing_new()
        desk.meet()
        self.assertEqual(desk.news(), ["met", "parted", "parted"])

    def test_7_3_close_comes_last(self) -> None:
        desk = Desk()
        end = desk.receiver()
        desk.meet()
        desk.read(frame("a"))
        desk.party.close(end)
        self.assertEqual(desk.news(), ["met", "parted", "close 1"])

    def test_14_11_the_counts_are_told_within_200_ms_and_before_anything_that_needs_them(self) -> None:
        desk = Desk()
        end = desk.receiver()
        desk.meet()
        desk.read(frame("a") * 2)
        desk.news()
        desk.passes(0.2)
        self.assertEqual(desk.news(), ["flow 0 2 0"])
        desk.receive(end)
        desk.paths.tell_news()
        desk.paths.tell_news()
        self.assertEqual(desk.news(), ["flow 1 1 0"])
        desk.party.inspect(end)
        self.assertEqual(desk.news(), ["flow 1 1 0", "inspect 1"])


if __name__ == "__main__":
    unittest.main()
