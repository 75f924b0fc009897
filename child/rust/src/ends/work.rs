use std::fmt;
use std::ops::{Deref, DerefMut};

use crate::link::Link;
use crate::party::Verdict;

/// A value in hand, whose sender waits for what becomes of it.
///
/// As with a transaction, only [`taken`](Work::taken) says that it is done. A `Work` that is dropped without a word, by
/// an early return, a `?` or a panic, has failed: that is said by the next operation of the process, or a tenth of a
/// second later; where the process ends before, the reason is how it ended. The value then goes back to its old place
/// in line, and the attempt is counted. If the process dies with it in hand, the same holds.
///
/// It is the value: `work.field` and `&work` reach it.
#[must_use = "a value in hand that is dropped without a word has failed: say work.taken()"]
pub struct Work<T> {
    /// The value itself, until it is handed out.
    value: Option<T>,
    /// What is to be said about it, once.
    held: Option<Held>,
    attempt: u64,
}

struct Held {
    link: &'static Link,
    op: u64,
}

impl Held {
    fn settle(self, verdict: Verdict) {
        self.link.turn(|party| party.settle(self.op, verdict));
    }
}

impl<T> Work<T> {
    pub(crate) fn new(link: &'static Link, op: u64, value: T, attempt: u64) -> Work<T> {
        Work { value: Some(value), held: Some(Held { link, op }), attempt }
    }

    /// 1 at first, one more for each attempt that failed. Above 1, some of the work may have been done before.
    pub fn attempt(&self) -> u64 {
        self.attempt
    }

    /// It is done: releases the sender. The value, with the ends inside it, is this code's own now.
    pub fn taken(mut self) -> T {
        self.settle(Verdict::Taken)
    }

    /// Back to its old place in line, as if nothing had been: no attempt is counted.
    pub fn give_back(mut self) {
        self.settle(Verdict::Returned);
    }

    /// Back to its old place in line, and the attempt has failed.
    ///
    /// After as many as the channel allows the value becomes a dead letter; where there are none, its send fails with
    /// `Lost`. `why` is for people: an error, or a sentence; the first 4,000 characters of it.
    pub fn fail(mut self, why: impl fmt::Display) {
        let why = why.to_string();
        self.settle(Verdict::Failed(why));
    }

    /// Does the work, and says what became of it: `Ok` is taken, `Err` has failed with that error as the reason, and so
    /// has a panic.
    ///
    /// # Errors
    /// That of the body.
    pub fn perform<R, E: fmt::Display>(self, body: impl FnOnce(&T) -> Result<R, E>) -> Result<R, E> {
        match body(&self) {
            Ok(result) => {
                self.taken();
                Ok(result)
            }
            Err(error) => {
                self.fail(&error);
                Err(error)
            }
        }
    }

    fn settle(&mut self, verdict: Verdict) -> T {
        if let Some(held) = self.held.take() {
            held.settle(verdict);
        }
        self.value.take().expect("a work is settled once, by a method that consumes it")
    }
}

impl<T> Deref for Work<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.as_ref().expect("the value is there until its work is settled")
    }
}

impl<T> DerefMut for Work<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.value.as_mut().expect("the value is there until its work is settled")
    }
}

impl<T> Drop for Work<T> {
    fn drop(&mut self) {
        if let Some(Held { link, op }) = self.held.take() {
            link.abandon(op);
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for Work<T> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Work").field("value", &self.value).field("attempt", &self.attempt).finish()
    }
}
