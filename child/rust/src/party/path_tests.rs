//! §14: operations on ends whose channels have a direct link, without its pipes.

use std::sync::Arc;

use super::tests::{
    COMPLETED, INPUT, OUTPUT, Process, arrival, deliver, receive_offered, receives, send_offered, withdrawn,
};
use super::{Acceptance, Command, Outcome, Party, Shape, Ticket, Wanted, Why};
use crate::direct::Timer;
use crate::wire::messages::{Answer, Reason};
use crate::wire::words::{self, Flow};

const LINK: u64 = 7;
const TAKEN: [u8; 1] = [0];

impl Process {
    fn with_link(end: u64) -> Process {
        let mut process = Process::new();
        process.meet(end);
        assert_eq!(process.said(), [words::met(LINK)]);
        process
    }

    fn meet(&mut self, end: u64) {
        assert!(self.party.may_meet(end));
        self.party.met(LINK, end);
    }

    /// A value comes over the link.
    fn hear(&mut self, value: u8) {
        self.party.read(LINK, &[0, 0, 0, 1, value]);
    }

    fn commands(&mut self) -> Vec<Command> {
        self.party.take_commands()
    }

    fn takes(&mut self, ticket: Ticket) -> Option<Acceptance> {
        self.party.accept(ticket);
        self.party.acceptance(ticket)
    }
}

fn written(value: u8) -> Command {
    Command::WriteValue { link: LINK, value: Arc::new(vec![value]) }
}

fn answered() -> Command {
    Command::WriteAnswer { link: LINK, answer: TAKEN.to_vec() }
}

fn ring(timer: Timer) -> Command {
    Command::Ring { link: LINK, timer }
}

fn nobody() -> Option<Outcome> {
    Some(Outcome::Nobody)
}

fn sent() -> Option<Outcome> {
    Some(Outcome::Sent { guard: 0 })
}

#[test]
fn section_14_6_section_14_7_no_link_begins_while_a_choice_is_outstanding_nor_for_an_end_that_is_not_here() {
    let mut process = Process::new();
    assert!(!process.party.may_meet(77));
    let choice = process.choose();
    assert!(!process.party.may_meet(INPUT) && !process.party.may_meet(OUTPUT));
    process.party.hear(1, deliver(1));
    process.party.accept(choice);
    assert!(process.party.may_meet(INPUT) && process.party.may_meet(OUTPUT));
    process.party.retire();
    assert!(!process.party.may_meet(INPUT) && process.party.may_meet(OUTPUT), "it takes nothing new");
    process.party.close(process.output);
    assert!(!process.party.may_meet(OUTPUT));
}

#[test]
fn section_14_6_r3_a_send_is_written_when_nothing_older_is_outstanding() {
    let mut process = Process::new();
    let older = process.send(1);
    process.meet(OUTPUT);
    process.send(2);
    assert_eq!(process.said(), [send_offered(1, 1), words::met(LINK)]);
    assert_eq!(process.commands(), [ring(Timer::Join)]);
    process.party.hear(1, COMPLETED);
    assert_eq!(process.party.outcome(older), sent());
    assert_eq!(process.commands(), [ring(Timer::Join), written(2)]);
}

#[test]
fn section_14_4_no_more_are_unanswered_than_the_window_has_room_for() {
    let mut process = Process::with_link(OUTPUT);
    let tickets: Vec<Ticket> = (1..=3).map(|value| process.send(value)).collect();
    assert_eq!(process.commands(), [written(1), written(2)]);
    process.party.read(LINK, &TAKEN);
    assert_eq!(process.party.outcome(tickets[0]), sent());
    assert_eq!(process.commands(), [written(3)]);
    assert_eq!(process.said(), []);
}

#[test]
fn section_14_5_what_a_time_will_recall_and_what_carries_ends_ends_the_link() {
    for begin in [
        |process: &mut Process| {
            process.choose();
        },
        |process: &mut Process| {
            let load = Some(super::Load { value: vec![1], cargo: Vec::new() });
            let wanted = vec![Wanted { copy: process.output, load }];
            process.party.begin(Shape::Relayed, wanted).expect("it may begin");
        },
        |process: &mut Process| {
            process.send_with(process.input);
        },
    ] {
        let mut process = Process::with_link(OUTPUT);
        begin(&mut process);
        assert!(process.commands().contains(&Command::CloseOutput { link: LINK }));
    }
}

#[test]
fn section_14_6_what_is_unanswered_is_offered_in_order_behind_it_what_was_held_back_and_then_the_end_is_closed() {
    let mut process = Process::with_link(OUTPUT);
    process.send(1);
    process.send(2);
    process.send(3);
    process.party.close(process.output);
    process.party.part(LINK);
    process.commands();
    process.party.pipe_ended(LINK);
    assert_eq!(process.commands(), [Command::Close { link: LINK, last: vec![words::parted(LINK)] }]);
    assert_eq!(process.said(), []);
    process.party.resume(LINK);
    assert_eq!(process.said(), [send_offered(1, 1), send_offered(2, 2)]);
    process.party.hear(1, COMPLETED);
    assert_eq!(process.said(), [send_offered(3, 3), words::close(OUTPUT)]);
}

#[test]
fn section_14_6_r4_what_is_recalled_on_a_link_that_ends_was_not_taken() {
    let mut process = Process::with_link(OUTPUT);
    let (first, second) = (process.send(1), process.send(2));
    process.party.recall(second, Why::Time);
    process.party.recall(first, Why::Time);
    process.party.read(LINK, &TAKEN);
    assert_eq!(process.party.outcome(first), sent());
    process.party.pipe_ended(LINK);
    assert_eq!(process.party.outcome(second), None);
    process.party.resume(LINK);
    let outcome = Outcome::Withdrawn { why: Why::Time, guard: 0, attempts: 0 };
    assert_eq!(process.party.outcome(second), Some(outcome));
}

#[test]
fn section_14_7_r3_the_first_value_waits_for_the_receive_that_is_asked_back() {
    let mut process = Process::with_link(INPUT);
    let (first, second) = (process.receive(), process.receive());
    assert_eq!(process.said(), [receive_offered(1), receive_offered(2)]);
    process.hear(5);
    assert_eq!(process.said(), [words::ask_back(1), words::ask_back(2)]);
    process.party.hear(2, withdrawn(0));
    assert_eq!(process.party.outcome(second), None, "it is its own to match, and not the first");
    process.party.hear(1, deliver(4));
    assert_eq!(arrival(&mut process, first).value, [4]);
    assert_eq!(arrival(&mut process, second).value, [5]);
}

#[test]
fn section_14_7_a_receive_that_is_asked_back_and_recalled_ends_by_the_answer() {
    let mut process = Process::with_link(INPUT);
    let ticket = process.receive();
    process.hear(5);
    process.said();
    process.party.recall(ticket, Why::Time);
    assert_eq!(process.said(), [], "it was asked back before");
    process.party.hear(1, withdrawn(0));
    let outcome = Outcome::Withdrawn { why: Why::Time, guard: 0, attempts: 0 };
    assert_eq!(process.party.outcome(ticket), Some(outcome));
}

/// A process whose receive was given a value over the link.
fn given() -> (Process, Ticket) {
    let mut process = Process::with_link(INPUT);
    process.hear(5);
    let ticket = process.receive();
    process.commands();
    assert_eq!(arrival(&mut process, ticket).value, [5]);
    (process, ticket)
}

#[test]
fn section_14_8_code_has_a_value_when_its_answer_is_with_the_kernel() {
    let (mut process, ticket) = given();
    assert_eq!(process.takes(ticket), None);
    assert_eq!(process.commands(), [answered()]);
    process.party.written(LINK);
    assert_eq!(process.party.acceptance(ticket), Some(Acceptance::Taken));
}

#[test]
fn section_14_8_code_has_it_also_when_the_sender_is_dead_by_then() {
    let (mut process, ticket) = given();
    process.takes(ticket);
    process.party.unheard(LINK);
    assert_eq!(process.party.acceptance(ticket), Some(Acceptance::Taken));
}

#[test]
fn section_14_8_what_a_link_ends_with_unanswered_nobody_has_and_its_receive_waits_for_another() {
    let (mut process, ticket) = given();
    process.party.part(LINK);
    assert_eq!(process.commands(), [Command::Close { link: LINK, last: vec![words::parted(LINK)] }]);
    assert_eq!(process.takes(ticket), Some(Acceptance::Lost));
    assert_eq!(process.said(), [receive_offered(1)]);
    process.party.hear(1, deliver(5));
    assert_eq!(arrival(&mut process, ticket).value, [5]);
    assert_eq!(process.takes(ticket), Some(Acceptance::Taken));
    assert_eq!(process.said(), [words::taken(1)]);
}

#[test]
fn section_14_4_a_value_that_cannot_be_read_is_refused_on_the_link() {
    let mut process = Process::with_link(INPUT);
    process.hear(5);
    let ticket = process.receive();
    process.commands();
    let arrived = arrival(&mut process, ticket);
    process.party.refuse(ticket, arrived, "no");
    let refusal = Command::WriteAnswer { link: LINK, answer: vec![1, 0, 2, b'n', b'o'] };
    assert_eq!(process.commands(), [refusal]);
    process.hear(6);
    assert_eq!(arrival(&mut process, ticket).value, [6]);
}

#[test]
fn section_14_7_r9_the_end_is_told_when_what_was_answered_is_given() {
    let (mut process, ticket) = given();
    let second = process.receive();
    process.takes(ticket);
    let Process { party, .. } = &mut process;
    party.part(LINK);
    assert_eq!(party.outcome(second), None, "an answer is on its way");
    assert_eq!(party.take_words(), []);
    party.written(LINK);
    assert_eq!(party.acceptance(ticket), Some(Acceptance::Taken));
    assert_eq!(party.take_words(), [receive_offered(1)]);
    party.hear(1, Answer::Failed { guard: 0, attempts: 0, reason: Reason::Ended });
    assert!(matches!(party.outcome(second), Some(Outcome::Failed { .. })));
}

#[test]
fn section_14_7_a_failure_on_the_end_says_that_the_sender_is_gone() {
    let mut process = Process::with_link(INPUT);
    process.receive();
    process.receive();
    process.hear(5);
    process.said();
    process.party.hear(1, Answer::Failed { guard: 0, attempts: 0, reason: Reason::Ended });
    process.commands();
    process.party.hear(2, withdrawn(0));
    assert_eq!(process.said(), [receive_offered(3)], "what the sender has left is nobody's");
    assert_eq!(process.commands(), [Command::Close { link: LINK, last: vec![words::parted(LINK)] }]);
}

#[test]
fn section_14_7_an_end_that_is_closed_is_so_for_the_supervisor_when_the_link_is_over() {
    let mut process = Process::with_link(INPUT);
    process.party.close(process.input);
    assert_eq!(process.said(), []);
    let last = vec![words::parted(LINK), words::close(INPUT)];
    assert_eq!(process.commands(), [Command::Close { link: LINK, last }]);
}

#[test]
fn section_14_7_a_process_that_is_to_end_takes_nothing_more_from_a_link() {
    for end in [Party::retire, Party::wind_down] {
        let mut process = Process::with_link(INPUT);
        process.hear(5);
        end(&mut process.party);
        assert!(matches!(process.commands().last(), Some(Command::Close { .. })));
    }
}

#[test]
fn section_14_8_a_poll_is_answered_when_what_had_come_was_read() {
    let mut process = Process::with_link(INPUT);
    process.hear(5);
    process.commands();
    for expected in [Some(5), None] {
        let poll = process.party.begin(Shape::Poll, vec![receives(process.input)]).expect("it may begin");
        assert_eq!(process.commands(), [Command::Drain { links: vec![LINK], ticket: poll }]);
        process.party.polled(poll);
        match expected {
            Some(value) => assert_eq!(arrival(&mut process, poll).value, [value]),
            None => assert_eq!(process.party.outcome(poll), nobody()),
        }
        process.takes(poll);
        process.party.written(LINK);
        process.commands();
    }
}

#[test]
fn section_14_6_section_14_8_a_choice_that_polls_is_given_what_is_here_or_waits_for_its_links_to_end() {
    let shape = Shape::Choice { is_poll: true, is_priority: false };
    let mut process = Process::with_link(INPUT);
    process.hear(5);
    let begin = |process: &mut Process| {
        let poll = process.party.begin(shape, vec![receives(process.input)]).expect("it may begin");
        process.party.polled(poll);
        poll
    };
    let first = begin(&mut process);
    assert_eq!(arrival(&mut process, first).value, [5]);
    process.takes(first);
    process.party.written(LINK);
    process.said();
    let second = begin(&mut process);
    assert_eq!(process.said().len(), 1, "its link is over, so it is offered");
    process.party.hear(1, withdrawn(0));
    assert_eq!(process.party.outcome(second), nobody());
}

#[test]
fn section_14_6_a_choice_that_polls_does_not_wait_for_long() {
    let shape = Shape::Choice { is_poll: true, is_priority: false };
    let mut process = Process::with_link(OUTPUT);
    let load = Some(super::Load { value: vec![1], cargo: Vec::new() });
    let wanted = vec![Wanted { copy: process.output, load }];
    let poll = process.party.begin(shape, wanted).expect("it may begin");
    process.party.polled(poll);
    assert!(process.commands().contains(&Command::CloseOutput { link: LINK }));
    assert_eq!(process.said(), []);
    process.party.ring(LINK, Timer::Poll(poll));
    assert_eq!(process.party.outcome(poll), nobody());
}

#[test]
fn section_14_11_who_asks_for_the_statistics_hears_what_is_known_here() {
    let (mut process, ticket) = given();
    process.takes(ticket);
    process.party.written(LINK);
    process.party.inspect(process.input).expect("it may be asked");
    let flow = Flow { taken: 1, waiting_senders: 0, waiting_receivers: 0 };
    let said = process.said();
    assert_eq!(said.first(), Some(&words::flow(LINK, flow)));
    assert_eq!(said.len(), 2);
}

#[test]
fn section_14_nothing_is_kept_of_a_link_that_is_over() {
    let mut process = Process::with_link(OUTPUT);
    process.send(1);
    process.party.part(LINK);
    process.party.pipe_ended(LINK);
    process.party.resume(LINK);
    process.party.hear(1, COMPLETED);
    process.party.close(process.output);
    assert!(process.party.paths.is_empty() && process.party.ends.len() == 1);
    process.party.ring(LINK, Timer::End);
    process.party.read(LINK, &TAKEN);
    assert!(process.party.may_meet(INPUT));
}
