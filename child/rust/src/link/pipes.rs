//! The two pipes of one direct link, which never make anybody wait.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, IoSlice, PipeReader, PipeWriter, Read, Write};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;

use super::poll::Watched;
use crate::wire::words::Word;

/// How many chunks are handed to the system at once.
const MOST_CHUNKS: usize = 64;

/// What is written in one go, if there is room for it.
pub(super) enum Chunk {
    Length([u8; 4]),
    Answer(Vec<u8>),
    Value(Arc<Vec<u8>>),
}

impl Chunk {
    fn bytes(&self) -> &[u8] {
        match self {
            Chunk::Length(length) => length,
            Chunk::Answer(answer) => answer,
            Chunk::Value(value) => value,
        }
    }
}

/// What has come, when something was read.
pub(super) enum Came {
    /// So many bytes, of which there may be more.
    Bytes(usize),
    Nothing,
    /// The other side writes no more.
    End,
}

/// How far the output is.
#[derive(Debug, PartialEq)]
pub(super) enum Left {
    All,
    /// The pipe is full.
    Some,
    /// Nobody reads it.
    Unheard,
}

/// | course    | meaning                                             |
/// | --------- | --------------------------------------------------- |
/// | `Open`    | both ways                                           |
/// | `Closing` | reads no more; something is still to be written      |
enum Course {
    Open,
    /// With what is said when both are closed.
    Closing(Vec<Word>),
}

pub(super) struct Pipes {
    input: Option<File>,
    output: Option<File>,
    /// What has not left, and how much of the first has.
    waiting: VecDeque<Chunk>,
    written: usize,
    course: Course,
}

impl Pipes {
    /// An error where one of them cannot be opened.
    pub fn open(read_path: &str, write_path: &str) -> io::Result<Pipes> {
        Ok(Pipes {
            input: Some(open(read_path, OpenOptions::new().read(true))?),
            output: Some(open(write_path, OpenOptions::new().write(true))?),
            waiting: VecDeque::new(),
            written: 0,
            course: Course::Open,
        })
    }

    pub fn read(&mut self, chunk: &mut [u8]) -> Came {
        let Some(input) = &mut self.input else {
            return Came::Nothing;
        };
        match input.read(chunk) {
            Ok(count @ 1..) => Came::Bytes(count),
            Err(error) if error.kind() == ErrorKind::WouldBlock || error.kind() == ErrorKind::Interrupted => {
                Came::Nothing
            }
            _ => {
                self.input = None;
                Came::End
            }
        }
    }

    pub fn put(&mut self, chunk: Chunk) {
        if self.output.is_some() {
            self.waiting.push_back(chunk);
        }
    }

    /// Writes what there is room for.
    pub fn flush(&mut self) -> Left {
        while !self.waiting.is_empty() {
            let Some(output) = &mut self.output else {
                return Left::Unheard;
            };
            let chunks = self.waiting.iter().take(MOST_CHUNKS).enumerate();
            let slices =
                chunks.map(|(at, chunk)| IoSlice::new(&chunk.bytes()[if at == 0 { self.written } else { 0 }..]));
            match output.write_vectored(&slices.collect::<Vec<_>>()) {
                Ok(count) => self.left(count),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Left::Some,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => {
                    self.close_output();
                    return Left::Unheard;
                }
            }
        }
        Left::All
    }

    fn left(&mut self, count: usize) {
        self.written += count;
        while let Some(first) = self.waiting.front() {
            let length = first.bytes().len();
            if self.written < length {
                return;
            }
            self.written -= length;
            self.waiting.pop_front();
        }
    }

    /// What has not left is dropped.
    pub fn close_output(&mut self) {
        self.output = None;
        self.waiting.clear();
        self.written = 0;
    }

    /// Reads no more; `closed` says when both are.
    pub fn close(&mut self, last: Vec<Word>) {
        self.input = None;
        self.course = Course::Closing(last);
    }

    /// What is to be said, when it is closing and all has left that can.
    pub fn closed(&mut self) -> Option<Vec<Word>> {
        match &mut self.course {
            Course::Closing(last) if self.waiting.is_empty() => Some(std::mem::take(last)),
            _ => None,
        }
    }

    /// What there is to wait for.
    pub fn watched(&self) -> impl Iterator<Item = Watched> {
        let input = self.input.as_ref().map(|input| Watched::to_read(input.as_raw_fd()));
        let output = self.output.as_ref().filter(|_| !self.waiting.is_empty());
        input.into_iter().chain(output.map(|output| Watched::to_write(output.as_raw_fd())))
    }
}

/// It waits for nobody at the other side: for this moment, that is here as well. No descendant gets it.
fn open(path: &str, options: &OpenOptions) -> io::Result<File> {
    let _both = OpenOptions::new().read(true).write(true).open(path)?;
    without_waiting(options.open(path)?)
}

/// Whatever a descriptor is of, the system is asked for this in the same way; of those in std, a socket knows how.
fn without_waiting(file: impl Into<OwnedFd>) -> io::Result<File> {
    let socket = UnixStream::from(file.into());
    socket.set_nonblocking(true)?;
    Ok(File::from(OwnedFd::from(socket)))
}

/// Wakes a thread that waits for descriptors.
pub(super) struct Bell {
    rope: File,
    sound: File,
}

impl Bell {
    pub fn new() -> io::Result<Bell> {
        let (sound, rope): (PipeReader, PipeWriter) = io::pipe()?;
        Ok(Bell { rope: without_waiting(rope)?, sound: without_waiting(sound)? })
    }

    pub fn ring(&self) {
        // One that is full is heard already.
        let _ = (&self.rope).write(&[0]);
    }

    pub fn watched(&self) -> Watched {
        Watched::to_read(self.sound.as_raw_fd())
    }

    /// It has been heard.
    pub fn silence(&self) {
        let mut rings = [0; 64];
        while matches!((&self.sound).read(&mut rings), Ok(count) if count == rings.len()) {}
    }
}
