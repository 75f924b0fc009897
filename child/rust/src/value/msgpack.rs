//! The forms of plain msgpack: each one read, in all its sizes, and the shortest written.

use super::moment::Moment;
use super::unfit::Unfit;

const TIMESTAMP: u8 = 0xff;
const END: u8 = 0x01;
const TOO_EARLY: &str = "it ends too early";

/// One value, or the beginning of a list or a map, whose elements are the tokens that follow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Token<'a> {
    Nil,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(&'a str),
    Bytes(&'a [u8]),
    List(usize),
    Map(usize),
    Moment(Moment),
    /// An end of a channel, by its place in the list of those that the value carries.
    End(u8),
}

impl Token<'_> {
    /// For a sentence that says what came instead of something else.
    pub fn in_words(&self) -> &'static str {
        match self {
            Token::Nil => "nil",
            Token::Bool(_) => "a bool",
            Token::Int(_) => "an integer",
            Token::Float(_) => "a float",
            Token::Text(_) => "a text",
            Token::Bytes(_) => "bytes",
            Token::List(_) => "a list",
            Token::Map(_) => "a map",
            Token::Moment(_) => "a moment",
            Token::End(_) => "an end of a channel",
        }
    }
}

/// Reads tokens, one after the other.
#[derive(Debug, Clone)]
pub(crate) struct Tokens<'a> {
    left: &'a [u8],
}

impl<'a> Tokens<'a> {
    pub fn of(bytes: &'a [u8]) -> Tokens<'a> {
        Tokens { left: bytes }
    }

    /// How many bytes were not read yet.
    pub fn left(&self) -> usize {
        self.left.len()
    }

    pub fn next(&mut self) -> Result<Token<'a>, Unfit> {
        let code = self.unsigned(1)? as u8;
        Ok(match code {
            0x00..=0x7f => Token::Int(code.into()),
            0x80..=0x8f => self.map(u64::from(code & 0x0f))?,
            0x90..=0x9f => self.list(u64::from(code & 0x0f))?,
            0xa0..=0xbf => self.text(u64::from(code & 0x1f))?,
            0xc0 => Token::Nil,
            0xc2 => Token::Bool(false),
            0xc3 => Token::Bool(true),
            0xc4..=0xc6 => {
                let length = self.unsigned(1 << (code - 0xc4))?;
                Token::Bytes(self.take(length)?)
            }
            0xca => Token::Float(f32::from_bits(self.unsigned(4)? as u32).into()),
            0xcb => Token::Float(f64::from_bits(self.unsigned(8)?)),
            0xcc..=0xcf => Token::Int(self.unsigned(1 << (code - 0xcc))?.into()),
            0xd0 => Token::Int((self.unsigned(1)? as i8).into()),
            0xd1 => Token::Int((self.unsigned(2)? as i16).into()),
            0xd2 => Token::Int((self.unsigned(4)? as i32).into()),
            0xd3 => Token::Int((self.unsigned(8)? as i64).into()),
            0xd4 => self.end()?,
            0xd6 => self.moment(4)?,
            0xd7 => self.moment(8)?,
            0xc7 => match self.unsigned(1)? {
                12 => self.moment(12)?,
                length => return Err(Unfit::new(format!("there is no extension of {length} bytes"))),
            },
            0xd9..=0xdb => {
                let length = self.unsigned(1 << (code - 0xd9))?;
                self.text(length)?
            }
            0xdc | 0xdd => {
                let count = self.unsigned(2 << (code - 0xdc))?;
                self.list(count)?
            }
            0xde | 0xdf => {
                let count = self.unsigned(2 << (code - 0xde))?;
                self.map(count)?
            }
            0xe0..=0xff => Token::Int((code as i8).into()),
            0xc1 | 0xc8 | 0xc9 | 0xd5 | 0xd8 => {
                return Err(Unfit::new(format!("there is no such thing as {code:02x} in plain msgpack")));
            }
        })
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8], Unfit> {
        let (taken, left) = usize::try_from(length)
            .ok()
            .and_then(|length| self.left.split_at_checked(length))
            .ok_or_else(|| Unfit::new(TOO_EARLY))?;
        self.left = left;
        Ok(taken)
    }

    fn unsigned(&mut self, size: u64) -> Result<u64, Unfit> {
        Ok(self.take(size)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn text(&mut self, length: u64) -> Result<Token<'a>, Unfit> {
        match std::str::from_utf8(self.take(length)?) {
            Ok(text) => Ok(Token::Text(text)),
            Err(error) => Err(Unfit::new(format!("a text is not UTF-8 ({error})"))),
        }
    }

    fn list(&self, count: u64) -> Result<Token<'a>, Unfit> {
        Ok(Token::List(self.holds(count, 1)?))
    }

    fn map(&self, count: u64) -> Result<Token<'a>, Unfit> {
        Ok(Token::Map(self.holds(count, 2)?))
    }

    /// Each element has a byte at least: a length that lies takes no memory.
    fn holds(&self, count: u64, each: u64) -> Result<usize, Unfit> {
        if count * each > self.left.len() as u64 {
            return Err(Unfit::new(TOO_EARLY));
        }
        Ok(count as usize)
    }

    fn moment(&mut self, length: u64) -> Result<Token<'a>, Unfit> {
        let kind = self.unsigned(1)? as u8;
        if kind != TIMESTAMP {
            return Err(Unfit::new(format!("there is no extension of type {} with {length} bytes", kind as i8)));
        }
        let (seconds, nanoseconds) = match length {
            4 => (self.unsigned(4)? as i64, 0),
            8 => {
                let both = self.unsigned(8)?;
                ((both & ((1 << 34) - 1)) as i64, both >> 34)
            }
            _ => {
                let nanoseconds = self.unsigned(4)?;
                (self.unsigned(8)? as i64, nanoseconds)
            }
        };
        Moment::checked(seconds, nanoseconds)
            .map(Token::Moment)
            .ok_or_else(|| Unfit::new(format!("a moment with {nanoseconds} nanoseconds")))
    }

    fn end(&mut self) -> Result<Token<'a>, Unfit> {
        match (self.unsigned(1)? as u8, self.unsigned(1)?) {
            (END, place) => Ok(Token::End(place as u8)),
            (kind, _) => Err(Unfit::new(format!("there is no extension of type {} with 1 byte", kind as i8))),
        }
    }
}

// ── written ─────────────────────────────────────────────────────────────────────────────────────────────────────────

pub(crate) fn write_nil(out: &mut Vec<u8>) {
    out.push(0xc0);
}

pub(crate) fn write_bool(value: bool, out: &mut Vec<u8>) {
    out.push(if value { 0xc3 } else { 0xc2 });
}

/// False: it has more than 64 bits.
pub(crate) fn write_int(number: i128, out: &mut Vec<u8>) -> bool {
    if let Ok(number) = u64::try_from(number) {
        write_uint(number, out);
    } else if let Ok(number) = i64::try_from(number) {
        write_negative(number, out);
    } else {
        return false;
    }
    true
}

pub(crate) fn write_uint(number: u64, out: &mut Vec<u8>) {
    match number {
        0..0x80 => out.push(number as u8),
        0x80..0x100 => out.extend([0xcc, number as u8]),
        0x100..0x1_0000 => {
            out.push(0xcd);
            out.extend((number as u16).to_be_bytes());
        }
        0x1_0000..0x1_0000_0000 => {
            out.push(0xce);
            out.extend((number as u32).to_be_bytes());
        }
        _ => {
            out.push(0xcf);
            out.extend(number.to_be_bytes());
        }
    }
}

fn write_negative(number: i64, out: &mut Vec<u8>) {
    if number >= -32 {
        out.push(number as u8);
    } else if let Ok(number) = i8::try_from(number) {
        out.extend([0xd0, number as u8]);
    } else if let Ok(number) = i16::try_from(number) {
        out.push(0xd1);
        out.extend(number.to_be_bytes());
    } else if let Ok(number) = i32::try_from(number) {
        out.push(0xd2);
        out.extend(number.to_be_bytes());
    } else {
        out.push(0xd3);
        out.extend(number.to_be_bytes());
    }
}

pub(crate) fn write_f32(number: f32, out: &mut Vec<u8>) {
    out.push(0xca);
    out.extend(number.to_be_bytes());
}

pub(crate) fn write_f64(number: f64, out: &mut Vec<u8>) {
    out.push(0xcb);
    out.extend(number.to_be_bytes());
}

pub(crate) fn write_text(text: &str, out: &mut Vec<u8>) {
    match text.len() {
        length @ 0..32 => out.push(0xa0 | length as u8),
        length => write_length(length, [0xd9, 0xda, 0xdb], out),
    }
    out.extend(text.as_bytes());
}

pub(crate) fn write_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    write_length(bytes.len(), [0xc4, 0xc5, 0xc6], out);
    out.extend(bytes);
}

/// The beginning of a list; its elements follow.
pub(crate) fn write_list(count: usize, out: &mut Vec<u8>) {
    write_count(count, 0x90, 0xdc, out);
}

/// The beginning of a map; each key and each value follow.
pub(crate) fn write_map(count: usize, out: &mut Vec<u8>) {
    write_count(count, 0x80, 0xde, out);
}

pub(crate) fn write_moment(moment: Moment, out: &mut Vec<u8>) {
    let (seconds, nanoseconds) = (moment.seconds(), moment.nanoseconds());
    match u64::try_from(seconds) {
        Ok(seconds) if seconds < 1 << 34 => {
            let both = u64::from(nanoseconds) << 34 | seconds;
            if let Ok(short) = u32::try_from(both) {
                out.extend([0xd6, TIMESTAMP]);
                out.extend(short.to_be_bytes());
            } else {
                out.extend([0xd7, TIMESTAMP]);
                out.extend(both.to_be_bytes());
            }
        }
        _ => {
            out.extend([0xc7, 12, TIMESTAMP]);
            out.extend(nanoseconds.to_be_bytes());
            out.extend(seconds.to_be_bytes());
        }
    }
}

pub(crate) fn write_end(place: u8, out: &mut Vec<u8>) {
    out.extend([0xd4, END, place]);
}

/// More than 4 GiB are refused before, by the limit for one value.
fn write_length(length: usize, [short, middle, long]: [u8; 3], out: &mut Vec<u8>) {
    if let Ok(length) = u8::try_from(length) {
        out.extend([short, length]);
    } else if let Ok(length) = u16::try_from(length) {
        out.push(middle);
        out.extend(length.to_be_bytes());
    } else {
        out.push(long);
        out.extend((length as u32).to_be_bytes());
    }
}

fn write_count(count: usize, fixed: u8, code: u8, out: &mut Vec<u8>) {
    if count < 16 {
        out.push(fixed | count as u8);
    } else if let Ok(count) = u16::try_from(count) {
        out.push(code);
        out.extend(count.to_be_bytes());
    } else {
        out.push(code + 1);
        out.extend((count as u32).to_be_bytes());
    }
}
