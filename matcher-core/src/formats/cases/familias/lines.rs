//! The lines of a Familias project: each holds one value, and its meaning follows from those before it.

use super::super::text::{at, number, shown, whole};
use crate::error::{Error, Result};

/// A place in the lines that moves forward only.
pub(super) struct Lines<'a> {
    rest: std::iter::Peekable<std::str::Lines<'a>>,
    line: usize,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text.lines().peekable(), line: 0 }
    }

    /// The number of the line read last, from 1.
    pub(super) fn line(&self) -> usize {
        self.line
    }

    /// The next line, which is not read by this.
    pub(super) fn peek(&mut self) -> Option<&'a str> {
        self.rest.peek().map(|line| line.trim())
    }

    /// The next line, or `None` at the end.
    pub(super) fn next_line(&mut self) -> Option<&'a str> {
        let line = self.rest.next()?;
        self.line += 1;
        Some(line.trim())
    }

    /// The next line as it stands.
    pub(super) fn any(&mut self, field: &str, expected: &str) -> Result<&'a str> {
        let end = self.line + 1;
        self.next_line().ok_or_else(|| Error::invalid(at(end), field, "missing: the file ends", expected))
    }

    /// A fault of the line read last.
    pub(super) fn wrong(&self, field: &str, value: &str, expected: &str) -> Error {
        Error::invalid(at(self.line), field, shown(value), expected)
    }

    /// Text in quotes.
    pub(super) fn quoted(&mut self, field: &str) -> Result<&'a str> {
        const EXPECTED: &str = "text in quotes";
        let line = self.any(field, EXPECTED)?;
        let inner = line.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        inner.map(str::trim).ok_or_else(|| self.wrong(field, line, EXPECTED))
    }

    /// `#TRUE#` or `#FALSE#`.
    pub(super) fn flag(&mut self, field: &str) -> Result<bool> {
        const EXPECTED: &str = "#TRUE# or #FALSE#";
        match self.any(field, EXPECTED)? {
            "#TRUE#" => Ok(true),
            "#FALSE#" => Ok(false),
            line => Err(self.wrong(field, line, EXPECTED)),
        }
    }

    /// A whole number of at most so much.
    pub(super) fn whole(&mut self, field: &str, most: usize) -> Result<usize> {
        let line = self.any(field, "a whole number")?;
        whole(self.line, field, line, most)
    }

    /// A place in a list of so many things; the file counts from 0.
    pub(super) fn place(&mut self, field: &str, things: usize) -> Result<usize> {
        let line = self.any(field, "a whole number")?;
        match things.checked_sub(1) {
            Some(last) => whole(self.line, field, line, last),
            None => Err(self.wrong(field, line, "none: there is nothing to count")),
        }
    }

    /// A number.
    pub(super) fn number(&mut self, field: &str) -> Result<f64> {
        let line = self.any(field, "a number")?;
        number(self.line, field, line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_name_their_line() {
        let mut lines = Lines::new("\"A b\"\r\n#TRUE#\r\n5\r\n1e-006\n\nx\n");
        assert_eq!(lines.quoted("name").unwrap(), "A b");
        assert!(lines.flag("male").unwrap());
        assert_eq!((lines.whole("count", 9).unwrap(), lines.number("rate").unwrap()), (5, 1e-6));
        assert_eq!((lines.peek(), lines.next_line(), lines.line()), (Some(""), Some(""), 5));
        let message = lines.flag("male").unwrap_err().to_string();
        assert_eq!(message, "line 6: male is \"x\", expected #TRUE# or #FALSE#");
        let message = lines.place("child", 3).unwrap_err().to_string();
        assert_eq!(message, "line 7: child is missing: the file ends, expected a whole number");
    }
}
