//! §4, §6 and §7: operations, windows and ends, without a link.

use std::sync::Arc;

use super::{Arrival, CopyKey, Load, NotBegun, Outcome, Party, Shape, Ticket, Verdict, Wanted, Why};
use crate::errors::Side;
use crate::wire::messages::{Answer, PassedEnd, Reason, Restart, Settings};
use crate::wire::words::{self, Flags, Guard, Parcel, Terms, Word};

pub(super) const INPUT: u64 = 1;
pub(super) const OUTPUT: u64 = 2;

/// A process with a receiver and a sender, and a window of two operations.
pub(super) struct Process {
    pub party: Party,
    pub input: CopyKey,
    pub output: CopyKey,
}

impl Process {
    fn restarted(restart: Restart) -> Process {
        let settings = Settings {
            stage: "tested".to_owned(),
            replica: 0,
            max_value_bytes: 10_000,
            window_operations: 2,
            window_bytes: 5_000,
            restart,
        };
        let mut party = Party::new(settings);
        let input = party.named(&passed(INPUT, Side::Receive));
        let output = party.named(&passed(OUTPUT, Side::Send));
        Process { party, input, output }
    }

    pub fn new() -> Process {
        Process::restarted(Restart::Never)
    }

    pub fn receive(&mut self) -> Ticket {
        self.party.begin(Shape::Plain, vec![receives(self.input)]).expect("it may begin")
    }

    pub fn send(&mut self, value: u8) -> Ticket {
        self.party.begin(Shape::Plain, vec![sends(self.output, &[value])]).expect("it may begin")
    }

    pub fn send_with(&mut self, cargo: CopyKey) -> Ticket {
        let load = Some(Load { value: vec![0xd4, 1, 0], cargo: vec![cargo] });
        self.party.begin(Shape::Plain, vec![Wanted { copy: self.output, load }]).expect("it may begin")
    }

    pub fn choose(&mut self) -> Ticket {
        let shape = Shape::Choice { is_poll: false, is_priority: false };
        self.party.begin(shape, vec![receives(self.input), sends(self.output, &[5])]).expect("it may begin")
    }

    pub fn said(&mut self) -> Vec<Word> {
        self.party.take_words()
    }
}

fn passed(end: u64, side: Side) -> PassedEnd {
    PassedEnd { end, side, channel: format!("channel of {end}").into(), contract: None }
}

pub(super) fn receives(copy: CopyKey) -> Wanted {
    Wanted { copy, load: None }
}

pub(super) fn sends(copy: CopyKey, value: &[u8]) -> Wanted {
    Wanted { copy, load: Some(Load { value: value.to_vec(), cargo: Vec::new() }) }
}

fn parcel(value: &[u8], ends: &[u64]) -> Option<Parcel> {
    Some(Parcel { value: Arc::new(value.to_vec()), ends: ends.to_vec() })
}

fn offered(op: u64, guards: &[Guard]) -> Word {
    words::offer(op, Flags { is_poll: false, is_priority: false }, guards)
}

pub(super) fn receive_offered(op: u64) -> Word {
    offered(op, &[Guard { end: INPUT, parcel: None }])
}

pub(super) fn send_offered(op: u64, value: u8) -> Word {
    offered(op, &[Guard { end: OUTPUT, parcel: parcel(&[value], &[]) }])
}

pub(super) fn deliver(value: u8) -> Answer {
    Answer::Deliver { guard: 0, attempt: 1, value: vec![value], ends: Vec::new() }
}

pub(super) fn withdrawn(attempts: u64) -> Answer {
    Answer::Withdrawn { guard: 0, attempts }
}

pub(super) const COMPLETED: Answer = Answer::Completed { guard: 0 };

pub(super) fn arrival(process: &mut Process, ticket: Ticket) -> Arrival {
    match process.party.outcome(ticket) {
        Some(Outcome::Arrived(arrival)) => arrival,
        other => panic!("expected a value, got {other:?}"),
    }
}

#[test]
fn section_4_9_r4_a_completion_that_crosses_a_withdrawal_wins() {
    let mut process = Process::new();
    let ticket = process.send(7);
    process.party.recall(ticket, Why::Time);
    process.party.recall(ticket, Why::Time);
    assert_eq!(process.said(), [send_offered(1, 7), words::withdraw(1)], "it is asked back once");
    process.party.hear(1, Answer::Late);
    assert_eq!(process.party.outcome(ticket), None, "late is no ending");
    process.party.hear(1, COMPLETED);
    assert_eq!(process.party.take_told(), [ticket]);
    assert_eq!(process.party.outcome(ticket), Some(Outcome::Sent { guard: 0 }));
}

#[test]
fn section_4_9_r4_a_delivery_that_crosses_a_withdrawal_wins() {
    let mut process = Process::new();
    let ticket = process.receive();
    process.party.recall(ticket, Why::Time);
    process.party.hear(1, deliver(3));
    process.said();
    assert_eq!(arrival(&mut process, ticket).value, [3]);
    assert_eq!(process.said(), [], "nobody has it yet");
    process.party.accept(ticket);
    assert_eq!(process.said(), [words::taken(1)]);
}

#[test]
fn section_4_11_a_withdrawal_says_how_many_had_the_value() {
    let mut process = Process::new();
    let ticket = process.send(7);
    process.party.recall(ticket, Why::Time);
    process.party.hear(1, withdrawn(2));
    let outcome = Outcome::Withdrawn { why: Why::Time, guard: 0, attempts: 2 };
    assert_eq!(process.party.outcome(ticket), Some(outcome));
}

#[test]
fn section_6_1_what_does_not_fit_waits_in_order_and_goes_when_there_is_room() {
    let mut process = Process::new();
    let tickets: Vec<Ticket> = (1..=4).map(|value| process.send(value)).collect();
    assert_eq!(process.said(), [send_offered(1, 1), send_offered(2, 2)]);
    process.party.recall(tickets[2], Why::Time);
    let outcome = Outcome::Withdrawn { why: Why::Time, guard: 0, attempts: 0 };
    assert_eq!(process.party.outcome(tickets[2]), Some(outcome), "what is held back is back at once");
    process.party.hear(2, COMPLETED);
    assert_eq!(process.said(), [send_offered(3, 4)]);
}

#[test]
fn section_6_1_one_large_value_is_always_allowed_and_no_second_beside_it() {
    let mut process = Process::new();
    let (large, copy) = (vec![9; 6_000], process.output);
    for _ in 0..2 {
        process.party.begin(Shape::Plain, vec![sends(copy, &large)]).expect("it may begin");
    }
    let first = offered(1, &[Guard { end: OUTPUT, parcel: parcel(&large, &[]) }]);
    assert_eq!(process.said(), [first]);
    process.party.hear(1, COMPLETED);
    assert_eq!(process.said().len(), 1);
}

#[test]
fn section_6_4_a_poll_that_does_not_fit_finds_nobody() {
    let mut process = Process::new();
    process.send(1);
    process.send(2);
    process.said();
    let poll = process.party.begin(Shape::Poll, vec![sends(process.output, &[3])]).expect("it may begin");
    assert_eq!(process.party.outcome(poll), Some(Outcome::Nobody));
    assert_eq!(process.said(), []);
}

#[test]
fn section_2_3_what_is_too_large_is_not_offered() {
    let mut process = Process::new();
    let wanted = vec![sends(process.output, &[0; 10_001])];
    let refused = process.party.begin(Shape::Plain, wanted);
    assert_eq!(refused, Err(NotBegun::TooLarge { bytes: 10_001, limit: 10_000 }));
    assert_eq!(process.said(), []);
}

#[test]
fn section_3_12_a_value_that_cannot_be_read_is_refused_and_another_is_waited_for() {
    let mut process = Process::new();
    let ticket = process.receive();
    let ends = vec![passed(90, Side::Send)];
    process.party.hear(1, Answer::Deliver { guard: 0, attempt: 1, value: vec![1], ends });
    let arrival = arrival(&mut process, ticket);
    process.said();
    process.party.refuse(ticket, arrival, "no");
    assert_eq!(process.said(), [words::refused(1, "no"), words::close(90), receive_offered(2)]);
}

#[test]
fn section_3_12_a_receive_whose_time_is_over_does_not_wait_for_another() {
    let mut process = Process::new();
    let ticket = process.receive();
    process.party.recall(ticket, Why::Time);
    process.party.hear(1, deliver(1));
    let arrival = arrival(&mut process, ticket);
    process.said();
    process.party.refuse(ticket, arrival, "no");
    assert_eq!(process.said(), [words::refused(1, "no")]);
    let outcome = Outcome::Withdrawn { why: Why::Time, guard: 0, attempts: 0 };
    assert_eq!(process.party.outcome(ticket), Some(outcome));
}

#[test]
fn section_4_6_a_value_in_hand_is_answered_once() {
    let mut process = Process::new();
    for verdict in [Verdict::Taken, Verdict::Returned, Verdict::Failed("why".to_owned())] {
        let ticket = process.receive();
        let op = process.party.waits(ticket).expect("it waits");
        process.party.hear(op, deliver(1));
        let arrival = arrival(&mut process, ticket);
        process.party.hold(ticket, &arrival);
        process.said();
        process.party.settle(op, verdict.clone());
        process.party.settle(op, Verdict::Taken);
        let word = match verdict {
            Verdict::Taken => words::taken(op),
            Verdict::Returned => words::returned(op),
            Verdict::Failed(why) => words::abandoned(op, &why),
        };
        assert_eq!(process.said(), [word]);
    }
}

#[test]
fn section_7_3_an_end_is_closed_with_its_last_copy_behind_what_was_sent() {
    let mut process = Process::new();
    let clone = process.party.clone_copy(process.output);
    for value in 1..=3 {
        process.send(value);
    }
    process.party.close(process.output);
    process.party.close(clone);
    assert_eq!(process.said(), [send_offered(1, 1), send_offered(2, 2)], "the third is still held back");
    process.party.hear(1, COMPLETED);
    assert_eq!(process.said(), [send_offered(3, 3), words::close(OUTPUT)]);
}

#[test]
fn section_7_9_an_end_that_was_taken_with_its_value_is_closed_here() {
    let mut process = Process::new();
    let [sender, receiver] = process.party.open(terms(), None).expect("it may be opened");
    let ticket = process.send_with(sender);
    let number = words::FIRST_OWN_END;
    let gone = process.party.begin(Shape::Plain, vec![sends(sender, &[1])]);
    assert!(matches!(gone, Err(NotBegun::Moved { side: Side::Send, .. })), "{gone:?}");
    let guard = Guard { end: OUTPUT, parcel: parcel(&[0xd4, 1, 0], &[number]) };
    assert_eq!(process.said(), [words::open(number, number + 1, &terms()), offered(1, &[guard])]);
    process.party.hear(1, COMPLETED);
    assert_eq!(process.party.outcome(ticket), Some(Outcome::Sent { guard: 0 }));
    assert_eq!(process.said(), [words::close(number)]);
    process.party.close(sender);
    process.party.close(receiver);
    assert_eq!(process.said(), [words::close(number + 1)], "the other is closed once");
}

#[test]
fn section_7_9_an_end_is_here_again_when_its_value_is_back() {
    let mut process = Process::new();
    let [sender, _] = process.party.open(terms(), None).expect("it may be opened");
    process.send_with(sender);
    process.party.hear(1, Answer::Failed { guard: 0, attempts: 0, reason: Reason::Ended });
    assert!(process.party.begin(Shape::Plain, vec![sends(sender, &[1])]).is_ok());
}

#[test]
fn section_7_9_what_waits_on_an_end_that_leaves_comes_back() {
    let mut process = Process::new();
    let [_, receiver] = process.party.open(terms(), None).expect("it may be opened");
    let ticket = process.party.begin(Shape::Plain, vec![receives(receiver)]).expect("it may begin");
    process.said();
    process.send_with(receiver);
    let number = words::FIRST_OWN_END + 1;
    let guard = Guard { end: OUTPUT, parcel: parcel(&[0xd4, 1, 0], &[number]) };
    assert_eq!(process.said(), [words::withdraw(1), offered(2, &[guard])]);
    process.party.hear(2, COMPLETED);
    assert_eq!(process.said(), [], "its receive has not ended yet");
    process.party.hear(1, withdrawn(0));
    assert_eq!(process.said(), [words::close(number)]);
    assert!(matches!(process.party.outcome(ticket), Some(Outcome::Withdrawn { why: Why::Moved { .. }, .. })));
}

#[test]
fn section_7_9_the_same_end_cannot_leave_twice() {
    let mut process = Process::new();
    let [sender, _] = process.party.open(terms(), None).expect("it may be opened");
    process.send_with(sender);
    let load = Some(Load { value: vec![0xd4, 1, 0], cargo: vec![sender] });
    let again = process.party.begin(Shape::Plain, vec![Wanted { copy: process.output, load }]);
    assert!(matches!(again, Err(NotBegun::Unfit { .. })), "{again:?}");
}

#[test]
fn section_8_7_a_process_that_is_asked_to_end_lets_go_of_all_but_its_sends() {
    let mut process = Process::new();
    let held = process.receive();
    process.party.hear(1, deliver(1));
    let in_hand = arrival(&mut process, held);
    process.party.hold(held, &in_hand);
    let (waiting, sending) = (process.receive(), process.send(7));
    process.said();
    process.party.wind_down();
    assert_eq!(process.said(), [words::withdraw(2), words::close(OUTPUT), words::returned(1)]);
    process.party.hear(2, withdrawn(0));
    assert_eq!(process.said(), [words::close(INPUT)]);
    let stopped = Outcome::Withdrawn { why: Why::Stopped, guard: 0, attempts: 0 };
    assert_eq!(process.party.outcome(waiting), Some(stopped));
    process.party.hear(3, COMPLETED);
    assert_eq!(process.party.outcome(sending), Some(Outcome::Sent { guard: 0 }));
    let begun = process.party.begin(Shape::Plain, vec![receives(process.input)]);
    assert_eq!(begun, Err(NotBegun::Stopped));
}

#[test]
fn section_7_9_an_end_on_its_way_is_closed_only_when_its_value_was_taken() {
    let mut process = Process::new();
    let [sender, _] = process.party.open(terms(), None).expect("it may be opened");
    process.send_with(sender);
    process.said();
    process.party.wind_down();
    let (sending, receiving) = (words::FIRST_OWN_END, words::FIRST_OWN_END + 1);
    assert_eq!(process.said(), [words::close(INPUT), words::close(OUTPUT), words::close(receiving)]);
    process.party.hear(1, COMPLETED);
    assert_eq!(process.said(), [words::close(sending)]);
}

#[test]
fn section_8_16_a_process_that_another_may_follow_closes_nothing_when_it_ends() {
    for restart in [Restart::Always, Restart::OnFailure] {
        let mut process = Process::restarted(restart);
        process.receive();
        process.said();
        process.party.wind_down();
        assert_eq!(process.said(), [words::withdraw(1)]);
        process.party.hear(1, withdrawn(0));
        process.party.drop_copy(process.input);
        assert_eq!(process.said(), []);
    }
}

#[test]
fn section_8_16_what_a_restarted_stage_was_given_is_closed_by_close_alone() {
    for (restart, is_closed) in [(Restart::Never, true), (Restart::OnFailure, false), (Restart::Always, false)] {
        let mut process = Process::restarted(restart);
        process.party.drop_copy(process.output);
        assert_eq!(process.said().is_empty(), !is_closed, "{restart:?}");
    }
    let mut process = Process::restarted(Restart::Always);
    let [sender, _] = process.party.open(terms(), None).expect("it may be opened");
    process.party.close(process.output);
    process.said();
    process.party.drop_copy(sender);
    assert_eq!(process.said(), [words::close(words::FIRST_OWN_END)], "what it opened itself goes with it");
}

#[test]
fn section_8_16_an_end_that_an_earlier_process_has_closed_is_closed() {
    let mut process = Process::new();
    let closed = process.party.named(&passed(0, Side::Send));
    assert_eq!(process.party.begin(Shape::Plain, vec![sends(closed, &[1])]), Err(NotBegun::Closed));
    process.party.close(closed);
    assert_eq!(process.said(), []);
}

#[test]
fn section_8_15_a_process_that_retires_begins_no_receive_and_goes_on_sending() {
    let mut process = Process::new();
    let (waiting, choosing) = (process.receive(), process.choose());
    process.said();
    process.party.retire();
    assert_eq!(process.said(), [words::withdraw(1)], "a select that would send goes on");
    process.party.hear(1, withdrawn(0));
    let stopped = Outcome::Withdrawn { why: Why::Stopped, guard: 0, attempts: 0 };
    assert_eq!(process.party.outcome(waiting), Some(stopped));
    process.party.hear(2, deliver(1));
    assert_eq!(arrival(&mut process, choosing).value, [1]);
    let begun = process.party.begin(Shape::Plain, vec![receives(process.input)]);
    assert_eq!(begun, Err(NotBegun::Stopped));
    assert_eq!(process.send(7), Ticket(process.party.last_key));
}

#[test]
fn section_8_15_what_is_delivered_to_a_process_that_retires_goes_back() {
    let mut process = Process::new();
    process.receive();
    process.party.retire();
    process.said();
    let ends = vec![passed(90, Side::Send)];
    process.party.hear(1, Answer::Deliver { guard: 0, attempt: 1, value: vec![1], ends });
    assert_eq!(process.said(), [words::returned(1), words::close(90)]);
}

#[test]
fn section_8_7_section_8_15_who_waits_for_a_time_alone_hears_that_the_process_is_to_end() {
    for end in [Party::retire, Party::wind_down] {
        let Process { mut party, .. } = Process::new();
        let (resting, risen) = (party.rest().expect("it may rest"), party.rest().expect("it may rest"));
        party.rise(risen);
        assert!(!party.is_roused(resting));
        end(&mut party);
        assert_eq!(party.take_told(), [resting]);
        assert!(party.is_roused(resting));
        assert_eq!(party.rest(), Err(NotBegun::Stopped));
    }
}

#[test]
fn section_6_2_a_select_is_never_held_back_by_the_window() {
    let mut process = Process::new();
    for value in 1..=3 {
        process.send(value);
    }
    process.said();
    process.choose();
    let guards = [Guard { end: INPUT, parcel: None }, Guard { end: OUTPUT, parcel: parcel(&[5], &[]) }];
    assert_eq!(process.said(), [offered(3, &guards)]);
}

#[test]
fn section_3_8_a_select_with_one_guard_says_so_by_its_flag() {
    let mut process = Process::new();
    let shape = Shape::Choice { is_poll: false, is_priority: false };
    process.party.begin(shape, vec![receives(process.input)]).expect("it may begin");
    let flags = Flags { is_poll: false, is_priority: true };
    assert_eq!(process.said(), [words::offer(1, flags, &[Guard { end: INPUT, parcel: None }])]);
}

#[test]
fn r6_a_select_whose_value_may_have_been_taken_does_not_say_that_nothing_came_to_pass() {
    let mut process = Process::new();
    let ticket = process.choose();
    process.party.recall(ticket, Why::Time);
    process.party.hear(1, Answer::Withdrawn { guard: 1, attempts: 1 });
    let lost = Outcome::Failed { guard: 1, attempts: 1, reason: Reason::Lost(Vec::new()) };
    assert_eq!(process.party.outcome(ticket), Some(lost));
}

#[test]
fn section_6_2_selects_with_large_values_for_one_end_wait_for_each_other() {
    let mut process = Process::new();
    let shape = Shape::Choice { is_poll: false, is_priority: false };
    let large = vec![0; 6_000];
    let begin = |process: &mut Process| process.party.begin(shape, vec![sends(process.output, &large)]);
    begin(&mut process).expect("it may begin");
    begin(&mut process).expect("it may begin");
    assert_eq!(process.said().len(), 1);
    process.party.hear(1, COMPLETED);
    assert_eq!(process.said().len(), 1);
}

#[test]
fn section_4_2_nothing_is_kept_of_what_has_ended() {
    let mut process = Process::new();
    for round in 0..3 {
        let (sent, received) = (process.send(1), process.receive());
        let (first, second) = (2 * round + 1, 2 * round + 2);
        process.party.hear(first, COMPLETED);
        process.party.hear(second, deliver(1));
        process.party.outcome(sent);
        arrival(&mut process, received);
        process.party.accept(received);
    }
    assert!(process.party.operations.is_empty() && process.party.offered.is_empty());
    let clone = process.party.clone_copy(process.output);
    process.party.close(process.input);
    process.party.close(process.output);
    process.party.close(clone);
    assert!(process.party.ends.is_empty() && process.party.copies.is_empty());
}

fn terms() -> Terms<'static> {
    Terms { name: "replies", capacity: 0, overflow: "block", max_attempts: 3, dead_letters: None, contract: None }
}
