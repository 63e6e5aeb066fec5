//! What is asked of a row: tests on its columns, and how many of them may fail.

use super::table::MAX_COLUMNS;
use crate::error::{Error, Result};
use std::fmt;

/// Bytes that a vector permutation looks up at once: columns whose bytes are all below need no comparisons.
#[cfg(target_arch = "x86_64")]
pub(super) const LOOKUP: usize = 64;

/// What a test asks of a pair of bytes. What is not known never fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Need {
    /// Each byte that is known is one of the values.
    Both,
    /// A byte is one of the values, or one is not known.
    Either,
}

/// A test on one column.
#[derive(Clone, Copy)]
pub struct Test<'a> {
    /// The column, from 0.
    pub column: usize,
    /// What is asked of its pair.
    pub need: Need,
    /// The values, none of them 0; one or two are the usual case.
    pub values: &'a [u8],
}

/// Values may be personal data: only their number is shown.
impl fmt::Debug for Test<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Test").field("column", &self.column).field("need", &self.need).finish_non_exhaustive()
    }
}

/// Tests on the columns of a row, and how many may fail.
///
/// A row passes where at most `allowed` tests fail, and at least `least` of the tested columns have something known
/// and do not fail.
#[derive(Clone)]
pub struct Query {
    /// In the order of columns.
    pub(super) steps: Vec<Step>,
    /// For each step, 1 for a value that fails, of those that can be looked up.
    #[cfg(target_arch = "x86_64")]
    pub(super) lookups: Vec<Lookup>,
    /// The values of all steps, each four times.
    values: Vec<[u8; 4]>,
    /// At most 254, so that 255 failures are always too many.
    pub(super) allowed: u8,
    pub(super) least: u8,
}

/// A prepared test.
#[derive(Clone, Copy)]
pub(super) struct Step {
    pub(super) column: usize,
    /// All ones for [`Need::Both`], else zeros.
    pub(super) both: u32,
    /// Where its values stand.
    values: (usize, usize),
}

/// What the byte of a row is worth: 1 where it is known and none of the values.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(super) struct Lookup(pub(super) [u8; LOOKUP]);

#[cfg(target_arch = "x86_64")]
impl Lookup {
    fn new(values: &[u8]) -> Self {
        let mut lookup = Self([1; LOOKUP]);
        for &value in [0].iter().chain(values) {
            if let Some(fails) = lookup.0.get_mut(usize::from(value)) {
                *fails = 0;
            }
        }
        lookup
    }
}

impl Query {
    /// Prepares tests for all levels. Their order does not matter: they are run in the order of columns, so a table
    /// should have first the columns that tell most.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a column that no table can have or that is tested twice, and for a test without values
    /// or with the value 0.
    ///
    /// # Examples
    /// ```
    /// use matcher_core::simd::planes::{Need, Query, Test};
    /// let test = |values| Test { column: 0, need: Need::Both, values };
    /// assert!(Query::new(&[test(&[3, 5])], 0, 1).is_ok());
    /// let error = Query::new(&[test(&[3, 0])], 0, 1).unwrap_err();
    /// assert_eq!(error.to_string(), "query: value of column 0 is 0, expected 1 to 255");
    /// ```
    pub fn new(tests: &[Test], allowed: u8, least: u8) -> Result<Self> {
        let mut sorted: Vec<&Test> = tests.iter().collect();
        sorted.sort_by_key(|test| test.column);
        if let Some(two) = sorted.windows(2).find(|two| two[0].column == two[1].column) {
            return Err(Error::invalid("query", "column", two[0].column, "a column that is tested once"));
        }
        if let Some(test) = sorted.last().filter(|test| test.column >= MAX_COLUMNS) {
            let expected = format!("a column below {MAX_COLUMNS}");
            return Err(Error::invalid("query", "column", test.column, expected));
        }
        let mut query = Self {
            steps: Vec::with_capacity(tests.len()),
            #[cfg(target_arch = "x86_64")]
            lookups: Vec::with_capacity(tests.len()),
            values: Vec::new(),
            allowed: allowed.min(254),
            least,
        };
        for test in sorted {
            query.add(test)?;
        }
        Ok(query)
    }

    fn add(&mut self, test: &Test) -> Result<()> {
        if test.values.is_empty() {
            let field = format!("number of values of column {}", test.column);
            return Err(Error::invalid("query", field, 0, "at least 1"));
        }
        if test.values.contains(&0) {
            return Err(Error::invalid("query", format!("value of column {}", test.column), 0, "1 to 255"));
        }
        let start = self.values.len();
        self.values.extend(test.values.iter().map(|&value| [value; 4]));
        #[cfg(target_arch = "x86_64")]
        self.lookups.push(Lookup::new(test.values));
        let both = if test.need == Need::Both { u32::MAX } else { 0 };
        self.steps.push(Step { column: test.column, both, values: (start, self.values.len()) });
        Ok(())
    }

    /// How many tests there are.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether there is no test: then every row passes that needs nothing known.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The values of a step, each four times.
    #[inline]
    pub(super) fn values(&self, step: &Step) -> &[[u8; 4]] {
        &self.values[step.values.0..step.values.1]
    }
}

/// Values may be personal data: only the number of tests and the limits are shown.
impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query")
            .field("len", &self.len())
            .field("allowed", &self.allowed)
            .field("least", &self.least)
            .finish_non_exhaustive()
    }
}
