use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Bytes, Moment};
use crate::ends::{Claimed, Receiver, Sender, claim};

/// Any value that can travel, for code that does not know which one will come.
#[derive(Debug, Clone)]
pub enum Value {
    /// Nothing: `null`, `None`.
    Nil,
    /// True or false.
    Bool(bool),
    /// A whole number of at most 64 bits, with a sign or without.
    Int(i128),
    /// A floating-point number. One that is whole is another value than the integer, but not in JavaScript.
    Float(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Bytes),
    /// A list.
    List(Vec<Value>),
    /// A map, in the order in which it came, each key once.
    Map(Vec<(String, Value)>),
    /// A moment.
    Moment(Moment),
    /// The sender of a channel.
    Sender(Sender<Value>),
    /// The receiver of a channel.
    Receiver(Receiver<Value>),
}

impl Value {
    /// What a map has under this key; `None` where it has nothing, and for what is no map.
    pub fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Value::Map(entries) => entries.iter().find(|(known, _)| known == key).map(|(_, value)| value),
            _ => None,
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Nil => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Int(number) => serializer.serialize_i128(*number),
            Value::Float(number) => serializer.serialize_f64(*number),
            Value::Text(text) => serializer.serialize_str(text),
            Value::Bytes(bytes) => bytes.serialize(serializer),
            Value::List(elements) => elements.serialize(serializer),
            Value::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
            Value::Moment(moment) => moment.serialize(serializer),
            Value::Sender(sender) => sender.serialize(serializer),
            Value::Receiver(receiver) => receiver.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(Any)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Value;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Nil)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Nil)
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Value, D::Error> {
        Value::deserialize(inner)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Int(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Int(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Float(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Value, E> {
        Ok(Value::Bytes(bytes.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = elements.next_element()? {
            list.push(element);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Value::Map(map))
    }

    /// One of our own forms: an end has one byte of contents, its place.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, contents: D) -> Result<Value, D::Error> {
        let contents = Bytes::deserialize(contents)?;
        if let [place] = contents.as_slice() {
            return match claim(*place).map_err(de::Error::custom)? {
                Claimed::Sender(handle) => Ok(Value::Sender(Sender::of(handle))),
                Claimed::Receiver(handle) => Ok(Value::Receiver(Receiver::of(handle))),
            };
        }
        Moment::from_contents(&contents).map(Value::Moment).ok_or_else(|| de::Error::custom("a form that is none"))
    }
}
