//! What Senders and Receivers have in common: they are copies of an end, and each is closed by itself.

use std::fmt;
use std::sync::Arc;

use super::failing::error_of;
use crate::errors::{Error, Operation};
use crate::link::Link;
use crate::party::CopyKey;
use crate::statistics::Statistics;

pub(crate) struct Handle {
    pub link: &'static Link,
    pub copy: CopyKey,
    pub channel: Arc<str>,
}

impl Handle {
    pub fn close(self) {
        self.link.turn(|party| party.close(self.copy));
    }

    #[track_caller]
    pub fn statistics(&self) -> Result<Statistics, Error> {
        let asked = self.link.turn(|party| party.inspect(self.copy));
        let ticket = asked.map_err(|reason| error_of(reason, Operation::Inspect, &self.channel))?;
        Ok(self.link.wait_for_statistics(ticket))
    }
}

impl Clone for Handle {
    fn clone(&self) -> Handle {
        let copy = self.link.turn(|party| party.clone_copy(self.copy));
        Handle { link: self.link, copy, channel: Arc::clone(&self.channel) }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.link.drop_copy(self.copy);
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "of {:?}", self.channel)
    }
}
