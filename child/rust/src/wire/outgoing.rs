//! Words on their way out of this process. See docs/protocol.md, 2.6 and 2.7.
//!
//! A long word leaves in pieces, and others between them. Each *concerns* some ends and operations: it stays behind each
//! one before it that has not left and that concerns one of the same. All others overtake.
//!
//! | a word that waits is | meaning                                                         | then                        |
//! | -------------------- | --------------------------------------------------------------- | --------------------------- |
//! | `Behind`             | one before it concerns what it concerns                         | `Ready`; a short one leaves |
//! | `Ready`              | long: it begins when all short ones that were said before left  | `Going`                     |
//! | `Going`              | long: it has a number, and its pieces leave in turn with others | it has left                 |

use std::sync::Arc;

use super::frames::{MOST_TRANSFERS, write_beginning, write_frame, write_piece};
use super::words::Word;

/// In bytes. A value that is longer leaves in pieces.
pub(crate) const PIECE_LENGTH: usize = 65_536;

#[derive(Debug, Default)]
pub(crate) struct Outgoing {
    /// What leaves before the next piece.
    short: Vec<u8>,
    /// What leaves later, as it was said.
    waiting: Vec<Waiting>,
    /// Whose piece is the next one's, among those that are going.
    turn: u16,
}

#[derive(Debug)]
struct Waiting {
    word: Word,
    state: State,
}

#[derive(Debug)]
enum State {
    Behind,
    Ready,
    Going { transfer: u16, value: Arc<Vec<u8>>, left: usize },
}

impl Outgoing {
    pub fn say(&mut self, word: Word) {
        let is_behind = self
            .waiting
            .iter()
            .any(|before| before.word.concerns.iter().any(|concern| word.concerns.contains(concern)));
        if is_behind {
            self.waiting.push(Waiting { word, state: State::Behind });
        } else if word.length() > PIECE_LENGTH {
            self.waiting.push(Waiting { word, state: State::Ready });
        } else {
            write_frame(&word.header, &word.values, &mut self.short);
        }
    }

    /// Whether something is to be written that need not wait for a piece.
    pub fn has_short(&self) -> bool {
        !self.short.is_empty()
    }

    /// Whether pieces of large values are still to leave, or what has to stay behind them.
    pub fn has_pieces(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// All that leaves before the next piece.
    pub fn take_short(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.short)
    }

    /// The same, and one piece.
    pub fn take_next(&mut self) -> Vec<u8> {
        let mut lot = self.take_short();
        self.begin(&mut lot);
        self.write_piece(&mut lot);
        lot
    }

    /// Whoever is ready gets a number, for as long as there are some.
    fn begin(&mut self, lot: &mut Vec<u8>) {
        let mut free: Vec<u16> = (0..MOST_TRANSFERS).rev().filter(|number| !self.is_going(*number)).collect();
        for Waiting { word, state } in &mut self.waiting {
            if matches!(state, State::Ready)
                && let Some(transfer) = free.pop()
            {
                let value = match word.values.as_slice() {
                    [one] => Arc::clone(one),
                    several => Arc::new(several.iter().flat_map(|value| value.iter().copied()).collect()),
                };
                word.values.clear();
                write_beginning(&word.header, value.len(), transfer, lot);
                *state = State::Going { transfer, left: value.len(), value };
            }
        }
    }

    fn is_going(&self, number: u16) -> bool {
        self.waiting.iter().any(|one| matches!(one.state, State::Going { transfer, .. } if transfer == number))
    }

    /// Of each that is going, in turn.
    fn write_piece(&mut self, lot: &mut Vec<u8>) {
        let going = |(at, one): (usize, &Waiting)| match one.state {
            State::Going { transfer, .. } => Some((transfer, at)),
            _ => None,
        };
        let numbered: Vec<(u16, usize)> = self.waiting.iter().enumerate().filter_map(going).collect();
        let after = numbered.iter().filter(|(transfer, _)| *transfer >= self.turn).min();
        let Some((transfer, at)) = after.or(numbered.iter().min()).copied() else {
            return;
        };
        self.turn = transfer + 1;
        let State::Going { value, left, .. } = &mut self.waiting[at].state else {
            return;
        };
        let start = value.len() - *left;
        let piece = &value[start..start + PIECE_LENGTH.min(*left)];
        write_piece(transfer, piece, lot);
        *left -= piece.len();
        if *left == 0 {
            self.waiting.remove(at);
            self.release();
        }
    }

    /// One is no more: what stayed behind it alone leaves, or may begin.
    fn release(&mut self) {
        for waiting in std::mem::take(&mut self.waiting) {
            match waiting.state {
                State::Behind => self.say(waiting.word),
                _ => self.waiting.push(waiting),
            }
        }
    }
}
