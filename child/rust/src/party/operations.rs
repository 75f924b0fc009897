//! Operations from the call to the supervisor, and back when they are asked to.

use std::sync::Arc;

use super::end::EndKey;
use super::operation::{Guard, Load, NotBegun, Operation, Outcome, Shape, State, Ticket, Wanted, Why};
use super::{Party, Phase};
use crate::errors::Side;
use crate::wire::frames::LONGEST_HEADER;
use crate::wire::words::{self, Flags, Parcel};

impl Party {
    /// Begins an operation, which is told when it has come to its end.
    pub fn begin(&mut self, shape: Shape, wanted: Vec<Wanted>) -> Result<Ticket, NotBegun> {
        let guards = self.guards(wanted)?;
        let side = |side| guards.iter().any(|guard| self.ends[&guard.end].side == side);
        let (sends, receives) = (side(Side::Send), side(Side::Receive));
        match self.phase {
            Phase::Leaving => return Err(NotBegun::Stopped),
            Phase::Retiring if !sends => return Err(NotBegun::Stopped),
            _ => {}
        }
        self.depart_all(&guards);
        let ticket = Ticket(self.next_key());
        if shape.is_choice() {
            for guard in &guards {
                self.ends_mut(guard.end).choices += 1;
            }
        }
        let operation = Operation { shape, guards, sends, receives, state: State::Held, outcome: None };
        self.operations.insert(ticket, operation);
        if shape.is_choice() {
            self.begin_choice(ticket);
        } else {
            self.begin_plain(ticket);
        }
        Ok(ticket)
    }

    /// Asks for it back; its ending tells whether it came. A poll comes back by itself.
    pub fn recall(&mut self, ticket: Ticket, why: Why) {
        let operation = self.operations.get_mut(&ticket).expect("who has a ticket has an operation");
        match operation.state {
            State::Held => {
                let ends: Vec<EndKey> = operation.guards.iter().map(|guard| guard.end).collect();
                self.held_choices.retain(|held| *held != ticket);
                for end in ends {
                    self.ends_mut(end).held.retain(|held| *held != ticket);
                }
                self.end(ticket, Outcome::Withdrawn { why, guard: 0, attempts: 0 });
            }
            State::Offered { op } if !(operation.shape.is_poll() && operation.sends) => {
                operation.state = State::Recalled { op, why };
                // One that a link has asked for comes back anyway.
                if !self.recall_asked(ticket) {
                    self.say(words::withdraw(op));
                }
            }
            State::Direct { recalled: None } => {
                operation.state = State::Direct { recalled: Some(why) };
                self.recall_directly(ticket);
            }
            _ => {}
        }
    }

    /// What became of it, once that was told.
    pub fn outcome(&mut self, ticket: Ticket) -> Option<Outcome> {
        let operation = self.operations.get_mut(&ticket)?;
        let outcome = operation.outcome.take();
        if matches!(operation.state, State::Ended) && outcome.is_some() {
            self.operations.remove(&ticket);
        }
        outcome
    }

    /// The number of its offer, or 0, for as long as nothing but its ending can wake its code. `None`: it has an outcome.
    pub fn waits(&self, ticket: Ticket) -> Option<u64> {
        match self.operations.get(&ticket)?.state {
            State::Held | State::Direct { .. } => Some(0),
            State::Offered { op } | State::Recalled { op, .. } => Some(op),
            State::Arrived { .. } | State::Securing | State::Ended => None,
        }
    }

    /// All that waits on this end alone, or on it among others.
    pub(super) fn recall_on(&mut self, end: EndKey, why: &Why) {
        for ticket in self.under_way() {
            if self.operations[&ticket].guards.iter().any(|guard| guard.end == end) {
                self.recall(ticket, why.clone());
            }
        }
    }

    /// Only when all can begin, something changes.
    fn guards(&self, wanted: Vec<Wanted>) -> Result<Vec<Guard>, NotBegun> {
        let limit = self.settings.max_value_bytes;
        let mut total = 0;
        let mut guards = Vec::with_capacity(wanted.len());
        for wanted in wanted {
            if let Some(obstacle) = self.obstacle(&wanted) {
                return Err(obstacle);
            }
            let Wanted { copy, load } = wanted;
            let end = self.copies[&copy].end;
            let (parcel, cargo) = match load {
                None => (None, Vec::new()),
                Some(Load { value, cargo }) => {
                    total += value.len() as u64;
                    let ends = cargo.iter().map(|copy| self.ends[&self.copies[copy].end].number).collect();
                    (Some(Parcel { value: Arc::new(value), ends }), cargo)
                }
            };
            guards.push(Guard { end, parcel, cargo });
        }
        if total > limit {
            return Err(NotBegun::TooLarge { bytes: total, limit });
        }
        let flags = Flags { is_poll: true, is_priority: true };
        let is_too_long = || words::offer_header(1 << 53, flags, &self.in_words(&guards)).len() > LONGEST_HEADER;
        if guards.len() > 64 && is_too_long() { Err(NotBegun::TooManyGuards) } else { Ok(guards) }
    }

    fn in_words(&self, guards: &[Guard]) -> Vec<words::Guard> {
        let guards = guards.iter();
        guards.map(|guard| words::Guard { end: self.ends[&guard.end].number, parcel: guard.parcel.clone() }).collect()
    }

    fn depart_all(&mut self, guards: &[Guard]) {
        for guard in guards {
            if !guard.cargo.is_empty() {
                let to: Arc<str> = format!("the receiver of {:?}", self.ends[&guard.end].channel).into();
                for copy in &guard.cargo {
                    self.depart(*copy, Arc::clone(&to));
                }
            }
        }
    }

    pub(super) fn begin_plain(&mut self, ticket: Ticket) {
        let operation = &self.operations[&ticket];
        let (end, is_poll) = (operation.guards[0].end, operation.shape.is_poll());
        if self.ends[&end].held.is_empty() && self.has_room(end) {
            self.offer_plain(ticket);
        } else if is_poll {
            self.end(ticket, Outcome::Nobody);
        } else {
            self.ends_mut(end).held.push_back(ticket);
        }
    }

    /// Whether one more may be outstanding on the end (6.1).
    fn has_room(&self, end: EndKey) -> bool {
        let (end, settings) = (&self.ends[&end], &self.settings);
        let is_below = end.offered < settings.window_operations && end.offered_bytes < settings.window_bytes;
        end.offered == 0 || is_below
    }

    fn offer_plain(&mut self, ticket: Ticket) {
        let guard = &self.operations[&ticket].guards[0];
        let (end, length) = (guard.end, guard.length());
        let end = self.ends_mut(end);
        end.offered += 1;
        end.offered_bytes += length;
        self.offer(ticket);
    }

    pub(super) fn offer(&mut self, ticket: Ticket) {
        if self.paths.is_empty() || !self.offer_directly(ticket) {
            self.offer_to_supervisor(ticket);
        }
    }

    pub(super) fn offer_to_supervisor(&mut self, ticket: Ticket) {
        self.last_op += 1;
        let op = self.last_op;
        let operation = &self.operations[&ticket];
        let guards = self.in_words(&operation.guards);
        let word = words::offer(op, operation.shape.flags(guards.len()), &guards);
        self.say(word);
        self.offered.insert(op, ticket);
        let operation = self.operations.get_mut(&ticket).expect("it is being offered");
        operation.state = State::Offered { op };
    }

    /// It is outstanding no more: what was held back may go.
    pub(super) fn leave(&mut self, op: u64) {
        if let Some(ticket) = self.offered.remove(&op) {
            self.leave_window(ticket);
        }
    }

    pub(super) fn leave_window(&mut self, ticket: Ticket) {
        let operation = &self.operations[&ticket];
        if operation.shape.is_choice() {
            self.leave_choice(ticket);
            return;
        }
        let (key, length) = (operation.guards[0].end, operation.guards[0].length());
        let end = self.ends_mut(key);
        end.offered -= 1;
        end.offered_bytes -= length;
        while let Some(next) = self.ends[&key].held.front().copied().filter(|_| self.has_room(key)) {
            self.ends_mut(key).held.pop_front();
            self.offer_plain(next);
        }
        self.left(key);
    }

    /// Its one ending: first everything is in order, then its code is told.
    pub(super) fn end(&mut self, ticket: Ticket, outcome: Outcome) {
        let operation = self.operations.get_mut(&ticket).expect("only what is under way can end");
        operation.state = State::Ended;
        operation.outcome = Some(outcome);
        self.told.push(ticket);
        self.clear_up(ticket);
    }

    /// The ends in values that nobody took are back.
    pub(super) fn clear_up(&mut self, ticket: Ticket) {
        let operation = self.operations.get_mut(&ticket).expect("it has ended just now");
        let is_choice = operation.shape.is_choice();
        let guards: Vec<Guard> = operation.guards.drain(..).collect();
        for guard in &guards {
            for copy in &guard.cargo {
                self.come_back(*copy);
            }
        }
        for guard in &guards {
            if is_choice {
                self.ends_mut(guard.end).choices -= 1;
            }
            if self.ends.contains_key(&guard.end) {
                self.left(guard.end);
            }
        }
        if is_choice {
            self.offer_held_choices();
        }
    }
}
