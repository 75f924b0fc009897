//! The link of this process, and the threads that wait for what comes over it.
//!
//! One thread reads, so that the end of the link and what the supervisor asks for are heard whatever code does. What is
//! said is written by the thread that says it, in blocking mode: the supervisor reads always. `writing` says how.
//!
//! Rules of this folder
//! - What is done in one turn nobody interrupts, and what is said there is with the kernel when the turn is over; but
//!   for large values, whose pieces leave between what others say.
//! - No code of the stage runs in a turn.

mod direct;
mod greeting;
mod pipes;
mod poll;
mod reading;
mod waiting;
mod watching;
mod writing;

use std::collections::HashMap;
use std::fs::File;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::party::{CopyKey, Party, Ticket, Verdict};
use crate::pulse::Pulse;
use crate::wire::outgoing::Outgoing;

pub(crate) use greeting::{Greeted, greet};
pub(crate) use waiting::Waiter;

use direct::Carriers;
use writing::own_thread;

pub(crate) struct Link {
    state: Mutex<State>,
    /// A lot of what was said has left.
    left: Condvar,
    /// There is something to do in the background.
    background: Condvar,
    pulse: Option<Arc<Pulse>>,
    /// How many threads are the runtime's own.
    own_threads: AtomicUsize,
}

struct State {
    party: Party,
    outgoing: Outgoing,
    /// Who has it may write. Nobody has it any more when the process exits.
    pen: Option<File>,
    lots_taken: u64,
    lots_left: u64,
    /// How many threads wait until something has left.
    leaving: usize,
    /// Who waits for which operation.
    waiters: HashMap<Ticket, Arc<Waiter>>,
    /// Who has something to hear, at the end of this turn.
    woken: Vec<Arc<Waiter>>,
    deferred: Vec<Deferred>,
    /// When what is deferred is said, at the latest.
    deferred_until: Option<Instant>,
    background: Background,
    course: Course,
    carriers: Carriers,
}

/// What an owner that goes out of scope has to say. It is said with the next operation, or soon: where the process ends
/// before, the way in which it ends says more.
enum Deferred {
    Drop(CopyKey),
    Abandon { op: u64, why: String },
}

#[derive(PartialEq)]
enum Background {
    NotStarted,
    Running,
}

#[derive(PartialEq)]
enum Course {
    Open,
    /// The process is on its way out: nothing more is said, and the end of the link is nothing new.
    Exiting,
}

impl Link {
    /// Does something with the party, on behalf of code.
    pub fn turn<R>(&'static self, act: impl FnOnce(&mut Party) -> R) -> R {
        let mut state = self.lock();
        state.say_deferred();
        let result = act(&mut state.party);
        self.end_turn(state);
        result
    }

    /// Its owner is gone without a word.
    pub fn drop_copy(&'static self, copy: CopyKey) {
        let state = self.lock();
        // What a thread that panics loses from sight is not closed: a crash is no end.
        if state.party.has_copy(copy) && !std::thread::panicking() {
            self.defer(state, Deferred::Drop(copy));
        }
    }

    /// A value in hand was lost from sight.
    pub fn abandon(&'static self, op: u64) {
        let why = if std::thread::panicking() {
            "its code panicked"
        } else {
            "its code went on without a word of what became of it"
        };
        self.defer(self.lock(), Deferred::Abandon { op, why: why.to_owned() });
    }

    fn lock(&'static self) -> MutexGuard<'static, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn say_deferred(&mut self) {
        self.deferred_until = None;
        for deferred in std::mem::take(&mut self.deferred) {
            match deferred {
                Deferred::Drop(copy) => self.party.drop_copy(copy),
                Deferred::Abandon { op, why } => self.party.settle(op, Verdict::Failed(why)),
            }
        }
    }
}
