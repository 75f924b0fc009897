//! The sends of one `send_all`: several are under way at once, and in the end it is known what became of each.
//!
//! Rules of this file
//! - A value is drawn only when there is room for it, and sent at once: the order of the source is that of the sends (R3).
//! - When a send fails, those under way are asked back, the newest first: so what is held back in this process does not
//!   go out in the place of an older one that has come back.
//! - Who has a value in hand says what becomes of it: each value that was drawn is taken, or in the error (R4).

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::sender::Sender;
use crate::errors::{Error, NotAllTaken, Untaken};
use crate::link::Waiter;
use crate::party::{Outcome, Party, Shape, Ticket, Why};

pub(super) struct Batch<'a, T> {
    sender: &'a Sender<T>,
    window: usize,
    timeout: Option<Duration>,
    waiter: Arc<Waiter>,
    /// Oldest first.
    under_way: VecDeque<Sent<T>>,
    drawn: usize,
    untaken: Vec<Untaken<T>>,
    failure: Option<Error>,
    /// Since when the oldest one is that.
    oldest_since: Instant,
}

struct Sent<T> {
    ticket: Ticket,
    index: usize,
    value: T,
}

impl<'a, T: Serialize> Batch<'a, T> {
    #[track_caller]
    pub fn new(sender: &'a Sender<T>, window: usize, timeout: Option<Duration>) -> Batch<'a, T> {
        assert!(window > 0, "a window has room for 1 send or more, not for 0");
        Batch {
            sender,
            window,
            timeout,
            waiter: Waiter::new(),
            under_way: VecDeque::new(),
            drawn: 0,
            untaken: Vec::new(),
            failure: None,
            oldest_since: Instant::now(),
        }
    }

    pub fn send(mut self, mut values: impl Iterator<Item = T>) -> Result<usize, NotAllTaken<T>> {
        while self.failure.is_none() {
            if self.under_way.len() < self.window {
                match values.next() {
                    Some(value) => self.begin(value),
                    None => break,
                }
            } else {
                self.wait();
            }
            self.hear();
        }
        while !self.under_way.is_empty() {
            self.wait();
            self.hear();
        }
        self.outcome()
    }

    /// What a time will recall is for the supervisor alone.
    fn shape(&self) -> Shape {
        if self.timeout.is_none() { Shape::Plain } else { Shape::Relayed }
    }

    fn begin(&mut self, value: T) {
        let index = self.drawn;
        self.drawn += 1;
        match self.sender.begin(&value, self.shape()) {
            Ok(ticket) => {
                if self.under_way.is_empty() {
                    self.oldest_since = Instant::now();
                }
                self.sender.handle.link.watch(ticket, &self.waiter);
                self.under_way.push_back(Sent { ticket, index, value });
            }
            Err(error) => {
                self.untaken.push(Untaken { index, value, attempts: 0 });
                self.failed(error);
            }
        }
    }

    /// Until one that is under way has ended, or the time of the oldest is over.
    fn wait(&mut self) {
        let link = self.sender.handle.link;
        let tickets: Vec<Ticket> = self.under_way.iter().map(|sent| sent.ticket).collect();
        let is_over = |party: &mut Party| tickets.iter().any(|ticket| party.waits(*ticket).is_none()).then_some(());
        if link.wait_until(&self.waiter, &tickets, self.until(), is_over).is_none()
            && let Some(oldest) = self.under_way.front()
        {
            link.turn(|party| party.recall(oldest.ticket, Why::Time));
            link.wait_until(&self.waiter, &tickets, None, is_over);
        }
    }

    /// When the time of the oldest is over. What was asked back is waited for, however long it takes.
    fn until(&self) -> Option<Instant> {
        let timeout = self.timeout.filter(|_| self.failure.is_none())?;
        self.oldest_since.checked_add(timeout)
    }

    /// What has ended meanwhile.
    fn hear(&mut self) {
        let link = self.sender.handle.link;
        let oldest = self.under_way.front().map(|sent| sent.index);
        let tickets: Vec<Ticket> = self.under_way.iter().map(|sent| sent.ticket).collect();
        let outcomes = link.outcomes(&tickets);
        for (sent, outcome) in std::mem::take(&mut self.under_way).into_iter().zip(outcomes) {
            match outcome {
                None => self.under_way.push_back(sent),
                Some(outcome) => self.ended(sent, outcome),
            }
        }
        if oldest != self.under_way.front().map(|sent| sent.index) {
            self.oldest_since = Instant::now();
        }
        if self.failure.is_some() {
            for sent in self.under_way.iter().rev() {
                link.turn(|party| party.recall(sent.ticket, Why::Time));
            }
        }
    }

    fn ended(&mut self, sent: Sent<T>, outcome: Outcome) {
        let Sent { ticket, index, value } = sent;
        self.sender.handle.link.forget(ticket);
        if let Err(error) = self.sender.ended(outcome, self.timeout.unwrap_or_default()) {
            self.untaken.push(Untaken { index, value, attempts: error.attempts() });
            self.failed(error);
        }
    }

    fn failed(&mut self, error: Error) {
        self.failure.get_or_insert(error);
    }

    fn outcome(mut self) -> Result<usize, NotAllTaken<T>> {
        let Some(error) = self.failure else {
            return Ok(self.drawn);
        };
        self.untaken.sort_by_key(|untaken| untaken.index);
        let (not_taken, maybe_taken) = self.untaken.into_iter().partition(|untaken| untaken.attempts == 0);
        let channel = self.sender.handle.channel.clone();
        Err(NotAllTaken { channel, drawn: self.drawn, not_taken, maybe_taken, error: Box::new(error) })
    }
}
