//! Operations on ends whose channels have a direct link (14): where they go, and what becomes of them there. Who carries
//! the bytes is told by commands.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::end::{EndKey, EndState};
use super::operation::{Arrival, Outcome, Shape, Source, State, Ticket};
use super::{Party, Phase};
use crate::direct::{Effect, Farewell, Heard, Kind, Limits, Outstanding, Path, ReceivingPath, SendingPath, Timer};
use crate::errors::Side;
use crate::wire::messages::{Answer, Reason};
use crate::wire::words::{self, Word};

/// What is to be done with the pipes of a direct link.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Command {
    WriteValue {
        link: u64,
        value: Arc<Vec<u8>>,
    },
    WriteAnswer {
        link: u64,
        answer: Vec<u8>,
    },
    /// What has not left is dropped.
    CloseOutput {
        link: u64,
    },
    /// Both, when what is in the output has left, or cannot; then these are said.
    Close {
        link: u64,
        last: Vec<Word>,
    },
    /// All that has come on these by now is to be read; then `polled` is called.
    Drain {
        links: Vec<u64>,
        ticket: Ticket,
    },
    /// `ring` is called when the time of the timer is over. One that runs already begins anew.
    Ring {
        link: u64,
        timer: Timer,
    },
}

impl Party {
    /// What is to be done since this was asked last, in order.
    pub fn take_commands(&mut self) -> Vec<Command> {
        std::mem::take(&mut self.commands)
    }

    // ── what the supervisor says ────────────────────────────────────────────────────────────────────────────────────

    /// Whether a link may begin for this end (14.6, 14.7).
    pub fn may_meet(&self, number: u64) -> bool {
        self.end_to_meet(number).is_some()
    }

    /// Both pipes are open.
    pub fn met(&mut self, link: u64, number: u64) {
        let Some(key) = self.end_to_meet(number) else {
            return;
        };
        let (path, effects) = match self.ends[&key].side {
            Side::Send => {
                let (path, effects) = SendingPath::begin(link, self.older(key));
                (Path::Sending(path), effects)
            }
            Side::Receive => {
                let settings = &self.settings;
                let limits = Limits {
                    operations: settings.window_operations,
                    bytes: settings.window_bytes,
                    value_bytes: settings.max_value_bytes,
                };
                let (path, effects) = ReceivingPath::begin(link, limits);
                (Path::Receiving(path), effects)
            }
        };
        self.paths.insert(key, path);
        self.apply(key, effects);
    }

    /// It is not begun.
    pub fn not_met(&mut self, link: u64) {
        self.say(words::parted(link));
    }

    pub fn part(&mut self, link: u64) {
        self.with(link, Path::leave);
    }

    pub fn resume(&mut self, link: u64) {
        self.with(link, |path| match path {
            Path::Sending(path) => path.resume(),
            Path::Receiving(_) => Vec::new(),
        });
    }

    // ── what comes over the pipes, and what becomes of them ─────────────────────────────────────────────────────────

    pub fn read(&mut self, link: u64, chunk: &[u8]) {
        let Some(key) = self.key_of(link) else {
            return;
        };
        let is_ready = matches!(&self.paths[&key], Path::Receiving(path) if path.is_ready());
        let outstanding = if is_ready { self.outstanding(key) } else { Outstanding::Other };
        self.with_path(key, |path| match path {
            Path::Sending(path) => path.read(chunk),
            Path::Receiving(path) => path.read(chunk, outstanding),
        });
    }

    /// The other side writes no more, and all that it wrote was read.
    pub fn pipe_ended(&mut self, link: u64) {
        self.with(link, Path::ended);
    }

    /// Nobody reads what is written.
    pub fn unheard(&mut self, link: u64) {
        self.with(link, Path::unheard);
    }

    /// All that was written is with the kernel.
    pub fn written(&mut self, link: u64) {
        self.with(link, |path| match path {
            Path::Receiving(path) => path.secured(),
            Path::Sending(_) => Vec::new(),
        });
    }

    /// Both pipes are closed.
    pub fn closed(&mut self, last: Vec<Word>) {
        self.words.extend(last);
    }

    pub fn ring(&mut self, link: u64, timer: Timer) {
        match timer {
            Timer::Poll(ticket) if self.polls.contains(&ticket) => {
                self.polls.retain(|poll| *poll != ticket);
                self.end_directly(ticket, Outcome::Nobody);
            }
            _ => self.with(link, |path| path.ring(timer)),
        }
    }

    /// What had come for a poll was read.
    pub fn polled(&mut self, ticket: Ticket) {
        if self.polls.contains(&ticket) {
            self.polled_by_choice(ticket);
            return;
        }
        let Some(operation) = self.operations.get(&ticket).filter(|operation| operation.is_under_way()) else {
            return;
        };
        let end = operation.guards[0].end;
        match self.paths.get_mut(&end) {
            Some(Path::Receiving(path)) => {
                let effects = path.polled(ticket);
                self.apply(end, effects);
            }
            // What was read has ended the link.
            _ => self.end_directly(ticket, Outcome::Nobody),
        }
    }

    /// Over which link code may hear of this operation.
    pub fn link_of(&self, ticket: Ticket) -> Option<u64> {
        if self.paths.is_empty() {
            return None;
        }
        let operation = self.operations.get(&ticket)?;
        let may_hear = operation.is_under_way() || matches!(operation.state, State::Securing);
        if !may_hear || operation.shape.is_choice() {
            return None;
        }
        let path = self.paths.get(&operation.guards[0].end)?;
        path.is_heard().then(|| path.link())
    }

    /// Whether code that waits may hear something over this link.
    pub fn is_heard(&self, link: u64) -> bool {
        self.paths.values().any(|path| path.link() == link && path.is_heard())
    }

    /// The supervisor is about to hear that nothing goes on here: what has gone over the links is not kept for later.
    pub fn tell_news(&mut self) {
        for key in self.paths.keys().copied().collect::<Vec<_>>() {
            self.with_path(key, |path| match path {
                Path::Receiving(path) => path.tell_news(),
                Path::Sending(_) => Vec::new(),
            });
        }
    }

    // ── for the other files of this folder ──────────────────────────────────────────────────────────────────────────

    /// Whether somebody here deals with it, and the supervisor does not yet.
    pub(super) fn offer_directly(&mut self, ticket: Ticket) -> bool {
        let operation = &self.operations[&ticket];
        if let Shape::Choice { is_poll, .. } = operation.shape {
            return self.offer_choice_directly(ticket, is_poll);
        }
        let guard = &operation.guards[0];
        let kind = match operation.shape {
            Shape::Poll => Kind::Poll,
            Shape::Plain if guard.cargo.is_empty() => Kind::Direct,
            _ => Kind::Relayed,
        };
        let end = guard.end;
        let Some(path) = self.paths.get_mut(&end) else {
            return false;
        };
        let effects = path.offer(ticket, kind);
        self.is_direct(ticket);
        self.apply(end, effects);
        true
    }

    /// Asks a link for what is with it.
    pub(super) fn recall_directly(&mut self, ticket: Ticket) {
        if self.polls.contains(&ticket) {
            self.polls.retain(|poll| *poll != ticket);
            let outcome = self.withdrawn(ticket, 0, 0);
            self.end_directly(ticket, outcome);
            return;
        }
        let end = self.operations[&ticket].guards[0].end;
        self.with_path(end, |path| path.withdraw(ticket));
    }

    /// Whether a link has asked the supervisor for this receive: then it is only noted.
    pub(super) fn recall_asked(&mut self, ticket: Ticket) -> bool {
        let operation = &self.operations[&ticket];
        if operation.shape.is_choice() {
            return false;
        }
        match self.paths.get_mut(&operation.guards[0].end) {
            Some(Path::Receiving(path)) if path.has_asked(ticket) => {
                path.withdraw(ticket);
                true
            }
            _ => false,
        }
    }

    /// What an answer of the supervisor is to the links. Whether nobody else is to hear of it.
    pub(super) fn hear_for_paths(&mut self, op: u64, ticket: Ticket, answer: &Answer) -> bool {
        if self.paths.is_empty() || matches!(answer, Answer::Late) {
            return false;
        }
        for key in self.paths.keys().copied().collect::<Vec<_>>() {
            self.with_path(key, |path| match path {
                Path::Sending(path) if !matches!(answer, Answer::Deliver { .. }) => path.older_ended(op),
                _ => Vec::new(),
            });
        }
        let is_back = self.hear_asked(op, ticket, matches!(answer, Answer::Withdrawn { .. }));
        if let Answer::Failed { guard, .. } = answer
            && let Some(guard) = self.operations[&ticket].guards.get(*guard)
        {
            self.with_path(guard.end, |path| match path {
                Path::Receiving(path) => path.sender_is_gone(),
                Path::Sending(_) => Vec::new(),
            });
        }
        is_back
    }

    pub(super) fn accept_directly(&mut self, ticket: Ticket, end: EndKey) {
        let taken = match self.paths.get_mut(&end) {
            Some(Path::Receiving(path)) => path.taken(ticket),
            _ => None,
        };
        match taken {
            Some(effects) => {
                self.operation_mut(ticket).state = State::Securing;
                self.apply(end, effects);
            }
            None => self.begin_again(ticket, 0),
        }
    }

    pub(super) fn refuse_directly(&mut self, ticket: Ticket, end: EndKey, why: &str) {
        self.with_path(end, |path| match path {
            Path::Receiving(path) => path.refused(ticket, why),
            Path::Sending(_) => Vec::new(),
        });
    }

    /// Whether an end is closed when its link is over.
    pub(super) fn close_directly(&mut self, end: EndKey) -> bool {
        let has_path = self.paths.contains_key(&end);
        self.with_path(end, Path::close);
        has_path
    }

    pub(super) fn leave_directly(&mut self, end: EndKey) {
        self.with_path(end, Path::leave);
    }

    /// From now on the process takes nothing new: others may.
    pub(super) fn receive_nothing_directly(&mut self) {
        for key in self.paths.keys().copied().collect::<Vec<_>>() {
            if matches!(self.paths.get(&key), Some(Path::Receiving(_))) {
                self.leave_directly(key);
            }
        }
    }

    /// Somebody here wants to know how the channel is doing: the supervisor is to know as much as this process.
    pub(super) fn tell(&mut self, end: EndKey) {
        self.with_path(end, |path| path.tell());
    }

    // ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

    fn apply(&mut self, end: EndKey, effects: Vec<Effect>) {
        let Some(link) = self.paths.get(&end).map(Path::link) else {
            return;
        };
        let number = self.ends[&end].number;
        for effect in effects {
            match effect {
                Effect::Write(ticket) => {
                    if let Some(parcel) = &self.operations[&ticket].guards[0].parcel {
                        let value = Arc::clone(&parcel.value);
                        self.commands.push(Command::WriteValue { link, value });
                    }
                }
                Effect::Answer(answer) => self.commands.push(Command::WriteAnswer { link, answer }),
                Effect::CloseOutput => self.commands.push(Command::CloseOutput { link }),
                Effect::Close(last) => {
                    let last = last.into_iter().map(|word| in_words(word, link, number)).collect();
                    self.commands.push(Command::Close { link, last });
                }
                Effect::Drain(ticket) => self.commands.push(Command::Drain { links: vec![link], ticket }),
                Effect::Ring(timer) => self.commands.push(Command::Ring { link, timer }),
                Effect::Met => self.say(words::met(link)),
                Effect::Flow(flow) => self.say(words::flow(link, flow)),
                Effect::Offer(ticket) => self.offer_to_supervisor(ticket),
                Effect::AskBack(ticket) => {
                    if let State::Offered { op } = self.operations[&ticket].state {
                        self.say(words::ask_back(op));
                    }
                }
                Effect::Over => {
                    self.paths.remove(&end);
                    self.release_polls();
                }
                Effect::CloseEnd => self.say(words::close(number)),
                Effect::Completed(ticket) => self.end_directly(ticket, Outcome::Sent { guard: 0 }),
                Effect::Refused(ticket, why) => {
                    let reason = Reason::Refused(why);
                    self.end_directly(ticket, Outcome::Failed { guard: 0, attempts: 0, reason });
                }
                Effect::Withdrawn(ticket) => {
                    let outcome = self.withdrawn(ticket, 0, 0);
                    self.end_directly(ticket, outcome);
                }
                Effect::Deliver { ticket, guard, value } => {
                    self.leave_window(ticket);
                    let source = Source::Link { end };
                    self.deliver(ticket, Arrival { source, guard, attempt: 1, value, ends: Vec::new() });
                }
                Effect::Secured(ticket) => {
                    self.let_go(ticket);
                    self.told.push(ticket);
                }
            }
        }
        self.forget(end);
    }

    fn with(&mut self, link: u64, act: impl FnOnce(&mut Path) -> Vec<Effect>) {
        if let Some(key) = self.key_of(link) {
            self.with_path(key, act);
        }
    }

    fn with_path(&mut self, end: EndKey, act: impl FnOnce(&mut Path) -> Vec<Effect>) {
        if let Some(path) = self.paths.get_mut(&end) {
            let effects = act(path);
            if !effects.is_empty() {
                self.apply(end, effects);
            }
        }
    }

    fn key_of(&self, link: u64) -> Option<EndKey> {
        self.paths.iter().find(|(_, path)| path.link() == link).map(|(key, _)| *key)
    }

    /// An end for which a link may begin.
    fn end_to_meet(&self, number: u64) -> Option<EndKey> {
        let (key, end) = self.ends.iter().find(|(_, end)| end.number == number && end.state == EndState::Open)?;
        let has_choice = match end.side {
            Side::Send => self.senders_beside(*key).iter().any(|one| self.ends[one].choices > 0),
            Side::Receive => end.choices > 0 || self.phase != Phase::Working,
        };
        (!has_choice && !self.paths.contains_key(key)).then_some(*key)
    }

    /// All ends of one that sends that are, or may be, of the same channel: also those that this process had before.
    fn senders_beside(&self, key: EndKey) -> BTreeSet<EndKey> {
        let channel = &self.ends[&key].channel;
        let ends = self.ends.iter().filter(|(_, end)| end.side == Side::Send && end.channel == *channel);
        ends.map(|(key, _)| *key).collect()
    }

    /// What was sent before, and comes before all that goes over the link.
    fn older(&self, key: EndKey) -> BTreeSet<u64> {
        let ends = self.senders_beside(key);
        let offered = self.offered.iter().filter(|(_, ticket)| {
            let operation = &self.operations[*ticket];
            !operation.shape.is_choice() && ends.contains(&operation.guards[0].end)
        });
        offered.map(|(op, _)| *op).collect()
    }

    /// What the supervisor has of a receiving end.
    fn outstanding(&self, key: EndKey) -> Outstanding {
        let mut receives = Vec::new();
        for ticket in self.offered.values() {
            let operation = &self.operations[ticket];
            if !operation.guards.iter().any(|guard| guard.end == key) {
                continue;
            }
            match (operation.shape, &operation.state) {
                (Shape::Choice { .. } | Shape::Relayed, _) => return Outstanding::Other,
                // A poll comes back by itself, and what is recalled is not wanted any more.
                (Shape::Plain, State::Offered { .. }) => receives.push(*ticket),
                _ => {}
            }
        }
        Outstanding::Receives(receives)
    }

    fn hear_asked(&mut self, op: u64, ticket: Ticket, is_withdrawn: bool) -> bool {
        let operation = &self.operations[&ticket];
        if operation.shape.is_choice() {
            return false;
        }
        let end = operation.guards[0].end;
        let (heard, effects) = match self.paths.get_mut(&end) {
            Some(Path::Receiving(path)) if path.has_asked(ticket) => path.heard(ticket, is_withdrawn),
            _ => return false,
        };
        if heard == Heard::Back {
            self.offered.remove(&op);
            self.is_direct(ticket);
        }
        self.apply(end, effects);
        heard == Heard::Back
    }

    /// A choice that waits goes to the supervisor at once, and its links end. One that polls would miss there whoever
    /// waits at the other side of a link: it is given what is here, or waits for its links to end, though not for long.
    fn offer_choice_directly(&mut self, ticket: Ticket, is_poll: bool) -> bool {
        let ends = self.linked_ends(ticket);
        let links: Vec<u64> = ends.iter().map(|end| self.paths[end].link()).collect();
        let Some(link) = links.first().copied() else {
            return false;
        };
        if is_poll {
            self.is_direct(ticket);
            self.polls.push(ticket);
            self.commands.push(Command::Ring { link, timer: Timer::Poll(ticket) });
            self.commands.push(Command::Drain { links, ticket });
        } else {
            self.offer_to_supervisor(ticket);
            for end in ends {
                self.leave_directly(end);
            }
        }
        true
    }

    fn polled_by_choice(&mut self, ticket: Ticket) {
        let guards: Vec<EndKey> = self.operations[&ticket].guards.iter().map(|guard| guard.end).collect();
        for (place, end) in guards.iter().enumerate() {
            if let Some(Path::Receiving(path)) = self.paths.get_mut(end)
                && let Some(effects) = path.give(ticket, place)
            {
                self.polls.retain(|poll| *poll != ticket);
                self.apply(*end, effects);
                return;
            }
        }
        for end in guards {
            self.leave_directly(end);
        }
        self.release_polls();
    }

    /// Those that wait for no link any more are offered.
    fn release_polls(&mut self) {
        for ticket in self.polls.clone() {
            if self.linked_ends(ticket).is_empty() {
                self.polls.retain(|poll| *poll != ticket);
                self.offer_to_supervisor(ticket);
            }
        }
    }

    fn linked_ends(&self, ticket: Ticket) -> Vec<EndKey> {
        let guards = self.operations[&ticket].guards.iter();
        guards.map(|guard| guard.end).filter(|end| self.paths.contains_key(end)).collect()
    }

    /// Its ending, which no answer of the supervisor brought.
    fn end_directly(&mut self, ticket: Ticket, outcome: Outcome) {
        self.leave_window(ticket);
        self.end(ticket, outcome);
    }

    fn is_direct(&mut self, ticket: Ticket) {
        let operation = self.operation_mut(ticket);
        if !matches!(operation.state, State::Direct { .. }) {
            operation.state = State::Direct { recalled: None };
        }
    }

    fn operation_mut(&mut self, ticket: Ticket) -> &mut super::operation::Operation {
        self.operations.get_mut(&ticket).expect("who has a ticket has an operation")
    }
}

fn in_words(farewell: Farewell, link: u64, end: u64) -> Word {
    match farewell {
        Farewell::Flow(flow) => words::flow(link, flow),
        Farewell::Parted => words::parted(link),
        Farewell::CloseEnd => words::close(end),
    }
}
