//! Whether bytes are a value: whole, of the forms that may be sent, and with the ends that came beside it.
//!
//! It is looked at before any of it becomes a value of Rust, so that what is refused does not depend on which parts of
//! it the code has a place for.

use super::msgpack::{Token, Tokens};
use super::unfit::Unfit;
use super::{DEEPEST_READ, MAX_DEPTH};

/// Says what is wrong. `ends`: how many came beside the bytes.
pub(crate) fn check(bytes: &[u8], ends: usize) -> Result<(), Unfit> {
    let mut tokens = Tokens::of(bytes);
    let mut mentioned = vec![false; ends];
    // What is still to come of each list and map that is open; a map counts its keys and its values.
    let mut open: Vec<Open> = Vec::new();
    loop {
        let token = tokens.next()?;
        if let Some(innermost) = open.last()
            && innermost.wants_key()
            && !matches!(token, Token::Text(_))
        {
            return Err(Unfit::new(format!("a key is not a text, but {}", token.in_words())));
        }
        if let Some(innermost) = open.last_mut() {
            innermost.left -= 1;
        }
        match token {
            Token::End(place) => {
                *mentioned
                    .get_mut(usize::from(place))
                    .ok_or_else(|| Unfit::new(format!("it mentions end {place} of the {ends} that it carries")))? =
                    true;
            }
            Token::List(count) => enter(Open { left: count, is_map: false }, &mut open)?,
            Token::Map(count) => enter(Open { left: 2 * count, is_map: true }, &mut open)?,
            _ => {}
        }
        while open.last().is_some_and(|innermost| innermost.left == 0) {
            open.pop();
        }
        if open.is_empty() {
            break;
        }
    }
    let named = mentioned.iter().filter(|is_named| **is_named).count();
    if tokens.left() > 0 {
        return Err(Unfit::new(format!("it has {} bytes after its end", tokens.left())));
    }
    if named < ends {
        // An end that the value does not mention could be closed by nobody.
        return Err(Unfit::new(format!("it carries {ends} ends, and mentions {named}")));
    }
    Ok(())
}

struct Open {
    left: usize,
    is_map: bool,
}

impl Open {
    fn wants_key(&self) -> bool {
        self.is_map && self.left.is_multiple_of(2)
    }
}

fn enter(inner: Open, open: &mut Vec<Open>) -> Result<(), Unfit> {
    if open.len() == DEEPEST_READ {
        return Err(Unfit::new(format!("it is nested deeper than {MAX_DEPTH} levels")));
    }
    open.push(inner);
    Ok(())
}
