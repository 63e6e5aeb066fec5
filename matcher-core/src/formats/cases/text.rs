//! Text taken apart line by line: what the readers of cases have in common.

use crate::error::{Error, Problem, Result};
use std::borrow::Cow;

/// A piece of the input, short enough for a message.
pub(super) fn shown(text: &str) -> String {
    format!("{:?}", text.chars().take(64).collect::<String>())
}

/// How a message names a line.
pub(super) fn at(line: usize) -> String {
    format!("line {line}")
}

/// The same error, found in a record.
pub(super) fn within(error: Error, record: impl std::fmt::Display) -> Error {
    match error {
        Error::Invalid(problem) => problem.within(record).into(),
        Error::UnknownFormat(what) => Error::UnknownFormat(format!("{record}: {what}")),
        other => other,
    }
}

/// The text of a file: UTF-8 with or without a mark, or else Latin-1, which older Windows programs write; and what to say
/// about it.
pub(super) fn decoded(bytes: &[u8]) -> (Cow<'_, str>, Option<Problem>) {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.into(), None),
        Err(error) => {
            let line = bytes[..error.valid_up_to()].split(|&byte| byte == b'\n').count();
            let problem = Problem::new(at(line), "text", "no UTF-8", "UTF-8 (read as Latin-1)");
            (bytes.iter().copied().map(char::from).collect::<String>().into(), Some(problem))
        }
    }
}

/// A whole number that stands in a line.
pub(super) fn whole(line: usize, field: &str, text: &str, most: usize) -> Result<usize> {
    let number = text.trim().parse::<usize>().ok().filter(|&number| number <= most);
    number.ok_or_else(|| {
        let expected = match most {
            usize::MAX => "a whole number".to_owned(),
            most => format!("a whole number, 0 to {most}"),
        };
        Error::invalid(at(line), field, shown(text), expected)
    })
}

/// A number that stands in a line.
pub(super) fn number(line: usize, field: &str, text: &str) -> Result<f64> {
    let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    number.ok_or_else(|| Error::invalid(at(line), field, shown(text), "a number, such as 0.05 or 1e-6"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_files_are_read_and_said_to_be_old() {
        let (text, problem) = decoded(b"a\nf\xf8r\n");
        assert_eq!(
            (&*text, problem.unwrap().to_string()),
            ("a\nf\u{f8}r\n", "line 2: text is no UTF-8, expected UTF-8 (read as Latin-1)".to_owned())
        );
        assert_eq!(decoded("\u{feff}\u{f8}".as_bytes()).0, "\u{f8}");
    }

    #[test]
    fn numbers_name_their_line() {
        assert_eq!(number(3, "rate", " 1e-006 ").unwrap(), 1e-6);
        for wrong in ["", "0,05", "NaN", "inf", "1e999"] {
            assert!(number(3, "rate", wrong).unwrap_err().to_string().starts_with("line 3: rate is "));
        }
        let message = whole(9, "person", "-1", 4).unwrap_err().to_string();
        assert_eq!(message, "line 9: person is \"-1\", expected a whole number, 0 to 4");
    }
}
