//! What the supervisor says about operations, and what code makes of a value that came.
//!
//! That a value was taken is said only when its code can have it: when its bytes have become a value.

use super::operation::{Arrival, Outcome, State, Ticket, Why};
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
        match answer {
            // No ending: that follows.
            Answer::Late => {}
            Answer::Deliver { guard, attempt, value, ends } => {
                if self.wants(ticket) {
                    let ends = self.arriving(ends);
                    self.deliver(ticket, Arrival { op, guard, attempt, value, ends });
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

    /// Its code has the value from now on.
    pub fn accept(&mut self, ticket: Ticket) {
        if let Some(op) = self.accepted(ticket) {
            self.say(words::taken(op));
        }
    }

    /// Its code has the value in hand, and will say what becomes of it.
    pub fn hold(&mut self, ticket: Ticket, arrival: &Arrival) {
        if self.accepted(ticket).is_some() {
            self.hand.insert(arrival.op, arrival.ends.iter().map(|(copy, ..)| *copy).collect());
        }
    }

    /// Its code waits for another value. Of this one the sender is told that nobody can read it.
    pub fn refuse(&mut self, ticket: Ticket, arrival: Arrival, why: &str) {
        self.say(words::refused(arrival.op, why));
        for (copy, ..) in arrival.ends {
            self.close(copy);
        }
        let Some(State::Arrived { recalled, .. }) = self.operations.get(&ticket).map(|operation| &operation.state)
        else {
            return;
        };
        let recalled = recalled.clone().or_else(|| (!self.wants(ticket)).then_some(Why::Stopped));
        let operation = &self.operations[&ticket];
        let guard = arrival.guard;
        match recalled {
            Some(why) => self.end(ticket, Outcome::Withdrawn { why, guard, attempts: 0 }),
            None if operation.shape.is_choice() => self.offer_choice(ticket),
            None => self.offer_again(ticket),
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

    fn deliver(&mut self, ticket: Ticket, arrival: Arrival) {
        self.leave(arrival.op);
        let operation = self.operations.get_mut(&ticket).expect("it was offered");
        let recalled = match &operation.state {
            State::Recalled { why, .. } => Some(why.clone()),
            _ => None,
        };
        operation.state = State::Arrived { op: arrival.op, recalled };
        operation.outcome = Some(Outcome::Arrived(arrival));
        self.told.push(ticket);
    }

    fn accepted(&mut self, ticket: Ticket) -> Option<u64> {
        let operation = self.operations.get(&ticket)?;
        let State::Arrived { op, .. } = operation.state else {
            return None;
        };
        self.clear_up(ticket);
        self.operations.remove(&ticket);
        Some(op)
    }

    /// A value that a receiver failed with may have been taken: what is not repeated ends by that, and nobody may say
    /// that no guard of a select had an effect.
    fn withdrawn(&self, ticket: Ticket, guard: usize, attempts: u64) -> Outcome {
        let operation = &self.operations[&ticket];
        let why = match &operation.state {
            State::Recalled { why, .. } => Some(why.clone()),
            _ => None,
        };
        let lost = Outcome::Failed { guard, attempts, reason: Reason::Lost(Vec::new()) };
        match why {
            Some(Why::Time) if attempts > 0 && operation.shape.is_choice() => lost,
            Some(why) => Outcome::Withdrawn { why, guard, attempts },
            None if attempts > 0 => lost,
            None => Outcome::Nobody,
        }
    }
}
