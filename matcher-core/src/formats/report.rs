//! What a reader found wrong: an error at once where it is strict, a list where it is lenient.

use crate::error::{Problem, Result};
use std::fmt;

/// How a reader treats what is against the standard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strictness {
    /// Recover where the meaning is beyond doubt, drop what is not, and list both as diagnostics.
    #[default]
    Lenient,
    /// The first fault is an [`Error::Invalid`](crate::Error::Invalid).
    Strict,
}

/// One thing that a reader found wrong, and what it did about it.
///
/// # Examples
/// ```
/// use matcher_core::formats::{ReadOptions, read};
/// let reading = read(b"10 20 30 90\n10 abc 30 90\n", &ReadOptions::default())?;
/// assert_eq!(
///     reading.diagnostics[0].to_string(),
///     "line 2: y is \"abc\", expected a whole number, 0 to 16383 (line skipped)"
/// );
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    /// Index of the view in the record, from 0, or `None` where the whole record is meant. For a view that was read it
    /// is the index into [`Reading::templates`](super::Reading::templates) as well. For DNA it is the index of the
    /// profile among [those that were read](super::profiles::Reading::profiles).
    pub view: Option<usize>,
    /// What is wrong.
    pub problem: Problem,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem.fmt(f)
    }
}

/// How many diagnostics are listed; of more, only the number is told, so that the list stays readable and small.
const LISTED: usize = 1_000;

/// Bytes that the list may take, and half the input beside: a short input full of faults is not worth many times its size.
const HELD: usize = 16 << 10;

/// Collects diagnostics for one reading.
pub(super) struct Report {
    strictness: Strictness,
    diagnostics: Vec<Diagnostic>,
    /// Bytes that the list may still take.
    left: usize,
    unlisted: usize,
}

impl Report {
    /// For an input of so many bytes.
    pub(super) fn new(strictness: Strictness, input: usize) -> Self {
        Self { strictness, diagnostics: Vec::new(), left: HELD + input / 2, unlisted: 0 }
    }

    /// Notes a fault: where the reader is strict, this is where it ends.
    pub(super) fn fault(&mut self, view: Option<usize>, problem: Problem) -> Result<()> {
        match self.strictness {
            Strictness::Strict => Err(problem.into()),
            Strictness::Lenient => {
                self.remark(view, problem);
                Ok(())
            }
        }
    }

    /// Notes what the standard allows and yet should be known.
    pub(super) fn remark(&mut self, view: Option<usize>, problem: Problem) {
        let Problem { record, field, value, expected } = &problem;
        let text = [record, field, value, expected].map(String::capacity).iter().sum::<usize>();
        // A list that grows is there twice, the old one half as long.
        let taken = 3 * size_of::<Diagnostic>() + text;
        // After the first that does not fit none is listed: what is listed is the beginning.
        if self.unlisted == 0 && self.diagnostics.len() < LISTED && taken <= self.left {
            self.left -= taken;
            self.diagnostics.push(Diagnostic { view, problem });
        } else {
            self.unlisted += 1;
        }
    }

    /// The list, closed by the number of those that are not in it.
    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        if self.unlisted > 0 {
            let listed = self.diagnostics.len();
            let found = listed + self.unlisted;
            let expected = format!("fewer (the first {listed} are listed)");
            let problem = Problem::new("", "number of diagnostics", found, expected);
            self.diagnostics.push(Diagnostic { view: None, problem });
        }
        self.diagnostics
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_stays_short_and_says_so() {
        let mut report = Report::new(Strictness::Lenient, 1 << 20);
        for i in 0..LISTED + 5 {
            report.fault(None, Problem::new("", "row", i, "nothing")).unwrap();
        }
        let list = report.finish();
        assert_eq!(list.len(), LISTED + 1);
        assert_eq!(
            list[LISTED].to_string(),
            "number of diagnostics is 1005, expected fewer (the first 1000 are listed)"
        );
    }

    #[test]
    fn a_short_input_has_a_short_list() {
        let mut report = Report::new(Strictness::Lenient, 100);
        for i in 0..LISTED {
            report.fault(None, Problem::new("", "row", i, "nothing")).unwrap();
        }
        let list = report.finish();
        assert!((40..200).contains(&list.len()), "{}", list.len());
        let expected = format!("is 1000, expected fewer (the first {} are listed)", list.len() - 1);
        assert!(list[list.len() - 1].to_string().ends_with(&expected));
    }

    #[test]
    fn a_strict_report_ends_at_the_first_fault_but_takes_remarks() {
        let mut report = Report::new(Strictness::Strict, 0);
        report.remark(None, Problem::new("", "number of minutiae", 0, "1 or more"));
        assert!(report.fault(None, Problem::new("", "row", 1, "nothing")).is_err());
        assert_eq!(report.finish().len(), 1);
    }
}
