//! What a query looks up: for each column a square of numbers, and a small one where few codes differ.

use crate::error::{Error, Result};
use crate::simd::planes::MAX_COLUMNS;
use std::fmt;

/// The largest number in size, up or down, that a table may have, besides minus infinity: so no sum leaves the range of `f32`.
pub const LARGEST: f32 = 1e30;

/// Codes of a column: each byte may be one.
const MAX_CODES: usize = 256;

/// The numbers of one column.
#[derive(Clone, Copy)]
pub struct Column<'a> {
    /// The column, from 0.
    pub column: usize,
    /// Codes are below it; 1 to 256.
    pub size: usize,
    /// The number of the pair of a lower code and a higher one stands at `low * size + high`. Those with `low > high` are
    /// not read.
    pub values: &'a [f32],
}

/// Values come of a person's profile: only the column and its size are shown.
impl fmt::Debug for Column<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Column")
            .field("column", &self.column)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

/// A query: the columns that are added up, in their order, and the numbers of each.
#[derive(Clone)]
pub struct Lookup {
    pub(super) steps: Vec<Step>,
}

impl Lookup {
    /// Prepares columns for all levels. Sums take them in the order given; a scan is fastest where those come first that
    /// lower the sums of most rows, and where these lie in the head of the table.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a column that no table can have or that comes twice, for a size beyond 1 to 256, for values
    /// that are not `size * size`, and for a value of a pair that is neither minus infinity nor within [`LARGEST`].
    ///
    /// # Examples
    /// ```
    /// use matcher_core::simd::lookup::{Column, Lookup};
    /// let column = |values| Column { column: 0, size: 2, values };
    /// assert!(Lookup::new(&[column(&[0.0, 1.5, f32::NAN, f32::NEG_INFINITY])]).is_ok()); // [1, 0] is no pair
    /// let error = Lookup::new(&[column(&[0.0, f32::NAN, 0.0, 0.0])]).unwrap_err();
    /// let expected = "lookup: value of pair 0, 1 of column 0 is NaN, expected minus infinity, or at most 1e30 in size";
    /// assert_eq!(error.to_string(), expected);
    /// ```
    pub fn new(columns: &[Column]) -> Result<Self> {
        let mut seen = [false; MAX_COLUMNS];
        let mut steps = Vec::with_capacity(columns.len());
        for column in columns {
            let Some(seen) = seen.get_mut(column.column) else {
                let expected = format!("a column below {MAX_COLUMNS}");
                return Err(Error::invalid("lookup", "column", column.column, expected));
            };
            if std::mem::replace(seen, true) {
                return Err(Error::invalid("lookup", "column", column.column, "a column that comes once"));
            }
            steps.push(Step::new(column)?);
        }
        Ok(Self { steps })
    }

    /// How many columns are added up.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether there is no column: then every sum is 0.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}

/// Values come of a person's profile: only the number of columns is shown.
impl fmt::Debug for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lookup").field("len", &self.len()).finish_non_exhaustive()
    }
}

/// A prepared column. Its fields are private, as leaves rely on them: there are `size * size` values.
#[derive(Clone)]
pub(super) struct Step {
    column: usize,
    size: usize,
    values: Vec<f32>,
    most: f32,
    #[cfg(target_arch = "x86_64")]
    few: Option<Few>,
}

impl Step {
    fn new(column: &Column) -> Result<Self> {
        let &Column { column, size, values } = column;
        if size == 0 || size > MAX_CODES {
            let field = format!("size of column {column}");
            return Err(Error::invalid("lookup", field, size, format!("1 to {MAX_CODES}")));
        }
        if values.len() != size * size {
            let field = format!("number of values of column {column}");
            return Err(Error::invalid("lookup", field, values.len(), format!("{size} times {size}")));
        }
        let (mut kept, mut most) = (vec![0.0; size * size], f32::NEG_INFINITY);
        for low in 0..size {
            for high in low..size {
                let value = values[low * size + high];
                let fits = value == f32::NEG_INFINITY || value.abs() <= LARGEST;
                if !fits {
                    let field = format!("value of pair {low}, {high} of column {column}");
                    let expected = format!("minus infinity, or at most {LARGEST:e} in size");
                    return Err(Error::invalid("lookup", field, value, expected));
                }
                most = most.max(value);
                kept[low * size + high] = value;
            }
        }
        #[cfg(target_arch = "x86_64")]
        let few = Few::new(size, &kept);
        Ok(Self {
            column,
            size,
            values: kept,
            most,
            #[cfg(target_arch = "x86_64")]
            few,
        })
    }

    pub(super) fn column(&self) -> usize {
        self.column
    }

    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// The number of a pair stands at `low * size + high`.
    pub(super) fn values(&self) -> &[f32] {
        &self.values
    }

    /// The largest number.
    pub(super) fn most(&self) -> f32 {
        self.most
    }

    /// The small table, where few codes differ.
    #[cfg(target_arch = "x86_64")]
    pub(super) fn few(&self) -> Option<&Few> {
        self.few.as_ref()
    }
}

/// Codes that a permutation of bytes looks up.
#[cfg(target_arch = "x86_64")]
pub(super) const CODES: usize = 64;

/// Numbers that a permutation looks up in two registers.
#[cfg(target_arch = "x86_64")]
pub(super) const NUMBERS: usize = 32;

/// Kinds of codes: a pair of kinds is a place among so many numbers.
#[cfg(target_arch = "x86_64")]
const KINDS: usize = 5;

/// A column where codes are of a few kinds: one kind has the same number, bit for bit, with each other code.
///
/// The query has one or two codes, and mostly any other one tells as little as the next.
#[cfg(target_arch = "x86_64")]
#[derive(Clone)]
pub(super) struct Few {
    /// For each code, its kind times [`KINDS`].
    pub(super) low: [u8; CODES],
    /// For each code, its kind.
    pub(super) high: [u8; CODES],
    /// The numbers of two kinds.
    pub(super) numbers: [f32; NUMBERS],
}

#[cfg(target_arch = "x86_64")]
impl Few {
    fn new(size: usize, values: &[f32]) -> Option<Self> {
        if size > CODES {
            return None;
        }
        let value = |a: usize, b: usize| values[a.min(b) * size + a.max(b)];
        let same = |a, b| (0..size).all(|code| value(a, code).to_bits() == value(b, code).to_bits());
        // A code of each kind.
        let mut kinds = Vec::with_capacity(KINDS);
        let mut few = Self { low: [0; CODES], high: [0; CODES], numbers: [0.0; NUMBERS] };
        for code in 0..size {
            let kind = kinds.iter().position(|&known| same(known, code)).unwrap_or(kinds.len());
            if kind == KINDS {
                return None;
            }
            if kind == kinds.len() {
                kinds.push(code);
            }
            few.low[code] = (kind * KINDS) as u8;
            few.high[code] = kind as u8;
        }
        for (a, &low) in kinds.iter().enumerate() {
            for (b, &high) in kinds.iter().enumerate() {
                few.numbers[a * KINDS + b] = value(low, high);
            }
        }
        Some(few)
    }
}
