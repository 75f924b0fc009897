//! The direct link of a receiving end (14.7, 14.8): here its process is the one that matches.
//!
//! | state     | a plain receive                                 | any other operation              |
//! | --------- | ----------------------------------------------- | -------------------------------- |
//! | `Ready`   | is the supervisor's                             | is the supervisor's              |
//! | `Linked`  | stands in line here                             | leaves, and is the supervisor's  |
//! | `Leaving` | stands in line here; a poll is the supervisor's | is the supervisor's              |
//! | `Over`    | –                                               | –                                |
//!
//! The first value makes it `Linked`: the receives that wait at the supervisor are asked back, and stand first in line.
//! `Leaving` ends when nothing is asked back any more, and all that was said is with the kernel: then the whole line goes
//! to the supervisor, in order. What has come on the link and was given to nobody is forgotten; its sender knows that it
//! was not taken.

use std::collections::VecDeque;

use super::words::{Read, TAKEN, ValueReader, refused};
use super::{After, Effect, Farewell, Kind, Timer};
use crate::party::Ticket;
use crate::wire::words::Flow;

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    Ready,
    Linked,
    Leaving,
    Over,
}

/// Where a receive in line is.
///
/// | place      | meaning                                                                             |
/// | ---------- | ----------------------------------------------------------------------------------- |
/// | `Here`     | it is this process's own to match                                                   |
/// | `Asked`    | it is at the supervisor, which was asked whether it is free                         |
/// | `Unwanted` | the same, and its code has recalled it since; it keeps its place until the answer   |
#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    Here,
    Asked,
    Unwanted,
}

/// What is outstanding on the end when the first value comes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Outstanding {
    /// Plain receives at the supervisor, in the order of their offers.
    Receives(Vec<Ticket>),
    /// Something that only the supervisor can give a value to.
    Other,
}

/// What a sender may have unanswered, and how long a value may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Limits {
    pub operations: u64,
    pub bytes: u64,
    pub value_bytes: u64,
}

/// What the supervisor says of a receive that it was asked for, and what that means for its code.
#[derive(Debug, PartialEq)]
pub(crate) enum Heard {
    /// It is here now, and its code hears of nothing.
    Back,
    /// It has its ending.
    Ended,
}

/// Whether the supervisor has heard of what went over the link.
#[derive(Debug, Clone, Copy, PartialEq)]
enum News {
    Told,
    Due,
}

#[derive(Debug)]
pub(crate) struct ReceivingPath {
    pub link: u64,
    state: State,
    limits: Limits,
    line: VecDeque<(Ticket, Place)>,
    /// What has come, and is nobody's yet; in bytes, too.
    values: VecDeque<Vec<u8>>,
    bytes: u64,
    /// Whose code looks at a value at this moment. It has to say what becomes of it before the next is matched.
    given: Option<Ticket>,
    /// Whose value was taken, without the kernel knowing so yet.
    unsecured: VecDeque<Ticket>,
    taken: u64,
    news: News,
    after: After,
    reader: ValueReader,
}

impl ReceivingPath {
    /// Both pipes are open.
    pub fn begin(link: u64, limits: Limits) -> (ReceivingPath, Vec<Effect>) {
        let path = ReceivingPath {
            link,
            state: State::Ready,
            limits,
            line: VecDeque::new(),
            values: VecDeque::new(),
            bytes: 0,
            given: None,
            unsecured: VecDeque::new(),
            taken: 0,
            news: News::Told,
            after: After::Stays,
            reader: ValueReader::default(),
        };
        (path, vec![Effect::Met])
    }

    pub fn is_heard(&self) -> bool {
        self.state == State::Ready || self.state == State::Linked
    }

    /// Whether no value has come.
    pub fn is_ready(&self) -> bool {
        self.state == State::Ready
    }

    pub fn offer(&mut self, ticket: Ticket, kind: Kind) -> Vec<Effect> {
        match (self.state, kind) {
            (State::Linked, Kind::Poll) => vec![Effect::Drain(ticket)],
            (State::Linked | State::Leaving, Kind::Direct) => {
                self.line.push_back((ticket, Place::Here));
                self.matched()
            }
            (_, Kind::Relayed) => {
                let mut effects = vec![Effect::Offer(ticket)];
                effects.extend(self.leave());
                effects
            }
            _ => vec![Effect::Offer(ticket)],
        }
    }

    /// What had come when a poll began was read: a value is for it, or else it has found nobody.
    pub fn polled(&mut self, ticket: Ticket) -> Vec<Effect> {
        self.give(ticket, 0).unwrap_or_else(|| vec![Effect::Withdrawn(ticket)])
    }

    /// A value for an operation that is not in line; `None`: there is none, or others are before it.
    pub fn give(&mut self, ticket: Ticket, guard: usize) -> Option<Vec<Effect>> {
        let is_free = self.state == State::Linked && self.line.is_empty() && self.given.is_none();
        let value = if is_free { self.values.pop_front() } else { None };
        value.map(|value| vec![self.deliver(ticket, guard, value)])
    }

    pub fn withdraw(&mut self, ticket: Ticket) -> Vec<Effect> {
        match self.line.iter_mut().find(|(waiting, _)| *waiting == ticket) {
            Some((_, place)) if *place != Place::Here => {
                *place = Place::Unwanted;
                Vec::new()
            }
            Some(_) => {
                self.remove(ticket);
                vec![Effect::Withdrawn(ticket)]
            }
            None => Vec::new(),
        }
    }

    /// Whether the supervisor was asked for this receive.
    pub fn has_asked(&self, ticket: Ticket) -> bool {
        self.line.iter().any(|(waiting, place)| *waiting == ticket && *place != Place::Here)
    }

    /// The supervisor has answered for one that it was asked for.
    pub fn heard(&mut self, ticket: Ticket, is_withdrawn: bool) -> (Heard, Vec<Effect>) {
        let asked = self.line.iter_mut().find(|(waiting, _)| *waiting == ticket);
        let heard = match asked {
            Some((_, place)) if *place == Place::Asked && is_withdrawn => {
                *place = Place::Here;
                Heard::Back
            }
            _ => {
                self.remove(ticket);
                Heard::Ended
            }
        };
        let mut effects = self.matched();
        effects.extend(self.finish_leaving());
        (heard, effects)
    }

    pub fn leave(&mut self) -> Vec<Effect> {
        if self.state == State::Leaving || self.state == State::Over {
            return Vec::new();
        }
        self.state = State::Leaving;
        self.values.clear();
        self.bytes = 0;
        self.given = None;
        self.finish_leaving()
    }

    pub fn close(&mut self) -> Vec<Effect> {
        self.after = After::Closes;
        self.leave()
    }

    pub fn tell(&self) -> Vec<Effect> {
        if self.state == State::Linked { vec![Effect::Flow(self.flow())] } else { Vec::new() }
    }

    /// The same, if the supervisor has not heard of something.
    pub fn tell_news(&mut self) -> Vec<Effect> {
        match std::mem::replace(&mut self.news, News::Told) {
            News::Due => self.tell(),
            News::Told => Vec::new(),
        }
    }

    /// Something that the sender says; what is outstanding on the end counts for the first value.
    pub fn read(&mut self, chunk: &[u8], outstanding: Outstanding) -> Vec<Effect> {
        let (mut values, mut effects) = (Vec::new(), Vec::new());
        let read = self.reader.read(chunk, self.limits.value_bytes, &mut values);
        if self.state == State::Ready && !values.is_empty() {
            effects.extend(self.link(outstanding));
        }
        for value in values {
            effects.extend(self.arrived(value));
        }
        if read == Read::Nonsense {
            effects.extend(self.leave());
        }
        effects
    }

    /// What was answered is given before anybody hears of the end (R9); what the sender has left here beside that, nobody
    /// was given, and nobody is.
    pub fn sender_is_gone(&mut self) -> Vec<Effect> {
        let mut effects = self.leave();
        effects.extend(self.secured());
        effects
    }

    pub fn ring(&mut self, timer: Timer) -> Vec<Effect> {
        if timer == Timer::Flow { self.tell_news() } else { Vec::new() }
    }

    // ── what code says of the value that it was given ───────────────────────────────────────────────────────────────

    /// `None`: the link has ended before; nobody has taken it.
    pub fn taken(&mut self, ticket: Ticket) -> Option<Vec<Effect>> {
        self.given.take_if(|given| *given == ticket)?;
        self.unsecured.push_back(ticket);
        let mut effects = vec![Effect::Answer(vec![TAKEN])];
        effects.extend(self.matched());
        Some(effects)
    }

    pub fn refused(&mut self, ticket: Ticket, why: &str) -> Vec<Effect> {
        if self.given.take_if(|given| *given == ticket).is_none() {
            return Vec::new();
        }
        let mut effects = vec![Effect::Answer(refused(why))];
        effects.extend(self.matched());
        effects
    }

    /// All that was said is with the kernel, or nobody will ever hear it.
    pub fn secured(&mut self) -> Vec<Effect> {
        self.taken += self.unsecured.len() as u64;
        let mut effects: Vec<Effect> = self.unsecured.drain(..).map(Effect::Secured).collect();
        if !effects.is_empty() {
            self.note(&mut effects);
        }
        effects.extend(self.finish_leaving());
        effects
    }

    // ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

    fn link(&mut self, outstanding: Outstanding) -> Vec<Effect> {
        self.state = State::Linked;
        match outstanding {
            Outstanding::Other => self.leave(),
            Outstanding::Receives(receives) => {
                self.line.extend(receives.iter().map(|ticket| (*ticket, Place::Asked)));
                receives.into_iter().map(Effect::AskBack).collect()
            }
        }
    }

    fn arrived(&mut self, value: Vec<u8>) -> Vec<Effect> {
        if self.state != State::Linked {
            return Vec::new();
        }
        self.bytes += value.len() as u64;
        self.values.push_back(value);
        // One value is always allowed, however large.
        let Limits { operations, bytes, value_bytes } = self.limits;
        if self.values.len() as u64 > operations || self.bytes > bytes + value_bytes {
            return self.leave();
        }
        let mut effects = self.matched();
        self.note(&mut effects);
        effects
    }

    /// The first in line is given the first value, if it is here.
    fn matched(&mut self) -> Vec<Effect> {
        let is_here = matches!(self.line.front(), Some((_, Place::Here)));
        if self.state != State::Linked || self.given.is_some() || !is_here {
            return Vec::new();
        }
        let Some(value) = self.values.pop_front() else {
            return Vec::new();
        };
        let given = self.line.pop_front().map(|(ticket, _)| self.deliver(ticket, 0, value));
        given.into_iter().collect()
    }

    fn deliver(&mut self, ticket: Ticket, guard: usize, value: Vec<u8>) -> Effect {
        self.given = Some(ticket);
        self.bytes -= value.len() as u64;
        Effect::Deliver { ticket, guard, value }
    }

    fn finish_leaving(&mut self) -> Vec<Effect> {
        let is_asking = self.line.iter().any(|(_, place)| *place != Place::Here);
        if self.state != State::Leaving || is_asking || !self.unsecured.is_empty() {
            return Vec::new();
        }
        let flow = Flow { waiting_senders: 0, ..self.flow() };
        self.state = State::Over;
        let mut effects = vec![Effect::Over];
        effects.extend(self.line.drain(..).map(|(ticket, _)| Effect::Offer(ticket)));
        let mut last = Vec::new();
        if self.taken > 0 {
            last.push(Farewell::Flow(Flow { waiting_receivers: 0, ..flow }));
        }
        last.push(Farewell::Parted);
        if self.after == After::Closes {
            last.push(Farewell::CloseEnd);
        }
        effects.push(Effect::Close(last));
        effects
    }

    fn remove(&mut self, ticket: Ticket) {
        self.line.retain(|(waiting, _)| *waiting != ticket);
    }

    /// The supervisor hears of it, though not at once.
    fn note(&mut self, effects: &mut Vec<Effect>) {
        if self.state == State::Linked && self.news == News::Told {
            self.news = News::Due;
            effects.push(Effect::Ring(Timer::Flow));
        }
    }

    fn flow(&self) -> Flow {
        Flow { taken: self.taken, waiting_senders: self.values.len() as u64, waiting_receivers: self.line.len() as u64 }
    }
}
