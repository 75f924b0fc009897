//! The direct link of a sending end (14.5, 14.6).
//!
//! | state     | a plain send           | any other operation                       |
//! | --------- | ---------------------- | ----------------------------------------- |
//! | `Joining` | is held back, in order | leaves; then as in `Leaving`              |
//! | `Linked`  | is written to the link | leaves; then as in `Leaving`              |
//! | `Leaving` | is held back, in order | is held back, in order; a poll not for long |
//!
//! `Joining` ends when nothing is outstanding at the supervisor any more, so that what is written comes after it (R3).
//! `Leaving` ends when the supervisor has said that the receiver has left, and all that this one said was read: what is
//! unanswered then was not taken, and is offered to the supervisor.

use std::collections::{BTreeSet, HashSet, VecDeque};

use super::words::{Answer, AnswerReader, Read};
use super::{After, Effect, Farewell, Kind, Timer};
use crate::party::Ticket;
use crate::wire::words::Flow;

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    Joining,
    Linked,
    Leaving,
}

/// What has to come before it is over.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Awaited {
    EndAndResume,
    End,
    Resume,
}

#[derive(Debug)]
pub(crate) struct SendingPath {
    pub link: u64,
    state: State,
    /// What is outstanding at the supervisor since before the link, by the numbers of the offers.
    older: BTreeSet<u64>,
    /// Written to the link, oldest first.
    unanswered: VecDeque<Ticket>,
    /// Those of them that their code wants back.
    recalled: HashSet<Ticket>,
    held: Vec<Ticket>,
    awaited: Awaited,
    after: After,
    taken: u64,
    answers: AnswerReader,
}

impl SendingPath {
    /// Both pipes are open.
    pub fn begin(link: u64, older: BTreeSet<u64>) -> (SendingPath, Vec<Effect>) {
        let mut path = SendingPath {
            link,
            state: State::Joining,
            older,
            unanswered: VecDeque::new(),
            recalled: HashSet::new(),
            held: Vec::new(),
            awaited: Awaited::EndAndResume,
            after: After::Stays,
            taken: 0,
            answers: AnswerReader::default(),
        };
        let mut effects = vec![Effect::Met];
        path.link_if_alone(&mut effects);
        (path, effects)
    }

    pub fn is_heard(&self) -> bool {
        self.state != State::Leaving
    }

    pub fn offer(&mut self, ticket: Ticket, kind: Kind) -> Vec<Effect> {
        if self.state == State::Linked && kind == Kind::Direct {
            self.unanswered.push_back(ticket);
            return vec![Effect::Write(ticket)];
        }
        let mut effects = Vec::new();
        if self.state == State::Joining && self.held.is_empty() {
            effects.push(Effect::Ring(Timer::Join));
        }
        self.held.push(ticket);
        if kind == Kind::Poll {
            effects.push(Effect::Ring(Timer::Poll(ticket)));
        }
        if kind != Kind::Direct {
            effects.extend(self.leave());
        }
        effects
    }

    pub fn withdraw(&mut self, ticket: Ticket) -> Vec<Effect> {
        if self.drop_held(ticket) {
            return vec![Effect::Withdrawn(ticket)];
        }
        self.recalled.insert(ticket);
        self.leave()
    }

    /// One that was at the supervisor has ended there.
    pub fn older_ended(&mut self, op: u64) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.state == State::Joining && self.older.remove(&op) {
            if !self.held.is_empty() {
                // As long as they get fewer, what is held back would have to wait behind them anyway.
                effects.push(Effect::Ring(Timer::Join));
            }
            self.link_if_alone(&mut effects);
        }
        effects
    }

    pub fn leave(&mut self) -> Vec<Effect> {
        if self.state == State::Leaving {
            return Vec::new();
        }
        self.state = State::Leaving;
        vec![Effect::CloseOutput]
    }

    pub fn close(&mut self) -> Vec<Effect> {
        self.after = After::Closes;
        self.leave()
    }

    pub fn tell(&self) -> Vec<Effect> {
        let waiting_senders = self.unanswered.len() as u64;
        let flow = Flow { taken: self.taken, waiting_senders, waiting_receivers: 0 };
        if self.taken > 0 { vec![Effect::Flow(flow)] } else { Vec::new() }
    }

    /// Something that the receiver says.
    pub fn read(&mut self, chunk: &[u8]) -> Vec<Effect> {
        let (mut answers, mut effects) = (Vec::new(), Vec::new());
        let mut read = self.answers.read(chunk, &mut answers);
        for answer in answers {
            let Some(ticket) = self.unanswered.pop_front() else {
                read = Read::Nonsense;
                break;
            };
            self.recalled.remove(&ticket);
            match answer {
                Answer::Taken => {
                    self.taken += 1;
                    effects.push(Effect::Completed(ticket));
                }
                Answer::Refused(why) => effects.push(Effect::Refused(ticket, why)),
            }
        }
        if read == Read::Nonsense {
            effects.extend(self.leave());
        }
        effects
    }

    /// The receiver says no more.
    pub fn ended(&mut self) -> Vec<Effect> {
        let awaited = match self.awaited {
            Awaited::EndAndResume => Some(Awaited::Resume),
            Awaited::End => None,
            Awaited::Resume => return Vec::new(),
        };
        let mut effects = self.leave();
        let mut last: Vec<Farewell> = Vec::new();
        if let [Effect::Flow(flow)] = self.tell().as_slice() {
            last.push(Farewell::Flow(*flow));
        }
        last.push(Farewell::Parted);
        effects.push(Effect::Close(last));
        effects.extend(self.came(awaited));
        effects
    }

    /// The receiver has left, or is dead.
    pub fn resume(&mut self) -> Vec<Effect> {
        let awaited = match self.awaited {
            Awaited::EndAndResume => Some(Awaited::End),
            Awaited::Resume => None,
            Awaited::End => return Vec::new(),
        };
        let mut effects = self.leave();
        if awaited.is_some() {
            effects.push(Effect::Ring(Timer::End));
        }
        effects.extend(self.came(awaited));
        effects
    }

    pub fn ring(&mut self, timer: Timer) -> Vec<Effect> {
        match timer {
            Timer::Join if self.state == State::Joining && !self.held.is_empty() => self.leave(),
            Timer::End => self.ended(),
            Timer::Poll(ticket) if self.drop_held(ticket) => vec![Effect::Withdrawn(ticket)],
            _ => Vec::new(),
        }
    }

    /// What is recalled ends last: its room is for what comes after all that is here.
    fn came(&mut self, awaited: Option<Awaited>) -> Vec<Effect> {
        if let Some(awaited) = awaited {
            self.awaited = awaited;
            return Vec::new();
        }
        let mut effects = vec![Effect::Over];
        let all = self.unanswered.drain(..).chain(self.held.drain(..));
        let (recalled, others): (Vec<Ticket>, Vec<Ticket>) = all.partition(|ticket| self.recalled.contains(ticket));
        effects.extend(others.into_iter().map(Effect::Offer));
        effects.extend(recalled.into_iter().map(Effect::Withdrawn));
        if self.after == After::Closes {
            effects.push(Effect::CloseEnd);
        }
        effects
    }

    fn link_if_alone(&mut self, effects: &mut Vec<Effect>) {
        if self.older.is_empty() {
            self.state = State::Linked;
            self.unanswered.extend(&self.held);
            effects.extend(self.held.drain(..).map(Effect::Write));
        }
    }

    /// Whether it was held back.
    fn drop_held(&mut self, ticket: Ticket) -> bool {
        let before = self.held.len();
        self.held.retain(|held| *held != ticket);
        self.held.len() < before
    }
}
