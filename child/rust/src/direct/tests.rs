//! §14: the two sides of a direct link, event by event, and what is said on it.

use std::collections::BTreeSet;

use super::words::{Answer, AnswerReader, Read, ValueReader, refused};
use super::{Effect, Farewell, Heard, Kind, Limits, Outstanding, ReceivingPath, SendingPath, Timer, length_of};
use crate::party::Ticket;
use crate::wire::words::Flow;

const LINK: u64 = 7;
const A: Ticket = Ticket(1);
const B: Ticket = Ticket(2);
const C: Ticket = Ticket(3);

// ── the sender ──────────────────────────────────────────────────────────────────────────────────────────────────────

fn joining() -> SendingPath {
    let (path, effects) = SendingPath::begin(LINK, BTreeSet::from([41, 42]));
    assert_eq!(effects, [Effect::Met]);
    path
}

fn linked() -> SendingPath {
    let (path, effects) = SendingPath::begin(LINK, BTreeSet::new());
    assert_eq!(effects, [Effect::Met]);
    path
}

fn leaving() -> SendingPath {
    let mut path = linked();
    assert_eq!(path.leave(), [Effect::CloseOutput]);
    path
}

fn flow(taken: u64, waiting_senders: u64, waiting_receivers: u64) -> Flow {
    Flow { taken, waiting_senders, waiting_receivers }
}

#[test]
fn section_14_6_what_is_sent_depends_on_the_state_of_the_end() {
    let ring = |timer| Effect::Ring(timer);
    for (state, kind, expected) in [
        (joining as fn() -> SendingPath, Kind::Direct, vec![ring(Timer::Join)]),
        (joining, Kind::Relayed, vec![ring(Timer::Join), Effect::CloseOutput]),
        (joining, Kind::Poll, vec![ring(Timer::Join), ring(Timer::Poll(A)), Effect::CloseOutput]),
        (linked, Kind::Direct, vec![Effect::Write(A)]),
        (linked, Kind::Relayed, vec![Effect::CloseOutput]),
        (linked, Kind::Poll, vec![ring(Timer::Poll(A)), Effect::CloseOutput]),
        (leaving, Kind::Direct, vec![]),
        (leaving, Kind::Relayed, vec![]),
        (leaving, Kind::Poll, vec![ring(Timer::Poll(A))]),
    ] {
        assert_eq!(state().offer(A, kind), expected, "{:?}, {kind:?}", state());
    }
}

#[test]
fn section_14_6_r3_what_was_held_back_is_written_when_nothing_older_is_outstanding() {
    let mut path = joining();
    path.offer(A, Kind::Direct);
    assert_eq!(path.offer(B, Kind::Direct), []);
    assert_eq!(path.older_ended(42), [Effect::Ring(Timer::Join)], "as long as they get fewer, it waits");
    assert_eq!(path.older_ended(40), [], "that is none of them");
    assert_eq!(path.older_ended(41), [Effect::Ring(Timer::Join), Effect::Write(A), Effect::Write(B)]);
    assert_eq!(path.ring(Timer::Join), [], "it has joined");
}

#[test]
fn section_14_6_what_is_held_back_does_not_wait_for_ever_for_what_is_older() {
    let mut path = joining();
    assert_eq!(path.ring(Timer::Join), [], "nothing is held back");
    path.offer(A, Kind::Direct);
    assert_eq!(path.ring(Timer::Join), [Effect::CloseOutput]);
    assert_eq!(path.older_ended(41), []);
    path.older_ended(42);
    assert_eq!(path.offer(B, Kind::Direct), [], "it leaves");
}

#[test]
fn section_14_4_answers_are_for_the_oldest_and_are_heard_in_every_state() {
    let mut path = linked();
    for ticket in [A, B, C] {
        path.offer(ticket, Kind::Direct);
    }
    assert_eq!(path.read(&[0, 1, 0]), [Effect::Completed(A)]);
    path.leave();
    assert_eq!(path.read(&[2, b'n', b'o', 0]), [Effect::Refused(B, "no".to_owned()), Effect::Completed(C)]);
    assert_eq!(path.tell(), [Effect::Flow(flow(2, 0, 0))]);
}

#[test]
fn section_14_4_an_answer_to_nothing_and_what_is_no_answer_end_the_link() {
    assert_eq!(linked().read(&[0]), [Effect::CloseOutput]);
    let mut path = linked();
    path.offer(A, Kind::Direct);
    assert_eq!(path.read(&[0, 9, 0]), [Effect::Completed(A), Effect::CloseOutput]);
}

#[test]
fn section_14_6_what_is_unanswered_when_both_have_left_is_offered_in_order_and_then_what_was_held_back() {
    for is_end_first in [true, false] {
        let mut path = linked();
        path.offer(A, Kind::Direct);
        path.offer(B, Kind::Direct);
        path.leave();
        path.offer(C, Kind::Direct);
        let over = [Effect::Over, Effect::Offer(A), Effect::Offer(B), Effect::Offer(C)];
        let parted = Effect::Close(vec![Farewell::Parted]);
        if is_end_first {
            assert_eq!(path.ended(), [parted]);
            assert_eq!(path.ended(), [], "it is said once");
            assert_eq!(path.resume(), over);
        } else {
            assert_eq!(path.resume(), [Effect::Ring(Timer::End)]);
            assert_eq!(path.ring(Timer::End), [&[parted], &over[..]].concat());
        }
    }
}

#[test]
fn section_14_6_r4_what_is_recalled_was_not_taken_unless_it_was_answered() {
    let mut path = linked();
    for ticket in [A, B, C] {
        path.offer(ticket, Kind::Direct);
    }
    assert_eq!(path.withdraw(B), [Effect::CloseOutput]);
    assert_eq!(path.withdraw(A), []);
    assert_eq!(path.read(&[0]), [Effect::Completed(A)]);
    path.ended();
    assert_eq!(path.resume(), [Effect::Over, Effect::Offer(C), Effect::Withdrawn(B)]);
}

#[test]
fn section_14_6_what_is_held_back_is_recalled_at_once_and_a_poll_finds_nobody_before_long() {
    let mut path = leaving();
    path.offer(A, Kind::Direct);
    path.offer(B, Kind::Poll);
    assert_eq!(path.withdraw(A), [Effect::Withdrawn(A)]);
    assert_eq!(path.ring(Timer::Poll(B)), [Effect::Withdrawn(B)]);
    assert_eq!(path.ring(Timer::Poll(B)), []);
}

#[test]
fn section_14_6_an_end_is_closed_behind_what_was_sent_on_it() {
    let mut path = linked();
    path.offer(A, Kind::Direct);
    assert_eq!(path.close(), [Effect::CloseOutput]);
    path.ended();
    assert_eq!(path.resume(), [Effect::Over, Effect::Offer(A), Effect::CloseEnd]);
}

// ── the receiver ────────────────────────────────────────────────────────────────────────────────────────────────────

fn ready() -> ReceivingPath {
    let limits = Limits { operations: 4, bytes: 100, value_bytes: 50 };
    let (path, effects) = ReceivingPath::begin(LINK, limits);
    assert_eq!(effects, [Effect::Met]);
    path
}

/// A value has come, and nobody waited.
fn with_value() -> ReceivingPath {
    let mut path = ready();
    let effects = path.read(&sent(1), Outstanding::Receives(Vec::new()));
    assert_eq!(effects, [Effect::Ring(Timer::Flow)]);
    path
}

fn asking() -> ReceivingPath {
    let mut path = ready();
    let effects = path.read(&sent(1), Outstanding::Receives(vec![A, B]));
    assert_eq!(effects, [Effect::AskBack(A), Effect::AskBack(B), Effect::Ring(Timer::Flow)]);
    path
}

/// It leaves, and still asks.
fn left() -> ReceivingPath {
    let mut path = asking();
    assert_eq!(path.leave(), []);
    path
}

fn sent(value: u8) -> Vec<u8> {
    [&length_of(&[value])[..], &[value]].concat()
}

fn deliver(ticket: Ticket, value: u8) -> Effect {
    Effect::Deliver { ticket, guard: 0, value: vec![value] }
}

fn parted() -> Effect {
    Effect::Close(vec![Farewell::Parted])
}

#[test]
fn section_14_7_what_is_received_depends_on_the_state_of_the_end() {
    let offer = || Effect::Offer(C);
    for (state, kind, expected) in [
        (ready as fn() -> ReceivingPath, Kind::Direct, vec![offer()]),
        (ready, Kind::Poll, vec![offer()]),
        (ready, Kind::Relayed, vec![offer(), Effect::Over, parted()]),
        (with_value, Kind::Direct, vec![deliver(C, 1)]),
        (with_value, Kind::Poll, vec![Effect::Drain(C)]),
        (with_value, Kind::Relayed, vec![offer(), Effect::Over, parted()]),
        (asking, Kind::Direct, vec![]),
        (asking, Kind::Poll, vec![Effect::Drain(C)]),
        (left, Kind::Direct, vec![]),
        (left, Kind::Poll, vec![offer()]),
        (left, Kind::Relayed, vec![offer()]),
    ] {
        assert_eq!(state().offer(C, kind), expected, "{:?}, {kind:?}", state());
    }
}

#[test]
fn section_14_7_r3_receives_that_are_asked_back_stand_first_and_each_waits_for_its_answer() {
    let mut path = asking();
    path.offer(C, Kind::Direct);
    assert_eq!(path.heard(B, true), (Heard::Back, vec![]), "the first is still asked back");
    assert_eq!(path.heard(A, false), (Heard::Ended, vec![deliver(B, 1)]), "it was given another");
}

#[test]
fn section_14_7_a_value_is_matched_when_the_code_has_answered_for_the_one_before() {
    let mut path = with_value();
    path.read(&sent(2), Outstanding::Other);
    assert_eq!(path.offer(A, Kind::Direct), [deliver(A, 1)]);
    assert_eq!(path.offer(B, Kind::Direct), []);
    assert_eq!(path.taken(A), Some(vec![Effect::Answer(vec![0]), deliver(B, 2)]));
    assert_eq!(path.refused(B, "no"), [Effect::Answer(vec![1, 0, 2, b'n', b'o'])]);
}

#[test]
fn section_14_8_code_has_a_value_when_the_answer_is_with_the_kernel() {
    let mut path = with_value();
    path.offer(A, Kind::Direct);
    path.taken(A);
    assert_eq!(path.leave(), [], "an answer is on its way");
    let flow = Farewell::Flow(flow(1, 0, 0));
    let last = Effect::Close(vec![flow, Farewell::Parted]);
    assert_eq!(path.secured(), [Effect::Secured(A), Effect::Over, last]);
}

#[test]
fn section_14_8_what_is_unanswered_when_the_link_has_ended_was_taken_by_nobody() {
    let mut path = with_value();
    path.offer(A, Kind::Direct);
    assert_eq!(path.leave(), [Effect::Over, parted()]);
    assert_eq!(path.taken(A), None);
    assert_eq!(path.refused(A, "no"), []);
}

#[test]
fn section_14_7_r9_what_was_answered_is_given_before_the_end_is_told() {
    let mut path = with_value();
    path.offer(A, Kind::Direct);
    path.taken(A);
    let last = Effect::Close(vec![Farewell::Flow(flow(1, 0, 0)), Farewell::Parted]);
    assert_eq!(path.sender_is_gone(), [Effect::Secured(A), Effect::Over, last]);
}

#[test]
fn section_14_7_it_waits_for_all_that_it_asked_and_then_offers_its_line_in_order() {
    let mut path = left();
    path.offer(C, Kind::Direct);
    assert_eq!(path.heard(A, true), (Heard::Back, vec![]));
    let over = vec![Effect::Over, Effect::Offer(A), Effect::Offer(B), Effect::Offer(C), parted()];
    assert_eq!(path.heard(B, true), (Heard::Back, over));
}

#[test]
fn section_14_7_one_that_is_asked_back_and_recalled_ends_by_the_answer() {
    let mut path = asking();
    assert_eq!(path.withdraw(A), []);
    assert!(path.has_asked(A));
    assert_eq!(path.heard(A, true), (Heard::Ended, vec![]));
    assert_eq!(path.heard(B, true), (Heard::Back, vec![deliver(B, 1)]));
}

#[test]
fn section_14_7_one_in_line_is_recalled_at_once() {
    let mut path = asking();
    path.offer(C, Kind::Direct);
    assert_eq!(path.withdraw(C), [Effect::Withdrawn(C)]);
}

#[test]
fn section_14_7_the_first_value_ends_the_link_where_only_the_supervisor_can_give_one() {
    assert_eq!(ready().read(&sent(1), Outstanding::Other), [Effect::Over, parted()]);
}

#[test]
fn section_14_8_a_poll_is_given_what_is_there_if_nobody_is_before_it() {
    assert_eq!(with_value().polled(C), [deliver(C, 1)]);
    assert_eq!(asking().polled(C), [Effect::Withdrawn(C)]);
    let chosen = Effect::Deliver { ticket: C, guard: 2, value: vec![1] };
    assert_eq!(with_value().give(C, 2), Some(vec![chosen]));
    assert_eq!(ready().give(C, 2), None);
}

#[test]
fn section_14_4_a_sender_that_sends_too_much_has_no_link_any_more() {
    let mut path = with_value();
    for value in 2..=4 {
        assert_eq!(path.read(&sent(value), Outstanding::Other), []);
    }
    assert_eq!(path.read(&sent(5), Outstanding::Other), [Effect::Over, parted()]);
    assert_eq!(ready().read(&[0, 0, 0, 51], Outstanding::Other), [Effect::Over, parted()], "too long");
}

#[test]
fn section_14_11_what_went_over_the_link_is_told_once() {
    let mut path = with_value();
    assert_eq!(path.ring(Timer::Flow), [Effect::Flow(flow(0, 1, 0))]);
    assert_eq!(path.tell_news(), []);
    path.offer(A, Kind::Direct);
    path.taken(A);
    assert_eq!(path.secured(), [Effect::Secured(A), Effect::Ring(Timer::Flow)]);
    assert_eq!(path.tell_news(), [Effect::Flow(flow(1, 0, 0))]);
    assert_eq!(path.tell(), [Effect::Flow(flow(1, 0, 0))], "who asks hears it anyway");
}

#[test]
fn section_14_7_an_end_is_closed_when_its_pipes_are() {
    assert_eq!(ready().close(), [Effect::Over, Effect::Close(vec![Farewell::Parted, Farewell::CloseEnd])]);
}

// ── the bytes ───────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn section_14_4_values_and_answers_are_found_wherever_they_are_cut() {
    let values: [&[u8]; 3] = [b"first", b"", b"third"];
    let said: Vec<u8> = values.iter().flat_map(|value| [&length_of(value)[..], value].concat()).collect();
    let answers = [&[0][..], &refused("ä"), &[0]].concat();
    for at in 0..=said.len() {
        let (mut reader, mut found) = (ValueReader::default(), Vec::new());
        for chunk in [&said[..at], &said[at..]] {
            assert_eq!(reader.read(chunk, 5, &mut found), Read::Sense);
        }
        assert_eq!(found, values);
    }
    for at in 0..=answers.len() {
        let (mut reader, mut found) = (AnswerReader::default(), Vec::new());
        for chunk in [&answers[..at], &answers[at..]] {
            assert_eq!(reader.read(chunk, &mut found), Read::Sense);
        }
        assert_eq!(found, [Answer::Taken, Answer::Refused("ä".to_owned()), Answer::Taken]);
    }
}

#[test]
fn section_14_4_a_long_refusal_is_cut_between_two_characters() {
    let said = refused(&"ä€".repeat(1_000));
    let length = usize::from(u16::from_be_bytes([said[1], said[2]]));
    assert_eq!(length, said.len() - 3);
    assert!(length <= 4_000 && std::str::from_utf8(&said[3..]).is_ok());
}
