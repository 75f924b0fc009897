//! What comes over the link, heard in a thread of its own.

use std::collections::HashMap;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::sync::atomic::Ordering;
use std::thread::ThreadId;

use super::{Course, Link, State};
use crate::idleness;
use crate::leave::leave;
use crate::wire::frames::FrameReader;
use crate::wire::messages::{Message, message_of};
use crate::wire::violation::Violation;
use crate::wire::words::{self, MAJOR};

const CHUNK: usize = 1 << 18;

impl Link {
    pub(super) fn read(&'static self, mut input: File, mut frames: FrameReader) -> ! {
        let mut chunk = vec![0; CHUNK];
        loop {
            if let Err(violation) = self.hear(&mut frames) {
                self.gone(&violation.to_string());
            }
            match input.read(&mut chunk) {
                Ok(count @ 1..) => frames.feed(&chunk[..count]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                _ => self.gone("the supervisor is gone"),
            }
        }
    }

    /// Where the process is on its way out, that goes on.
    fn gone(&'static self, why: &str) -> ! {
        if self.lock().course == Course::Open {
            leave(why);
        }
        loop {
            std::thread::park();
        }
    }

    fn hear(&'static self, frames: &mut FrameReader) -> Result<(), Violation> {
        let mut state = self.lock();
        let mut heard = Ok(());
        while let Some(frame) = frames.next()? {
            heard = message_of(frame).and_then(|message| self.heard(&mut state, message));
            if heard.is_err() {
                break;
            }
        }
        self.end_turn(state);
        heard
    }

    fn heard(&'static self, state: &mut State, message: Message) -> Result<(), Violation> {
        match message {
            Message::Welcome { major, .. } if major != MAJOR => {}
            Message::Welcome { .. } => {
                return Err(Violation::new("expected no second greeting from the supervisor, got \"welcome\""));
            }
            Message::Refusal { why } => leave(&why),
            Message::Answer { op, answer } => state.party.hear(op, answer),
            Message::Contract { end, text } => state.party.contract(end, text),
            Message::Inspected { query, statistics } => state.party.inspected(query, statistics),
            Message::Shutdown => state.party.wind_down(),
            Message::Retire => state.party.retire(),
            Message::Meet { link, end, read_path, write_path } => {
                state.meet(link, end, &read_path, &write_path);
                self.start_watchman(state);
            }
            Message::Part { link } => state.party.part(link),
            Message::Resume { link } => state.party.resume(link),
            Message::Probe { number, wants_places } => self.probed(state, number, wants_places),
        }
        Ok(())
    }

    /// What came before has ended what it ends: whoever waits for that waits no more. The process is idle when each of
    /// its threads, the runtime's own apart, waits for an operation and for no time (8.13).
    fn probed(&'static self, state: &mut State, number: u64, wants_places: bool) {
        state.party.tell_news();
        self.carry_words(state);
        // Of each thread that waits, what for; nothing, if something that it waits for has ended already.
        let mut waiting: HashMap<ThreadId, Option<(u64, String)>> = HashMap::new();
        for (ticket, waiter) in &state.waiters {
            let op = state.party.waits(*ticket).filter(|_| waiter.is_patient());
            let known = waiting.entry(waiter.thread()).or_insert_with(|| Some((0, waiter.place())));
            match (op, &mut *known) {
                (Some(op), Some((last, _))) => *last = op.max(*last),
                _ => *known = None,
            }
        }
        let waiting: Vec<(u64, String)> = waiting.into_values().flatten().collect();
        let is_still = state.deferred.is_empty() && !state.outgoing.has_pieces();
        let known = self.own_threads.load(Ordering::Relaxed) + waiting.len();
        let is_idle = is_still && idleness::threads() == Some(known);
        let mut places = waiting;
        places.retain(|(op, _)| is_idle && wants_places && *op > 0);
        state.outgoing.say(words::idle(number, is_idle, &places));
    }
}
