//! What the supervisor says about operations, and what code makes of a value that came.
//!
//! That a value was taken is said only when its code can have it: when its bytes have become a value.

use super::operation::{Acceptance, Arrival, Outcome, Source, State, Ticket, Why};
use super::{Party, Phase};
use crate::wire::messages::{Answer, Reason};
use crate::wire::words;

impl Party {
    pub fn hear(&mut self, op: u64, answer: Answer) {
        let Some(ticket) = self.offered.get(&op).copied() else {
            if let Answer::Deliver { ends, .. } = answer {
                self.say(words::returned(op));
                self.decline(&ends);
            }
            return;
        };
        if self.hear_for_paths(op, ticket, &answer) {
            return;
        }
        match answer {
            // No ending: that follows.
            Answer::Late => {}
            Answer::Deliver { guard, attempt, value, ends } => {
                if self.wants(ticket) {
                    let ends = self.arriving(ends);
                    self.leave(op);
                    self.deliver(ticket, Arrival { source: Source::Supervisor { op }, guard, attempt, value, ends });
                } else {
                    self.say(words::returned(op));
                    self.decline(&ends);
                    self.leave(op);
                    self.end(ticket, Outcome::Withdrawn { why: Why::Stopped, guard, attempts: 0 });
                }
            }
            Answer::Completed { guard } => {
                let cargo = self.operations[&ticket].guards.get(guard).map(|guard| guard.cargo.clone());
                self.leave(op);
                for copy in cargo.unwrap_or_default() {
                    self.arrive(copy);
                }
                self.end(ticket, Outcome::Sent { guard });
            }
            Answer::Withdrawn { guard, attempts } => {
                let outcome = self.withdrawn(ticket, guard, attempts);
                self.leave(op);
                self.end(ticket, outcome);
            }
            Answer::Failed { guard, attempts, reason } => {
                self.leave(op);
                self.end(ticket, Outcome::Failed { guard, attempts, reason });
            }
        }
    }

    /// Its code is to have the value; `acceptance` says when.
    pub fn accept(&mut self, ticket: Ticket) {
        match self.source_of(ticket) {
            Some(Source::Supervisor { op }) => {
                self.let_go(ticket);
                self.say(words::taken(op));
            }
            Some(Source::Link { end }) => self.accept_directly(ticket, end),
            None => {}
        }
    }

    /// What became of a value that code has accepted; `None`: the word that it was taken is not with the kernel yet.
    pub fn acceptance(&self, ticket: Ticket) -> Option<Acceptance> {
        match self.operations.get(&ticket).map(|operation| &operation.state) {
            None => Some(Acceptance::Taken),
            Some(State::Securing) => None,
            Some(_) => Some(Acceptance::Lost),
        }
    }

    /// Its code has the value in hand, and will say what becomes of it, by this number.
    pub fn hold(&mut self, ticket: Ticket, arrival: &Arrival) -> u64 {
        let Source::Supervisor { op } = arrival.source else {
            unreachable!("a receive whose value stays in hand ends the link before");
        };
        self.let_go(ticket);
        self.hand.insert(op, arrival.ends.iter().map(|(copy, ..)| *copy).collect());
        op
    }

    /// Its code waits for another value. Of this one the sender is told that nobody can read it.
    pub fn refuse(&mut self, ticket: Ticket, arrival: Arrival, why: &str) {
        match arrival.source {
            Source::Supervisor { op } => self.say(words::refused(op, why)),
            Source::Link { end } => self.refuse_directly(ticket, end, why),
        }
        for (copy, ..) in arrival.ends {
            self.close(copy);
        }
        self.begin_again(ticket, arrival.guard);
    }

    /// It was given a value that its code has not taken.
    pub(super) fn begin_again(&mut self, ticket: Ticket, guard: usize) {
        let Some(State::Arrived { recalled, .. }) = self.operations.get(&ticket).map(|operation| &operation.state)
        else {
            return;
        };
        let recalled = recalled.clone().or_else(|| (!self.wants(ticket)).then_some(Why::Stopped));
        let operation = &self.operations[&ticket];
        match recalled {
            Some(why) => self.end(ticket, Outcome::Withdrawn { why, guard, attempts: 0 }),
            None if operation.shape.is_choice() => self.offer_choice(ticket),
            None => self.begin_plain(ticket),
        }
    }

    /// Whether there is code left that can be given its value.
    fn wants(&self, ticket: Ticket) -> bool {
        match self.phase {
            Phase::Working => true,
            Phase::Retiring => self.operations[&ticket].sends,
            Phase::Leaving => false,
        }
    }

    pub(super) fn deliver(&mut self, ticket: Ticket, arrival: Arrival) {
        let operation = self.operations.get_mut(&ticket).expect("it was offered");
        let recalled = operation.recalled().cloned();
        operation.state = State::Arrived { source: arrival.source, recalled };
        operation.outcome = Some(Outcome::Arrived(arrival));
        self.told.push(ticket);
    }

    fn source_of(&self, ticket: Ticket) -> Option<Source> {
        match self.operations.get(&ticket)?.state {
            State::Arrived { source, .. } => Some(source),
            _ => None,
        }
    }

    /// Its code has what it asked for.
    pub(super) fn let_go(&mut self, ticket: Ticket) {
        if self.operations.contains_key(&ticket) {
            self.clear_up(ticket);
            self.operations.remove(&ticket);
        }
    }

    /// A value that a receiver failed with may have been taken: what is not repeated ends by that, and nobody may say
    /// that no guard of a select had an effect.
    pub(super) fn withdrawn(&self, ticket: Ticket, guard: usize, attempts: u64) -> Outcome {
        let operation = &self.operations[&ticket];
        let why = operation.recalled().cloned();
        let lost = Outcome::Failed { guard, attempts, reason: Reason::Lost(Vec::new()) };
        match why {
            Some(Why::Time) if attempts > 0 && operation.shape.is_choice() => lost,
            Some(why) => Outcome::Withdrawn { why, guard, attempts },
            None if attempts > 0 => lost,
            None => Outcome::Nobody,
        }
    }
}
