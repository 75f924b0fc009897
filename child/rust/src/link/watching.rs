//! Threads that wait for the pipes of direct links: those of the stage, each for the one over which it may hear of its
//! operation, and one of the runtime for all where no code waits.

use std::sync::{Arc, MutexGuard};
use std::time::{Duration, Instant};

use super::direct::Post;
use super::poll::poll;
use super::{Link, State, Waiter, own_thread};

impl Link {
    /// Waits for the pipes of a link, and does what is to be done with them.
    pub(super) fn watch_link(
        &'static self,
        state: MutexGuard<'static, State>,
        waiter: &Arc<Waiter>,
        link: u64,
        post: Post,
        left: Option<Duration>,
    ) -> MutexGuard<'static, State> {
        let Post { mut watched, bell, .. } = post;
        waiter.listens_to(Some(Arc::clone(&bell)));
        drop(state);
        poll(&mut watched, left);
        let mut state = self.lock();
        waiter.listens_to(None);
        state.carriers.leave_post(link);
        let Some((rung, pipes)) = watched.split_last() else {
            return state;
        };
        if rung.is_ready() {
            bell.silence();
        }
        if pipes.iter().any(|pipe| pipe.is_ready()) {
            state.attend(link);
        }
        let mut state = self.carry(state);
        state.woken.retain(|woken| !Arc::ptr_eq(woken, waiter));
        if state.woken.is_empty() {
            return state;
        }
        self.end_turn(state);
        self.lock()
    }

    /// This thread waits there no more: another of the stage that does takes its place, or else the runtime's.
    pub(super) fn hand_on(&'static self, state: &mut State, waiter: &Arc<Waiter>, link: Option<u64>) {
        let Some(link) = link else {
            return;
        };
        let others = state.waiters.iter().filter(|(_, other)| !Arc::ptr_eq(other, waiter));
        let next = others.filter(|(ticket, _)| state.party.link_of(**ticket) == Some(link)).map(|(_, other)| other);
        if let Some(next) = next.last() {
            next.wake();
        }
        // That one may be about to do something else.
        state.carriers.is_left(link);
    }

    pub(super) fn start_watchman(&'static self, state: &mut State) {
        if state.carriers.needs_watchman() {
            own_thread(&self.own_threads, "handover-direct", move || self.watch_links());
        }
    }

    fn watch_links(&'static self) -> ! {
        let mut state = self.lock();
        loop {
            let State { party, carriers, .. } = &mut *state;
            let Post { mut watched, bell, until } = carriers.watch(|link| party.is_heard(link));
            drop(state);
            poll(&mut watched, until.map(|until| until.saturating_duration_since(Instant::now())));
            state = self.lock();
            if watched.first().is_some_and(|rung| rung.is_ready()) {
                bell.silence();
            }
            let links = state.carriers.watched_by_runtime();
            for link in links {
                state.attend(link);
            }
            for (link, timer) in state.carriers.take_rings() {
                // What has come by now is read before.
                state.attend(link);
                state.party.ring(link, timer);
            }
            self.end_turn(state);
            state = self.lock();
        }
    }
}
