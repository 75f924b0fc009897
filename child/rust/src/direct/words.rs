//! What is said on a direct link, in bytes (14.4).

pub(super) const TAKEN: u8 = 0;
const REFUSED: u8 = 1;
/// In bytes.
const LONGEST_WHY: usize = 4_000;

/// What precedes a value.
pub(crate) fn length_of(value: &[u8]) -> [u8; 4] {
    (value.len() as u32).to_be_bytes()
}

/// That the oldest unanswered value is none that this process can hold.
pub(super) fn refused(why: &str) -> Vec<u8> {
    let why = cut(why, LONGEST_WHY);
    let mut said = vec![REFUSED];
    said.extend((why.len() as u16).to_be_bytes());
    said.extend(why.as_bytes());
    said
}

/// The beginning of a text that is too long.
fn cut(text: &str, longest: usize) -> &str {
    let end = (0..=longest.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    &text[..end.unwrap_or(0)]
}

/// Whether what was read is what the other side may say. After nonsense nothing is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Read {
    Sense,
    Nonsense,
}

/// Finds the values in what a sender says.
#[derive(Debug, Default)]
pub(super) struct ValueReader {
    length: Vec<u8>,
    /// The value that has begun, and how many bytes of it are to come.
    value: Option<(Vec<u8>, usize)>,
}

impl ValueReader {
    /// Each value that is complete; none may have more than so many bytes.
    pub fn read(&mut self, mut chunk: &[u8], longest: u64, values: &mut Vec<Vec<u8>>) -> Read {
        while !chunk.is_empty() {
            let (mut value, left) = match self.value.take() {
                Some(begun) => begun,
                None => {
                    let (some, others) = chunk.split_at(chunk.len().min(4 - self.length.len()));
                    chunk = others;
                    self.length.extend(some);
                    let Ok(length) = <[u8; 4]>::try_from(self.length.as_slice()) else {
                        return Read::Sense;
                    };
                    self.length.clear();
                    let length = u32::from_be_bytes(length);
                    if u64::from(length) > longest {
                        return Read::Nonsense;
                    }
                    (Vec::with_capacity(length as usize), length as usize)
                }
            };
            let (some, others) = chunk.split_at(chunk.len().min(left));
            chunk = others;
            value.extend(some);
            if some.len() == left {
                values.push(value);
            } else {
                self.value = Some((value, left - some.len()));
            }
        }
        Read::Sense
    }
}

/// What a receiver says of the oldest value that it has not answered.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Answer {
    Taken,
    Refused(String),
}

/// Finds the answers in what a receiver says.
#[derive(Debug, Default)]
pub(super) struct AnswerReader {
    /// Of a refusal that has begun.
    begun: Vec<u8>,
}

impl AnswerReader {
    pub fn read(&mut self, chunk: &[u8], answers: &mut Vec<Answer>) -> Read {
        for byte in chunk {
            match (self.begun.is_empty(), *byte) {
                (true, TAKEN) => answers.push(Answer::Taken),
                (true, byte) if byte != REFUSED => return Read::Nonsense,
                (_, byte) => {
                    self.begun.push(byte);
                    if let [_, high, low, why @ ..] = self.begun.as_slice()
                        && why.len() == usize::from(u16::from_be_bytes([*high, *low]))
                    {
                        answers.push(Answer::Refused(String::from_utf8_lossy(why).into_owned()));
                        self.begun.clear();
                    }
                }
            }
        }
        Read::Sense
    }
}
