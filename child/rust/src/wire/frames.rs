//! Frames: how messages are told apart on a link. See docs/protocol.md, section 2.
//!
//! ```text
//! C1 48 | header length u16 | rest length u32 | header … | value …
//! ```
//!
//! or, of a large value, in pieces (2.6):
//!
//! ```text
//! C1 4C | header length u16 | rest length u32 | transfer u16 | header …
//! C1 50 | transfer u16 | length u32 | piece …
//! ```

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use super::violation::Violation;

pub(crate) const LONGEST_HEADER: usize = 0xffff;
pub(crate) const MOST_TRANSFERS: u16 = 64;

const FRAME: [u8; 2] = [0xc1, 0x48];
const BEGINNING: [u8; 2] = [0xc1, 0x4c];
const PIECE: [u8; 2] = [0xc1, 0x50];
const PRELUDE: usize = 8;

/// A message as it came.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Frame {
    pub header: Vec<u8>,
    pub value: Vec<u8>,
    pub form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Form {
    Whole,
    InPieces,
}

/// Writes a whole frame. The header must not be longer than `LONGEST_HEADER`.
pub(crate) fn write_frame(header: &[u8], values: &[Arc<Vec<u8>>], out: &mut Vec<u8>) {
    let length: usize = values.iter().map(|value| value.len()).sum();
    write_prelude(FRAME, header.len() as u16, header.len() + length, out);
    out.extend(header);
    for value in values {
        out.extend(value.as_slice());
    }
}

/// Writes what precedes the pieces of a value of so many bytes.
pub(crate) fn write_beginning(header: &[u8], length: usize, transfer: u16, out: &mut Vec<u8>) {
    write_prelude(BEGINNING, header.len() as u16, header.len() + length, out);
    out.extend(transfer.to_be_bytes());
    out.extend(header);
}

pub(crate) fn write_piece(transfer: u16, piece: &[u8], out: &mut Vec<u8>) {
    write_prelude(PIECE, transfer, piece.len(), out);
    out.extend(piece);
}

fn write_prelude(magic: [u8; 2], short: u16, long: usize, out: &mut Vec<u8>) {
    out.extend(magic);
    out.extend(short.to_be_bytes());
    out.extend((long as u32).to_be_bytes());
}

/// Bytes in, however they were cut; frames out, each when it is complete.
#[derive(Debug, Default)]
pub(crate) struct FrameReader {
    bytes: Vec<u8>,
    /// How many of them were read already.
    at: usize,
    transfers: Transfers,
}

impl FrameReader {
    pub fn feed(&mut self, chunk: &[u8]) {
        self.bytes.drain(..self.at);
        self.at = 0;
        self.bytes.extend(chunk);
    }

    /// The next frame that is complete; `None` until more bytes have come.
    pub fn next(&mut self) -> Result<Option<Frame>, Violation> {
        loop {
            let left = &self.bytes[self.at..];
            let Some(length) = length_of(left)? else {
                return Ok(None);
            };
            let Some(unit) = left.get(..length) else {
                // It will be this long: one move instead of many.
                let missing = length - left.len();
                self.bytes.reserve(missing);
                return Ok(None);
            };
            self.at += length;
            let (prelude, body) = unit.split_at(PRELUDE);
            let (magic, short, rest) = prelude_of(prelude);
            match magic {
                FRAME => {
                    let (header, value) = body.split_at(short.into());
                    return Ok(Some(Frame { header: header.to_vec(), value: value.to_vec(), form: Form::Whole }));
                }
                BEGINNING => {
                    let (transfer, header) = body.split_at(2);
                    let transfer = u16::from_be_bytes([transfer[0], transfer[1]]);
                    self.transfers.begin(transfer, header, rest - header.len())?;
                }
                _ => {
                    if let Some(frame) = self.transfers.add(short, body)? {
                        return Ok(Some(frame));
                    }
                }
            }
        }
    }
}

/// How many bytes the frame, beginning or piece has that begins here; `None` where that is not known yet.
fn length_of(left: &[u8]) -> Result<Option<usize>, Violation> {
    let head = &left[..left.len().min(PRELUDE)];
    let known = &head[..head.len().min(2)];
    if ![FRAME, BEGINNING, PIECE].iter().any(|magic| magic.starts_with(known)) {
        return Err(Violation::with("expected a frame (it starts with C1 48), but the link said", head));
    }
    if head.len() < PRELUDE {
        return Ok(None);
    }
    let (magic, short, rest) = prelude_of(head);
    if magic == PIECE {
        return Ok(Some(PRELUDE + rest));
    }
    if short == 0 || rest < usize::from(short) {
        let problem = format!("a frame cannot have a header of {short} bytes and {rest} in all");
        return Err(Violation::with(problem, head));
    }
    Ok(Some(PRELUDE + if magic == BEGINNING { 2 + usize::from(short) } else { rest }))
}

/// The values that come in pieces, by their numbers.
#[derive(Debug, Default)]
struct Transfers {
    coming: HashMap<u16, Transfer>,
}

#[derive(Debug)]
struct Transfer {
    header: Vec<u8>,
    length: usize,
    value: Vec<u8>,
}

impl Transfers {
    fn begin(&mut self, transfer: u16, header: &[u8], length: usize) -> Result<(), Violation> {
        if transfer >= MOST_TRANSFERS {
            let problem = format!("transfer {transfer} is none of the {MOST_TRANSFERS} that a link can have at once");
            return Err(Violation::new(problem));
        }
        if length == 0 {
            return Err(Violation::new(format!("transfer {transfer} began without a value")));
        }
        match self.coming.entry(transfer) {
            Entry::Occupied(_) => Err(Violation::new(format!("transfer {transfer} began amid transfer {transfer}"))),
            Entry::Vacant(free) => {
                free.insert(Transfer { header: header.to_vec(), length, value: Vec::new() });
                Ok(())
            }
        }
    }

    fn add(&mut self, transfer: u16, piece: &[u8]) -> Result<Option<Frame>, Violation> {
        let Some(coming) = self.coming.get_mut(&transfer) else {
            return Err(Violation::new(format!("a piece came of transfer {transfer}, which had not begun")));
        };
        let left = coming.length - coming.value.len();
        if piece.is_empty() || piece.len() > left {
            let length = piece.len();
            return Err(Violation::new(format!(
                "a piece of {length} bytes came of transfer {transfer}, of which {left} were to come"
            )));
        }
        coming.value.extend(piece);
        if piece.len() < left {
            return Ok(None);
        }
        let complete = self.coming.remove(&transfer);
        Ok(complete.map(|Transfer { header, value, .. }| Frame { header, value, form: Form::InPieces }))
    }
}

/// The magic, the short number and the long one.
fn prelude_of(unit: &[u8]) -> ([u8; 2], u16, usize) {
    let long = u32::from_be_bytes([unit[4], unit[5], unit[6], unit[7]]);
    ([unit[0], unit[1]], u16::from_be_bytes([unit[2], unit[3]]), long as usize)
}
