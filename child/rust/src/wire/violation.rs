//! What the supervisor must not say.

use std::fmt;

/// In words, with the bytes that show it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Violation {
    problem: String,
    bytes: Vec<u8>,
}

const MOST_SHOWN: usize = 64;

impl Violation {
    pub fn new(problem: impl Into<String>) -> Violation {
        Violation { problem: problem.into(), bytes: Vec::new() }
    }

    pub fn with(problem: impl Into<String>, bytes: &[u8]) -> Violation {
        Violation { problem: problem.into(), bytes: bytes.to_vec() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.problem)?;
        if self.bytes.is_empty() {
            return Ok(());
        }
        let some = &self.bytes[..self.bytes.len().min(MOST_SHOWN)];
        match std::str::from_utf8(some) {
            Ok(text) if !text.chars().any(char::is_control) => write!(to, ": {text:?}")?,
            _ => {
                let hex: Vec<String> = some.iter().map(|byte| format!("{byte:02x}")).collect();
                write!(to, ": {}", hex.join(" "))?;
            }
        }
        if some.len() < self.bytes.len() { write!(to, " … ({} bytes)", self.bytes.len()) } else { Ok(()) }
    }
}
