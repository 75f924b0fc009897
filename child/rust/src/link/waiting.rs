//! Threads that wait for what they began.

use std::panic::Location;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::ThreadId;
use std::time::Instant;

use super::Link;
use super::pipes::Bell;
use crate::party::{Acceptance, Outcome, Party, Ticket, Why};
use crate::pulse::Pulse;
use crate::statistics::Statistics;

/// A thread that waits.
pub(crate) struct Waiter {
    woken: Condvar,
    thread: ThreadId,
    place: &'static Location<'static>,
    patience: Mutex<Patience>,
    /// While it waits for the pipes of a direct link.
    bell: Mutex<Option<Arc<Bell>>>,
}

#[derive(Clone, Copy, PartialEq)]
enum Patience {
    /// Nothing but an ending wakes it.
    Endless,
    /// It waits for a time as well, or does not wait at this moment.
    Limited,
}

impl Waiter {
    /// Of the thread that calls this.
    #[track_caller]
    pub fn new() -> Arc<Waiter> {
        Arc::new(Waiter {
            woken: Condvar::new(),
            thread: std::thread::current().id(),
            place: Location::caller(),
            patience: Mutex::new(Patience::Limited),
            bell: Mutex::new(None),
        })
    }

    pub(super) fn wake(&self) {
        match &*self.bell.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(bell) => bell.ring(),
            None => self.woken.notify_one(),
        }
    }

    /// From now on it listens to this, or to nothing but the turn.
    pub(super) fn listens_to(&self, bell: Option<Arc<Bell>>) {
        *self.bell.lock().unwrap_or_else(PoisonError::into_inner) = bell;
    }

    pub(super) fn is_patient(&self) -> bool {
        *self.patience.lock().unwrap_or_else(PoisonError::into_inner) == Patience::Endless
    }

    pub(super) fn thread(&self) -> ThreadId {
        self.thread
    }

    /// Where in the code it waits.
    pub(super) fn place(&self) -> String {
        format!("{}:{}", self.place.file(), self.place.line())
    }

    fn is_now(&self, patience: Patience) {
        *self.patience.lock().unwrap_or_else(PoisonError::into_inner) = patience;
    }
}

impl Link {
    /// What became of an operation. When its time is over it is asked back, and waited for further.
    #[track_caller]
    pub fn wait(&'static self, ticket: Ticket, until: Option<Instant>) -> Outcome {
        let waiter = Waiter::new();
        self.watch(ticket, &waiter);
        let found = self.wait_until(&waiter, &[ticket], until, |party| party.outcome(ticket));
        let outcome = found.unwrap_or_else(|| {
            self.turn(|party| party.recall(ticket, Why::Time));
            let found = self.wait_until(&waiter, &[ticket], None, |party| party.outcome(ticket));
            found.expect("without a time there is nothing else to come back for")
        });
        self.forget(ticket);
        outcome
    }

    /// Its code is to have a value that has come: what `Taken` says, the kernel knows.
    #[track_caller]
    pub fn accept(&'static self, ticket: Ticket) -> Acceptance {
        let mut state = self.lock();
        state.say_deferred();
        state.party.accept(ticket);
        state.carry_directly();
        let acceptance = state.party.acceptance(ticket);
        self.end_turn(state);
        acceptance.unwrap_or_else(|| {
            let waiter = Waiter::new();
            self.watch(ticket, &waiter);
            let found = self.wait_until(&waiter, &[ticket], None, |party| party.acceptance(ticket));
            self.forget(ticket);
            found.expect("without a time there is nothing else to come back for")
        })
    }

    /// Waits for a moment; whether it has come, and the process is not to end before.
    #[track_caller]
    pub fn rest(&'static self, until: Instant) -> bool {
        let Ok(ticket) = self.turn(Party::rest) else {
            return false;
        };
        let waiter = Waiter::new();
        self.watch(ticket, &waiter);
        let roused = self.wait_until(&waiter, &[], Some(until), |party| party.is_roused(ticket).then_some(()));
        self.turn(|party| party.rise(ticket));
        self.forget(ticket);
        roused.is_none()
    }

    /// The answer to a question, which the supervisor gives at once.
    #[track_caller]
    pub fn wait_for_statistics(&'static self, ticket: Ticket) -> Statistics {
        let waiter = Waiter::new();
        self.watch(ticket, &waiter);
        let found = self.wait_until(&waiter, &[], None, |party| party.statistics(ticket));
        self.forget(ticket);
        found.expect("without a time there is nothing else to come back for")
    }

    /// From now on this operation wakes this thread.
    pub fn watch(&'static self, ticket: Ticket, waiter: &Arc<Waiter>) {
        self.lock().waiters.insert(ticket, Arc::clone(waiter));
    }

    pub fn forget(&'static self, ticket: Ticket) {
        self.lock().waiters.remove(&ticket);
    }

    /// What has become of each of them, of those that have ended.
    pub fn outcomes(&'static self, tickets: &[Ticket]) -> Vec<Option<Outcome>> {
        let mut state = self.lock();
        tickets.iter().map(|ticket| state.party.outcome(*ticket)).collect()
    }

    /// Waits until something is found that these operations may bring; or `None`, when the time is over.
    pub fn wait_until<R>(
        &'static self,
        waiter: &Arc<Waiter>,
        tickets: &[Ticket],
        until: Option<Instant>,
        mut find: impl FnMut(&mut Party) -> Option<R>,
    ) -> Option<R> {
        let mut state = self.lock();
        if let Some(found) = find(&mut state.party) {
            return Some(found);
        }
        let _letting_go = self.pulse.as_deref().map(Pulse::let_go);
        waiter.is_now(if until.is_none() { Patience::Endless } else { Patience::Limited });
        let mut watched = None;
        let found = loop {
            let left = until.map(|until| until.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                break None;
            }
            let link = tickets.iter().find_map(|ticket| state.party.link_of(*ticket));
            let post = link.and_then(|link| state.carriers.take_post(link));
            if watched != link {
                self.hand_on(&mut state, waiter, watched);
            }
            watched = link;
            state = match (link, post) {
                (Some(link), Some(post)) => self.watch_link(state, waiter, link, post, left),
                _ => match left {
                    None => waiter.woken.wait(state).unwrap_or_else(PoisonError::into_inner),
                    Some(left) => waiter.woken.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0,
                },
            };
            if let Some(found) = find(&mut state.party) {
                break Some(found);
            }
        };
        self.hand_on(&mut state, waiter, watched);
        waiter.is_now(Patience::Limited);
        found
    }
}
