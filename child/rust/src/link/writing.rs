//! What is said, on its way to the kernel.
//!
//! Who has the pen writes, without holding up others; who has said something meanwhile waits until it has left, or
//! until the pen is free. Pieces of large values are written in the background, so that their thread, too, only waits.

use std::fs::File;
use std::io::{self, Write};
use std::net::Shutdown;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::poll::{Watched, poll};
use super::{Background, Course, Deferred, Link, State};
use crate::leave::leave;
use crate::wire::frames::write_frame;
use crate::wire::words;

/// A process that ends because of an error has ended by then, if it is quick.
const SOON: Duration = Duration::from_millis(100);
/// By then a supervisor that is being killed has lost all that it had open.
const MOMENT: Duration = Duration::from_secs(1);

/// A thread that belongs to the runtime, and never ends.
pub(super) fn own_thread(count: &AtomicUsize, name: &str, run: impl FnOnce() + Send + 'static) {
    count.fetch_add(1, Ordering::Relaxed);
    let started = std::thread::Builder::new().name(name.to_owned()).spawn(run);
    if let Err(error) = started {
        leave(&format!("no thread could be started ({error})"));
    }
}

impl Link {
    /// All that was said, and is not behind a piece, leaves; then whoever has something to hear is woken, and finds
    /// nobody in a turn.
    pub(super) fn end_turn(&'static self, state: MutexGuard<'static, State>) {
        let mut state = self.carry(state);
        let woken = std::mem::take(&mut state.woken);
        drop(state);
        for waiter in woken {
            waiter.wake();
        }
    }

    pub(super) fn carry(&'static self, mut state: MutexGuard<'static, State>) -> MutexGuard<'static, State> {
        self.carry_words(&mut state);
        let lot = state.lots_taken + u64::from(state.outgoing.has_short());
        while state.lots_left < lot {
            state = match state.pen.take() {
                Some(pen) => {
                    let said = state.outgoing.take_short();
                    self.write(state, pen, &said)
                }
                None => self.until_something_left(state),
            };
        }
        state
    }

    pub(super) fn carry_words(&'static self, state: &mut State) {
        state.carry_directly();
        for ticket in state.party.take_told() {
            if let Some(waiter) = state.waiters.get(&ticket) {
                state.woken.push(Arc::clone(waiter));
            }
        }
        for word in state.party.take_words() {
            state.outgoing.say(word);
        }
        if state.outgoing.has_pieces() {
            self.start_background(state);
        }
    }

    pub(super) fn defer(&'static self, mut state: MutexGuard<'_, State>, deferred: Deferred) {
        state.deferred.push(deferred);
        state.deferred_until.get_or_insert_with(|| Instant::now() + SOON);
        self.start_background(&mut state);
    }

    /// Before the process exits: what was begun to be said is said to its end, and nothing follows.
    pub fn finish(&'static self) {
        drop(self.last_pen());
    }

    /// Says how the process exits, and closes the link (8.20).
    pub fn last_word(&'static self, code: u8) {
        let Some(mut pen) = self.last_pen() else {
            return;
        };
        let mut said = Vec::new();
        write_frame(&words::exiting(code).header, &[], &mut said);
        if pen.write_all(&said).is_ok() {
            // A pipe is closed with its descriptor; a socket is held open by the one to read from.
            let _ = UnixStream::from(OwnedFd::from(pen)).shutdown(Shutdown::Write);
        }
    }

    /// Takes the pen for ever; `None` where another has done so.
    fn last_pen(&'static self) -> Option<File> {
        let mut state = self.lock();
        if state.course == Course::Exiting {
            return None;
        }
        state.course = Course::Exiting;
        state = self.carry(state);
        loop {
            if !state.outgoing.has_pieces()
                && let Some(pen) = state.pen.take()
            {
                leave_if_alone(&pen);
                return Some(pen);
            }
            state = self.until_something_left(state);
        }
    }

    fn write(
        &'static self,
        mut state: MutexGuard<'static, State>,
        mut pen: File,
        said: &[u8],
    ) -> MutexGuard<'static, State> {
        state.lots_taken += 1;
        drop(state);
        if pen.write_all(said).is_err() {
            leave("the supervisor is gone");
        }
        state = self.lock();
        state.lots_left += 1;
        state.pen = Some(pen);
        if state.leaving > 0 {
            self.left.notify_all();
        }
        state
    }

    fn until_something_left(&'static self, mut state: MutexGuard<'static, State>) -> MutexGuard<'static, State> {
        state.leaving += 1;
        state = self.left.wait(state).unwrap_or_else(PoisonError::into_inner);
        state.leaving -= 1;
        state
    }

    fn start_background(&'static self, state: &mut State) {
        if state.background == Background::NotStarted {
            state.background = Background::Running;
            own_thread(&self.own_threads, "handover-pieces", move || self.work_in_background());
        }
        self.background.notify_one();
    }

    /// Writes pieces, and says what was deferred, when its time has come.
    fn work_in_background(&'static self) -> ! {
        let mut state = self.lock();
        loop {
            let now = Instant::now();
            state = if state.outgoing.has_pieces() {
                match state.pen.take() {
                    Some(pen) => {
                        let said = state.outgoing.take_next();
                        self.write(state, pen, &said)
                    }
                    None => self.until_something_left(state),
                }
            } else if state.course == Course::Exiting {
                self.background.wait(state).unwrap_or_else(PoisonError::into_inner)
            } else {
                match state.deferred_until {
                    None => self.background.wait(state).unwrap_or_else(PoisonError::into_inner),
                    Some(due) if due <= now => {
                        state.say_deferred();
                        self.end_turn(state);
                        self.lock()
                    }
                    Some(due) => {
                        let waited = self.background.wait_timeout(state, due - now);
                        waited.unwrap_or_else(PoisonError::into_inner).0
                    }
                }
            };
        }
    }
}

/// What the code ends of may be that the supervisor is gone (8.8). Of all that it had open, what is printed into may be
/// the first to find nobody, and then the link is the next.
fn leave_if_alone(pen: &File) {
    let is_over = |descriptor, time| {
        let mut watched = [Watched::to_end(descriptor)];
        poll(&mut watched, Some(time));
        watched[0].is_over()
    };
    let prints = [io::stdout().as_raw_fd(), io::stderr().as_raw_fd()];
    let is_heard = !prints.into_iter().any(|print| is_over(print, Duration::ZERO));
    if is_over(pen.as_raw_fd(), if is_heard { Duration::ZERO } else { MOMENT }) {
        leave("the supervisor is gone");
    }
}
