//! Senders and Receivers, as the party knows them: copies of an end, each closed by itself. Inside a value a copy leaves
//! its holder, and is back when the value is.

use std::sync::Arc;

use super::end::{EndKey, EndState};
use super::operation::{NotBegun, Wanted, Why};
use super::{Party, Phase};
use crate::errors::Side;
use crate::wire::messages::{PassedEnd, Restart};
use crate::wire::words;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct CopyKey(pub u64);

/// | state        | meaning                                                                     |
/// | ------------ | --------------------------------------------------------------------------- |
/// | `Open`       | it may be used                                                              |
/// | `Travelling` | it is inside a value that was not taken yet: `Moved` soon, or `Open` again  |
/// | `Unwanted`   | the same, but nobody holds it any more: `Closed` if it comes back           |
/// | `Closed`     | it was closed here, or was never open in this process                       |
/// | `Moved`      | it was given away                                                           |
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum CopyState {
    Open,
    Travelling,
    Unwanted,
    Closed,
    Moved,
}

#[derive(Debug)]
pub(crate) struct Copy {
    pub end: EndKey,
    pub state: CopyState,
    /// To whom it was given, in words.
    pub owner: Arc<str>,
}

impl Party {
    pub fn has_copy(&self, copy: CopyKey) -> bool {
        self.copies.contains_key(&copy)
    }

    /// Why this guard cannot begin, whatever the others are.
    pub fn obstacle(&self, wanted: &Wanted) -> Option<NotBegun> {
        let cargo = wanted.load.iter().flat_map(|load| &load.cargo);
        let unfit = || cargo.filter_map(|copy| self.unfit(*copy)).next();
        let end = match self.usable(wanted.copy) {
            Ok(end) => &self.ends[&end],
            Err(unusable) => return Some(unusable),
        };
        let breach = || end.contract.as_ref()?.breach(&wanted.load.as_ref()?.value);
        unfit().map(|what| NotBegun::Unfit { what }).or_else(|| breach().map(NotBegun::Breach))
    }

    /// One more of the same channel. Of one that cannot be used, another one.
    pub fn clone_copy(&mut self, copy: CopyKey) -> CopyKey {
        let Copy { end, state, owner } = &self.copies[&copy];
        let (end, state, owner) = (*end, *state, Arc::clone(owner));
        let clone = self.add_copy(end);
        if state != CopyState::Open {
            self.close_copy(clone);
            let clone = self.copies.get_mut(&clone).expect("it was just added");
            clone.state = if state == CopyState::Closed { CopyState::Closed } else { CopyState::Moved };
            clone.owner = owner;
        }
        clone
    }

    /// Its code gives it up, and forgets it.
    pub fn close(&mut self, copy: CopyKey) {
        let Some(Copy { end, state, .. }) = self.copies.get_mut(&copy) else {
            return;
        };
        if *state == CopyState::Travelling {
            *state = CopyState::Unwanted;
            return;
        }
        let end = *end;
        self.close_copy(copy);
        self.copies.remove(&copy);
        self.ends_mut(end).holders -= 1;
        self.forget(end);
    }

    /// Its code has lost it from sight, which says less: what a stage was given stays with it for as long as another
    /// process may go on with it.
    pub fn drop_copy(&mut self, copy: CopyKey) {
        let Some(Copy { end, state, .. }) = self.copies.get(&copy) else {
            return;
        };
        let is_open = *state == CopyState::Open;
        let may_be_followed = self.settings.restart != Restart::Never || self.phase == Phase::Retiring;
        if !(is_open && may_be_followed && self.ends[end].is_named) {
            self.close(copy);
        }
    }

    /// The end of a copy that can be used.
    pub(super) fn usable(&self, copy: CopyKey) -> Result<EndKey, NotBegun> {
        let Copy { end, state, owner } = &self.copies[&copy];
        match state {
            CopyState::Open if self.ends[end].state == EndState::Open => Ok(*end),
            CopyState::Open | CopyState::Closed => {
                Err(if self.phase == Phase::Leaving { NotBegun::Stopped } else { NotBegun::Closed })
            }
            _ => Err(NotBegun::Moved { owner: Arc::clone(owner), side: self.ends[end].side }),
        }
    }

    /// Why it cannot go with a value, in words.
    pub(super) fn unfit(&self, copy: CopyKey) -> Option<String> {
        let Copy { end, state, owner } = &self.copies[&copy];
        let end = &self.ends[end];
        let what = format!("the {} of {:?}", end.side.word(), end.channel);
        match state {
            CopyState::Open => None,
            CopyState::Closed | CopyState::Unwanted => Some(format!("{what}, which was closed here")),
            _ => Some(format!("{what}, which was given to {owner} (send a clone() instead)")),
        }
    }

    pub(super) fn add_copy(&mut self, end: EndKey) -> CopyKey {
        let key = CopyKey(self.next_key());
        let is_open = self.ends[&end].state == EndState::Open;
        let holder = self.ends_mut(end);
        holder.holders += 1;
        holder.copies += usize::from(is_open);
        let state = if is_open { CopyState::Open } else { CopyState::Closed };
        self.copies.insert(key, Copy { end, state, owner: "".into() });
        key
    }

    /// What the code gets for the ends that a value carries.
    pub(super) fn arriving(&mut self, ends: Vec<PassedEnd>) -> Vec<(CopyKey, Side, Arc<str>)> {
        let arrived = ends.into_iter().map(|PassedEnd { end, side, channel, .. }| {
            let key = self.add_end(end, side, Arc::clone(&channel));
            let contract = self.contracts.remove(&end);
            self.bind(key, contract.as_deref());
            (self.add_copy(key), side, channel)
        });
        arrived.collect()
    }

    /// Nobody is left to whom they could be given.
    pub(super) fn decline(&mut self, ends: &[PassedEnd]) {
        for passed in ends {
            self.contracts.remove(&passed.end);
            self.say(words::close(passed.end));
        }
    }

    // ── on the way ──────────────────────────────────────────────────────────────────────────────────────────────────

    /// Its value is on its way: it cannot be used here. What waits on the last one comes back, for its code cannot go on
    /// with it.
    pub(super) fn depart(&mut self, copy: CopyKey, to: Arc<str>) {
        let Some(departing) = self.copies.get_mut(&copy).filter(|copy| copy.state == CopyState::Open) else {
            return;
        };
        departing.state = CopyState::Travelling;
        departing.owner = Arc::clone(&to);
        let end = departing.end;
        self.ends_mut(end).travelling += 1;
        if !self.ends[&end].is_in_use() {
            self.recall_on(end, &Why::Moved { owner: to, side: self.ends[&end].side });
            self.leave_directly(end);
        }
    }

    /// Its value was taken: it is somebody else's now.
    pub(super) fn arrive(&mut self, copy: CopyKey) {
        if let Some(end) = self.end_journey(copy, CopyState::Moved) {
            self.ends_mut(end).copies -= 1;
            if self.ends[&end].copies == 0 {
                self.close_end(end);
            }
            self.left(end);
        }
    }

    /// Its value is back, and it can be used again.
    pub(super) fn come_back(&mut self, copy: CopyKey) {
        let is_unwanted = self.copies.get(&copy).is_some_and(|copy| copy.state == CopyState::Unwanted);
        if let Some(end) = self.end_journey(copy, CopyState::Open) {
            if is_unwanted {
                self.close(copy);
            } else {
                self.left(end);
            }
        }
    }

    fn end_journey(&mut self, copy: CopyKey, state: CopyState) -> Option<EndKey> {
        let journeying = self.copies.get_mut(&copy)?;
        let was = journeying.state;
        if !matches!(was, CopyState::Travelling | CopyState::Unwanted) {
            return None;
        }
        journeying.state = state;
        let end = journeying.end;
        self.ends_mut(end).travelling -= 1;
        if was == CopyState::Unwanted && state == CopyState::Moved {
            self.copies.remove(&copy);
            self.ends_mut(end).holders -= 1;
        }
        Some(end)
    }

    /// With its last copy, the end is closed.
    fn close_copy(&mut self, copy: CopyKey) {
        let Some(closing) = self.copies.get_mut(&copy).filter(|copy| copy.state == CopyState::Open) else {
            return;
        };
        closing.state = CopyState::Closed;
        let end = closing.end;
        self.ends_mut(end).copies -= 1;
        if self.ends[&end].copies == 0 {
            self.close_end(end);
        }
    }

    pub(super) fn forget(&mut self, end: EndKey) {
        if self.ends.get(&end).is_some_and(super::End::is_forgotten) && !self.paths.contains_key(&end) {
            self.ends.remove(&end);
        }
    }
}
