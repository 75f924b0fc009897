//! The operations and ends of this process, without any input or output: what is to be said is in `words`, and who has
//! something to hear in `told`, until a driver takes them.
//!
//! Rules of this folder
//! - An operation has one ending, and only the supervisor decides it. A timer asks for its withdrawal; a delivery or a
//!   completion that crosses the question wins (R4).
//! - What an end has at the supervisor is bounded by the window; the rest is held back here, in order (R5).
//! - The ends in a value leave the code when their send begins, and are back if it fails.
//! - An end's `close` follows all that was begun on it before; a receiving end's waiting operations are withdrawn first.
//! - An end that is inside a value on its way is closed only when the value was taken, or is back.

mod choices;
mod copies;
mod end;
mod hearing;
mod operation;
mod operations;
#[cfg(test)]
mod path_tests;
mod paths;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use crate::contracts::Contract;
use crate::direct::Path;
use crate::errors::Side;
use crate::statistics::Statistics;
use crate::wire::messages::{PassedEnd, Restart, Settings};
use crate::wire::words::{self, FIRST_OWN_END, Terms, Word};

pub(crate) use copies::CopyKey;
pub(crate) use operation::{Acceptance, Arrival, Load, NotBegun, Outcome, Shape, Ticket, Wanted, Why};
pub(crate) use paths::Command;

use copies::Copy;
use end::{End, EndKey, EndState};
use operation::Operation;

/// How far this process is.
///
/// | phase      | what code may begin          | what it is given                             |
/// | ---------- | ---------------------------- | -------------------------------------------- |
/// | `Working`  | everything                   | everything                                   |
/// | `Retiring` | what sends, or sends as well | what a select receives that sends as well    |
/// | `Leaving`  | nothing                      | nothing: it goes back                        |
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Phase {
    Working,
    Retiring,
    Leaving,
}

/// What becomes of a value in hand.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Verdict {
    Taken,
    Returned,
    Failed(String),
}

#[derive(Debug)]
pub(crate) struct Party {
    pub settings: Settings,
    phase: Phase,
    words: Vec<Word>,
    told: Vec<Ticket>,
    ends: BTreeMap<EndKey, End>,
    copies: HashMap<CopyKey, Copy>,
    operations: HashMap<Ticket, Operation>,
    /// What is at the supervisor, by the number of its offer.
    offered: BTreeMap<u64, Ticket>,
    /// Selects that wait for the large values of others.
    held_choices: VecDeque<Ticket>,
    /// The values that code was given, and of which it has yet to say what became of them, with the ends inside.
    hand: BTreeMap<u64, Vec<CopyKey>>,
    /// Of the ends whose channels have a direct link.
    paths: BTreeMap<EndKey, Path>,
    /// Selects that do not wait, and name an end whose link has to end first.
    polls: Vec<Ticket>,
    /// What is to be done with the pipes of direct links.
    commands: Vec<Command>,
    /// Those of ends that come with the next value.
    contracts: HashMap<u64, String>,
    queries: BTreeSet<Ticket>,
    /// Code that waits for a time alone.
    resting: BTreeSet<Ticket>,
    answers: HashMap<Ticket, Statistics>,
    last_op: u64,
    last_key: u64,
    next_end: u64,
}

impl Party {
    pub fn new(settings: Settings) -> Party {
        Party {
            settings,
            phase: Phase::Working,
            words: Vec::new(),
            told: Vec::new(),
            ends: BTreeMap::new(),
            copies: HashMap::new(),
            operations: HashMap::new(),
            offered: BTreeMap::new(),
            held_choices: VecDeque::new(),
            hand: BTreeMap::new(),
            paths: BTreeMap::new(),
            polls: Vec::new(),
            commands: Vec::new(),
            contracts: HashMap::new(),
            queries: BTreeSet::new(),
            resting: BTreeSet::new(),
            answers: HashMap::new(),
            last_op: 0,
            last_key: 0,
            next_end: FIRST_OWN_END,
        }
    }

    /// What was said since this was asked last, in order.
    pub fn take_words(&mut self) -> Vec<Word> {
        std::mem::take(&mut self.words)
    }

    /// What has come to its end, or was given a value, since this was asked last.
    pub fn take_told(&mut self) -> Vec<Ticket> {
        std::mem::take(&mut self.told)
    }

    // ── channels ────────────────────────────────────────────────────────────────────────────────────────────────────

    /// An end that the supervisor gave to the stage. Its number is 0 where the stage has it no more.
    pub fn named(&mut self, passed: &PassedEnd) -> CopyKey {
        let end = self.add_end(passed.end, passed.side, Arc::clone(&passed.channel));
        self.bind(end, passed.contract.as_deref());
        self.ends_mut(end).is_named = true;
        if passed.end == 0 {
            self.ends_mut(end).state = EndState::Closed;
        }
        self.add_copy(end)
    }

    /// A new channel of the supervisor: its sender, and its receiver. The sender for its dead letters moves to it.
    pub fn open(&mut self, terms: Terms<'_>, letters: Option<CopyKey>) -> Result<[CopyKey; 2], NotBegun> {
        if self.phase == Phase::Leaving {
            return Err(NotBegun::Stopped);
        }
        let dead_letters = letters.map(|letters| self.usable(letters)).transpose()?;
        let dead_letters = dead_letters.map(|end| self.ends[&end].number);
        let name: Arc<str> = terms.name.into();
        let number = self.next_end;
        self.next_end += 2;
        self.say(words::open(number, number + 1, &Terms { dead_letters, ..terms }));
        if let Some(letters) = letters {
            self.depart(letters, format!("channel {name:?}, for its dead letters").into());
            self.arrive(letters);
        }
        let sending = self.add_end(number, Side::Send, Arc::clone(&name));
        self.bind(sending, terms.contract);
        let receiving = self.add_end(number + 1, Side::Receive, name);
        Ok([self.add_copy(sending), self.add_copy(receiving)])
    }

    /// What was said of an end that comes with the next value.
    pub fn contract(&mut self, end: u64, text: String) {
        self.contracts.insert(end, text);
    }

    /// Against which contract of an end the code was built.
    pub fn expects(&mut self, end: u64, contract: &str) {
        self.say(words::expects(end, contract));
    }

    /// Of an end that sends: its contract.
    fn bind(&mut self, end: EndKey, contract: Option<&str>) {
        let end = self.ends_mut(end);
        if end.side == Side::Send {
            end.contract = contract.map(Contract::new);
        }
    }

    /// Asks for the statistics of a channel. The answer is told.
    pub fn inspect(&mut self, copy: CopyKey) -> Result<Ticket, NotBegun> {
        let end = self.usable(copy)?;
        let ticket = Ticket(self.next_key());
        self.queries.insert(ticket);
        self.tell(end);
        self.say(words::inspect(ticket.0, self.ends[&end].number));
        Ok(ticket)
    }

    pub fn inspected(&mut self, query: u64, statistics: Statistics) {
        let ticket = Ticket(query);
        if self.queries.remove(&ticket) {
            self.answers.insert(ticket, statistics);
            self.told.push(ticket);
        }
    }

    /// The answer to `inspect`, once it is there.
    pub fn statistics(&mut self, ticket: Ticket) -> Option<Statistics> {
        self.answers.remove(&ticket)
    }

    /// Code waits for a time alone. It is told when the process is to end before.
    pub fn rest(&mut self) -> Result<Ticket, NotBegun> {
        if self.phase != Phase::Working {
            return Err(NotBegun::Stopped);
        }
        let ticket = Ticket(self.next_key());
        self.resting.insert(ticket);
        Ok(ticket)
    }

    /// It waits no more.
    pub fn rise(&mut self, ticket: Ticket) {
        self.resting.remove(&ticket);
    }

    /// Whether there is nothing more to wait for.
    pub fn is_roused(&self, ticket: Ticket) -> bool {
        !self.resting.contains(&ticket)
    }

    // ── how the process comes to its end ────────────────────────────────────────────────────────────────────────────

    /// It is to finish what it has, for another to take its place: it is given nothing new (8.15).
    pub fn retire(&mut self) {
        if self.phase != Phase::Working {
            return;
        }
        self.phase = Phase::Retiring;
        self.rouse();
        self.receive_nothing_directly();
        for ticket in self.under_way() {
            if !self.operations[&ticket].sends {
                self.recall(ticket, Why::Stopped);
            }
        }
    }

    /// It is about to end (8.7). What was sent before is still delivered; what waits to receive is withdrawn, and what is
    /// in hand goes back. Its ends are closed, unless another process of its stage goes on with them (8.16).
    pub fn wind_down(&mut self) {
        let is_followed = self.settings.restart != Restart::Never || self.phase == Phase::Retiring;
        self.phase = Phase::Leaving;
        self.rouse();
        self.receive_nothing_directly();
        for ticket in self.under_way() {
            if self.operations[&ticket].receives {
                self.recall(ticket, Why::Stopped);
            }
        }
        for end in self.ends.keys().copied().collect::<Vec<_>>() {
            match self.ends[&end].state {
                EndState::Open if is_followed => self.ends_mut(end).state = EndState::Left,
                _ => self.close_end(end),
            }
        }
        for op in self.hand.keys().copied().collect::<Vec<_>>() {
            self.settle(op, Verdict::Returned);
        }
    }

    fn rouse(&mut self) {
        self.told.extend(std::mem::take(&mut self.resting));
    }

    /// What becomes of a value in hand. The first word counts.
    pub fn settle(&mut self, op: u64, verdict: Verdict) {
        let Some(carried) = self.hand.remove(&op) else {
            return;
        };
        match &verdict {
            Verdict::Taken => self.say(words::taken(op)),
            Verdict::Returned => self.say(words::returned(op)),
            Verdict::Failed(why) => self.say(words::abandoned(op, why)),
        }
        if verdict != Verdict::Taken {
            for copy in carried {
                self.close(copy);
            }
        }
    }

    // ── what the files beside this one need ─────────────────────────────────────────────────────────────────────────

    fn say(&mut self, word: Word) {
        self.words.push(word);
    }

    fn next_key(&mut self) -> u64 {
        self.last_key += 1;
        self.last_key
    }

    fn add_end(&mut self, number: u64, side: Side, channel: Arc<str>) -> EndKey {
        let key = EndKey(self.next_key());
        self.ends.insert(key, End::new(number, side, channel));
        key
    }

    /// Keys are given to nobody who could keep one longer than its end.
    fn ends_mut(&mut self, end: EndKey) -> &mut End {
        self.ends.get_mut(&end).expect("an end is here for as long as something of it is")
    }

    /// What has not come to its ending, oldest first.
    fn under_way(&self) -> Vec<Ticket> {
        let mut tickets: Vec<Ticket> =
            self.operations.iter().filter(|(_, one)| one.is_under_way()).map(|(ticket, _)| *ticket).collect();
        tickets.sort_unstable();
        tickets
    }

    /// Gives up an end, as soon as nothing is under way on it.
    fn close_end(&mut self, end: EndKey) {
        if self.ends[&end].state == EndState::Open {
            self.ends_mut(end).state = EndState::Closing;
            self.left(end);
        }
    }

    /// Something less is under way on this end: when all has ended, so may the end.
    fn left(&mut self, key: EndKey) {
        let end = &self.ends[&key];
        if end.is_done() {
            let number = end.number;
            self.ends_mut(key).state = EndState::Closed;
            if !self.close_directly(key) {
                self.say(words::close(number));
            }
        }
        self.forget(key);
    }
}
