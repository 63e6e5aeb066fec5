//! Names kept once: what a lab calls a locus or an allele, as a number of four bytes.
//!
//! A database repeats a few names many million times. Each name is stored once for the life of the process, so two names
//! are equal exactly where their numbers are. The numbers depend on who came first: they are never shown, stored or
//! ordered by.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

/// Bytes that a name may have.
pub(super) const MAX_NAME: usize = 64;

/// The number of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Name(u32);

#[derive(Default)]
struct Names {
    numbers: HashMap<&'static str, u32>,
    texts: Vec<&'static str>,
}

static NAMES: RwLock<Option<Names>> = RwLock::new(None);

impl Name {
    /// Names that there can be: numbers of 28 bits leave room for a tag.
    const MAX: usize = 1 << 28;

    /// The number of `text`; `None` where it is longer than [`MAX_NAME`] bytes or there are too many names.
    pub(super) fn new(text: &str) -> Option<Self> {
        if text.len() > MAX_NAME {
            return None;
        }
        let known = NAMES.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(&number) = known.as_ref().and_then(|names| names.numbers.get(text)) {
            return Some(Self(number));
        }
        drop(known);
        let mut names = NAMES.write().unwrap_or_else(PoisonError::into_inner);
        let names = names.get_or_insert_default();
        if let Some(&number) = names.numbers.get(text) {
            return Some(Self(number));
        }
        let number = names.texts.len();
        if number >= Self::MAX {
            return None;
        }
        let text: &'static str = Box::leak(text.to_owned().into_boxed_str());
        names.numbers.insert(text, number as u32);
        names.texts.push(text);
        Some(Self(number as u32))
    }

    /// From a number that [`number`](Self::number) gave.
    pub(super) const fn from_number(number: u32) -> Self {
        Self(number)
    }

    /// The number, below 2^28.
    pub(super) const fn number(self) -> u32 {
        self.0
    }

    /// The text.
    pub(super) fn text(self) -> &'static str {
        let names = NAMES.read().unwrap_or_else(PoisonError::into_inner);
        names.as_ref().and_then(|names| names.texts.get(self.0 as usize)).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_number() {
        let (a, b) = (Name::new("rs1490413"), Name::new("rs1490414"));
        assert_eq!(a, Name::new("rs1490413"));
        assert_ne!(a, b);
        assert_eq!(b.map(Name::text), Some("rs1490414"));
        assert_eq!(Name::new(&"x".repeat(MAX_NAME + 1)), None);
    }
}
