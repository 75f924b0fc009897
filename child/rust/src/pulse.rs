//! Lets the supervisor ask whether this process lives, and whether its code lets go. See docs/protocol.md, 8.19.
//!
//! Code lets go while one of its threads waits for an operation; what it waits for elsewhere cannot be seen.

use std::fs::File;
use std::io::{Read, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::leave::leave;

const ALIVE: u8 = 1;
const LETS_GO: u8 = 2;

pub(crate) struct Pulse {
    socket: File,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// How many threads wait.
    waiting: usize,
    /// Whether the supervisor has asked, and was not answered yet.
    is_asked: bool,
}

impl Pulse {
    pub fn new(socket: File) -> Arc<Pulse> {
        Arc::new(Pulse { socket, state: Mutex::default() })
    }

    /// For as long as what it returns lives, this thread waits.
    pub fn let_go(&self) -> LettingGo<'_> {
        let mut state = self.lock();
        state.waiting += 1;
        self.answer_if_waiting(&mut state);
        LettingGo { pulse: self }
    }

    /// Answers, in a thread of its own.
    pub fn beat(&self) -> ! {
        let mut questions = [0; 64];
        while let Ok(count @ 1..) = (&self.socket).read(&mut questions) {
            let asked = &questions[..count];
            if asked.contains(&ALIVE) {
                self.answer(ALIVE);
            }
            if asked.contains(&LETS_GO) {
                let mut state = self.lock();
                state.is_asked = true;
                self.answer_if_waiting(&mut state);
            }
        }
        leave("the supervisor is gone")
    }

    fn answer_if_waiting(&self, state: &mut State) {
        if state.is_asked && state.waiting > 0 {
            state.is_asked = false;
            self.answer(LETS_GO);
        }
    }

    fn answer(&self, question: u8) {
        if (&self.socket).write_all(&[question]).is_err() {
            leave("the supervisor is gone");
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) struct LettingGo<'a> {
    pulse: &'a Pulse,
}

impl Drop for LettingGo<'_> {
    fn drop(&mut self) {
        self.pulse.lock().waiting -= 1;
    }
}
