//! Selects: all guards of one are one operation at the supervisor, and its values travel with the offer.
//!
//! A select waits behind nothing, for it may be the one that lets the others go on; except that those with large values
//! for one and the same end wait for each other, as far as together they are more than a window (6.2).

use super::Party;
use super::end::EndKey;
use super::operation::{Outcome, Ticket};

/// In bytes. Smaller values are bounded by the number of operations alone.
const SMALL_VALUE: u64 = 4096;

impl Party {
    pub(super) fn begin_choice(&mut self, ticket: Ticket) {
        if self.has_room_for_choice(ticket) {
            self.offer_choice(ticket);
        } else if self.operations[&ticket].shape.is_poll() {
            self.end(ticket, Outcome::Nobody);
        } else {
            self.held_choices.push_back(ticket);
        }
    }

    pub(super) fn offer_choice(&mut self, ticket: Ticket) {
        for (end, length) in self.large(ticket) {
            self.ends_mut(end).large_bytes += length;
        }
        self.offer(ticket);
    }

    pub(super) fn leave_choice(&mut self, ticket: Ticket) {
        for (end, length) in self.large(ticket) {
            self.ends_mut(end).large_bytes -= length;
        }
    }

    pub(super) fn offer_held_choices(&mut self) {
        for ticket in self.held_choices.clone() {
            if self.has_room_for_choice(ticket) {
                self.held_choices.retain(|held| *held != ticket);
                self.offer_choice(ticket);
            }
        }
    }

    fn has_room_for_choice(&self, ticket: Ticket) -> bool {
        let window = self.settings.window_bytes;
        self.large(ticket).iter().all(|(end, _)| {
            let large_bytes = self.ends[end].large_bytes;
            large_bytes == 0 || large_bytes < window
        })
    }

    /// Its large values, and for which end each one is.
    fn large(&self, ticket: Ticket) -> Vec<(EndKey, u64)> {
        let guards = self.operations[&ticket].guards.iter();
        guards.map(|guard| (guard.end, guard.length())).filter(|(_, length)| *length >= SMALL_VALUE).collect()
    }
}
