//! Contracts of channels: JSON Schemas that each value meets before it is sent.
//!
//! What checks them is the crate `handover-contracts`, so that a stage without contracts depends on nothing. It calls
//! [`check_with`]; a checker of your own may do so, too.

use std::fmt;
use std::sync::OnceLock;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::value::{self, Bytes, Step, Value};

/// A schema, ready to check values: where one does not meet it, or `None`.
///
/// The values have no bytes, moments, ends, NaN and infinities: JSON has no word for these. In their place stands one of
/// each type of JSON, and the checker is asked for each (15.4 of the protocol).
pub type Check = Box<dyn Fn(&Value) -> Option<Unmet> + Send + Sync>;

/// Makes a check of a JSON Schema, draft 2020-12. The error says why that cannot be.
pub type Compile = fn(schema: &str) -> Result<Check, String>;

/// What a value does not meet.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Unmet {
    /// Where in the value: `$.lines[1].price`.
    pub path: String,
    /// What was expected there.
    pub expected: String,
}

impl Unmet {
    /// At the value itself.
    pub fn new(expected: impl Into<String>) -> Unmet {
        Unmet { path: "$".to_owned(), expected: expected.into() }
    }

    /// What the keys and places lead to from there.
    pub fn at<'a>(self, steps: impl IntoIterator<Item = At<'a>>) -> Unmet {
        let steps = steps.into_iter().map(|step| match step {
            At::Key(key) => Step::Key(key.to_owned()),
            At::Index(index) => Step::Index(index),
        });
        Unmet { path: value::written(steps), ..self }
    }
}

/// A step into a value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum At<'a> {
    /// Of a map.
    Key(&'a str),
    /// Of a list.
    Index(usize),
}

static COMPILE: OnceLock<Compile> = OnceLock::new();

/// This process checks what it sends against the contracts of its channels. Call it first of all in `main`: that it can is
/// said with the first word to the supervisor. Whoever is first, counts.
pub fn check_with(compile: Compile) {
    COMPILE.get_or_init(|| compile);
}

/// Whether anything checks contracts here.
pub(crate) fn are_checked() -> bool {
    COMPILE.get().is_some()
}

/// That of one channel. What checks it is made with the first value.
pub(crate) struct Contract {
    text: String,
    check: OnceLock<Result<Check, String>>,
}

/// Why a value is not sent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Breach {
    Unmet(Unmet),
    /// Nothing here can check it.
    Unchecked(String),
}

impl Contract {
    pub fn new(text: &str) -> Contract {
        Contract { text: text.to_owned(), check: OnceLock::new() }
    }

    /// What the encoded value breaks.
    pub fn breach(&self, encoded: &[u8]) -> Option<Breach> {
        let compiled = self.check.get_or_init(|| match COMPILE.get() {
            Some(compile) => compile(&self.text),
            None => {
                Err("nothing in this program checks contracts: call handover_contracts::install() first".to_owned())
            }
        });
        let check = match compiled {
            Ok(check) => check,
            Err(why) => return Some(Breach::Unchecked(why.clone())),
        };
        // What has just been encoded can be decoded.
        let seen: Seen = value::decode(encoded).ok()?;
        views_of(&seen).iter().find_map(check).map(Breach::Unmet)
    }
}

impl fmt::Debug for Contract {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.text)
    }
}

/// A value, as far as JSON has words for it.
enum Seen {
    Plain(Value),
    List(Vec<Seen>),
    Map(Vec<(String, Seen)>),
    Wordless,
}

impl Seen {
    fn has_wordless(&self) -> bool {
        match self {
            Seen::Plain(_) => false,
            Seen::List(elements) => elements.iter().any(Seen::has_wordless),
            Seen::Map(entries) => entries.iter().any(|(_, entry)| entry.has_wordless()),
            Seen::Wordless => true,
        }
    }

    /// With this in the place of what JSON has no word for.
    fn with(&self, one: &Value) -> Value {
        match self {
            Seen::Plain(value) => value.clone(),
            Seen::List(elements) => Value::List(elements.iter().map(|element| element.with(one)).collect()),
            Seen::Map(entries) => {
                Value::Map(entries.iter().map(|(key, entry)| (key.clone(), entry.with(one))).collect())
            }
            Seen::Wordless => one.clone(),
        }
    }
}

fn views_of(seen: &Seen) -> Vec<Value> {
    if !seen.has_wordless() {
        return vec![seen.with(&Value::Nil)];
    }
    let anything = [
        Value::Nil,
        Value::Bool(false),
        Value::Int(0),
        Value::Text(String::new()),
        Value::List(Vec::new()),
        Value::Map(Vec::new()),
    ];
    anything.iter().map(|one| seen.with(one)).collect()
}

impl<'de> Deserialize<'de> for Seen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Seen, D::Error> {
        deserializer.deserialize_any(Any)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Seen;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Seen, E> {
        Ok(Seen::Plain(Value::Nil))
    }

    fn visit_none<E>(self) -> Result<Seen, E> {
        Ok(Seen::Plain(Value::Nil))
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Seen, D::Error> {
        Seen::deserialize(inner)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Seen, E> {
        Ok(Seen::Plain(Value::Bool(value)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Seen, E> {
        Ok(Seen::Plain(Value::Int(number.into())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Seen, E> {
        Ok(Seen::Plain(Value::Int(number.into())))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Seen, E> {
        Ok(if number.is_finite() { Seen::Plain(Value::Float(number)) } else { Seen::Wordless })
    }

    fn visit_str<E>(self, text: &str) -> Result<Seen, E> {
        Ok(Seen::Plain(Value::Text(text.to_owned())))
    }

    fn visit_bytes<E>(self, _: &[u8]) -> Result<Seen, E> {
        Ok(Seen::Wordless)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Seen, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = elements.next_element()? {
            list.push(element);
        }
        Ok(Seen::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Seen, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Seen::Map(map))
    }

    /// A moment, or an end.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, contents: D) -> Result<Seen, D::Error> {
        Bytes::deserialize(contents).map_err(|_| de::Error::custom("a form that is none")).map(|_| Seen::Wordless)
    }
}

/// Where an encoded value does not meet a schema; for the tests of those who check. Not part of what is promised.
#[doc(hidden)]
pub fn breach_of(schema: &str, encoded: &[u8]) -> Option<Unmet> {
    match Contract::new(schema).breach(encoded)? {
        Breach::Unmet(unmet) => Some(unmet),
        Breach::Unchecked(why) => panic!("{why}"),
    }
}
