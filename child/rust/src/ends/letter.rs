use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::errors::Failure;

/// A dead letter: a value on which as many attempts failed as its channel allows.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Letter<T> {
    /// The value, with its ends.
    pub value: T,
    /// The name of the channel that it was on.
    pub channel: String,
    /// How many attempts at it failed there.
    pub attempts: u64,
    /// How they failed, in order; of more than 16 the first and the last ones.
    pub failures: Vec<Failure>,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Letter<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Letter<T>, D::Error> {
        struct Entries<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Entries<T> {
            type Value = Letter<T>;

            fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str("a dead letter")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Letter<T>, A::Error> {
                let (mut value, mut channel, mut attempts, mut failures) = (None, None, None, None);
                while let Some(key) = entries.next_key::<String>()? {
                    match key.as_str() {
                        "value" => value = Some(entries.next_value()?),
                        "channel" => channel = Some(entries.next_value()?),
                        "attempts" => attempts = Some(entries.next_value()?),
                        "failures" => failures = Some(entries.next_value()?),
                        _ => drop(entries.next_value::<IgnoredAny>()?),
                    }
                }
                match (value, channel, attempts, failures) {
                    (Some(value), Some(channel), Some(attempts), Some(failures)) => {
                        Ok(Letter { value, channel, attempts, failures })
                    }
                    _ => Err(de::Error::custom("a dead letter of which a part is missing")),
                }
            }
        }

        deserializer.deserialize_map(Entries(PhantomData))
    }
}
