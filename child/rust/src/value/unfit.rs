//! What a value cannot be, and where in it.

use std::fmt::{self, Display};

/// Why a value cannot travel, or bytes are not the value that code waits for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Unfit {
    /// The innermost step first: it is found on the way out.
    steps: Vec<Step>,
    what: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    Key(String),
    Index(usize),
}

impl Unfit {
    pub fn new(what: impl Into<String>) -> Unfit {
        Unfit { steps: Vec::new(), what: what.into() }
    }

    /// The same, seen from what it is inside of.
    pub fn at_key(mut self, key: &str) -> Unfit {
        self.steps.push(Step::Key(key.to_owned()));
        self
    }

    /// The same, seen from the list that it is in.
    pub fn at_index(mut self, index: usize) -> Unfit {
        self.steps.push(Step::Index(index));
        self
    }

    pub fn what(&self) -> &str {
        &self.what
    }

    /// As code would write it: `$.items[3].when`.
    pub fn path(&self) -> String {
        written(self.steps.iter().rev().cloned())
    }
}

/// Steps from the value itself on, as code would write them.
pub(crate) fn written(steps: impl IntoIterator<Item = Step>) -> String {
    let mut path = String::from("$");
    for step in steps {
        match step {
            Step::Index(index) => path.push_str(&format!("[{index}]")),
            Step::Key(key) if is_name(&key) => path.push_str(&format!(".{key}")),
            Step::Key(key) => path.push_str(&format!("[{key:?}]")),
        }
    }
    path
}

impl Display for Unfit {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}", self.what)?;
        if self.steps.is_empty() { Ok(()) } else { write!(to, " at {}", self.path()) }
    }
}

impl std::error::Error for Unfit {}

impl serde::ser::Error for Unfit {
    fn custom<T: Display>(what: T) -> Unfit {
        Unfit::new(what.to_string())
    }
}

impl serde::de::Error for Unfit {
    fn custom<T: Display>(what: T) -> Unfit {
        Unfit::new(what.to_string())
    }
}

fn is_name(key: &str) -> bool {
    let mut letters = key.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}
