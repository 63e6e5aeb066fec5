//! Columns of alleles as rows of a table: the different values of a column are read once, whatever its length.
//!
//! `matcher._columns` turns what pandas, polars, pyarrow and numpy have into one of the few forms that are read here.

use super::alleles;
use crate::errors::{OrRaise, invalid};
use matcher_core::Error;
use matcher_core::dna::{Allele, Genotype, Inheritance, Locus, MAX_LOCI, Panel, Profile};
use matcher_core::gallery::ProfileTable;
use numpy::{PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};
use std::collections::HashMap;

/// The different values that a column may have.
const MOST: usize = u16::MAX as usize;

/// Words for "nothing stands here", beside an empty text: tables are full of them.
const NOTHING: [&str; 5] = ["NULL", "NA", "N/A", "NaN", "None"];

/// A column: for each row the number of its value. Value 0 is "not known".
pub(super) struct Column {
    codes: Vec<u16>,
    values: Vec<Allele>,
}

/// The columns of one locus.
pub(super) struct LocusColumns {
    pub(super) locus: Locus,
    pub(super) columns: Vec<Column>,
}

/// Gives numbers to values as they come.
struct Numbering {
    values: Vec<Allele>,
    numbers: HashMap<Allele, u16>,
    locus: Locus,
}

impl Numbering {
    fn new(locus: Locus) -> Self {
        Self { values: vec![Allele::UNKNOWN], numbers: HashMap::from([(Allele::UNKNOWN, 0)]), locus }
    }

    /// The number of a value that first stands in this row.
    fn of(&mut self, text: &str, row: usize) -> matcher_core::Result<u16> {
        // As the readers of files have it.
        if NOTHING.iter().any(|word| text.trim().eq_ignore_ascii_case(word)) {
            return Ok(0);
        }
        let record = || format!("row {row}, {}", self.locus);
        let allele: Allele = text.parse().map_err(|error| match error {
            Error::Invalid(problem) => Error::Invalid(problem.within(record())),
            other => other,
        })?;
        if let Some(&number) = self.numbers.get(&allele) {
            return Ok(number);
        }
        let number = self.values.len();
        if number > MOST {
            return Err(Error::invalid(record(), "different alleles", number, format!("at most {MOST}")));
        }
        self.values.push(allele);
        self.numbers.insert(allele, number as u16);
        Ok(number as u16)
    }
}

impl Column {
    /// Reads a column in one of the forms of `matcher._columns.prepared`.
    pub(super) fn read(locus: Locus, column: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = column.py();
        let mut numbering = Numbering::new(locus);
        let codes = if let Ok(pair) = column.cast::<PyTuple>() {
            dictionary(&mut numbering, pair)?
        } else if let Ok(array) = column.extract::<PyReadonlyArray1<'_, f64>>() {
            let tenths = |value: f64| Some((value * 10.0).round()).filter(|tenths| tenths / 10.0 == value);
            let text = |value: f64| if value.is_nan() { alleles::UNKNOWN.to_owned() } else { sign(value) };
            numbers(&mut numbering, array.as_array().iter().copied(), tenths, text).or_raise(py)?
        } else if let Ok(array) = column.extract::<PyReadonlyArray1<'_, f32>>() {
            let tenths =
                |value: f32| Some((value * 10.0).round()).filter(|t| t / 10.0 == value).map(f64::from);
            let text = |value: f32| match value.is_finite() {
                true => value.to_string(),
                false if value.is_nan() => alleles::UNKNOWN.to_owned(),
                false => sign(value.into()),
            };
            numbers(&mut numbering, array.as_array().iter().copied(), tenths, text).or_raise(py)?
        } else if let Ok(array) = column.extract::<PyReadonlyArray1<'_, i64>>() {
            let tenths = |value: i64| Some(value as f64 * 10.0);
            numbers(&mut numbering, array.as_array().iter().copied(), tenths, |value| value.to_string())
                .or_raise(py)?
        } else if let Ok(array) = column.extract::<PyReadonlyArray2<'_, u32>>() {
            letters(&mut numbering, &array).or_raise(py)?
        } else {
            objects(&mut numbering, column)?
        };
        Ok(Self { codes, values: numbering.values })
    }
}

/// A number as text, an infinite one with its sign, which no name of an allele begins with.
fn sign(value: f64) -> String {
    if value.is_finite() { value.to_string() } else { format!("{value:+}") }
}

/// Numbers: those in whole tenths are looked up in a table.
fn numbers<T: Copy>(
    numbering: &mut Numbering,
    values: impl ExactSizeIterator<Item = T>,
    tenths: impl Fn(T) -> Option<f64>,
    text: impl Fn(T) -> String,
) -> matcher_core::Result<Vec<u16>> {
    const NONE: u16 = u16::MAX;
    let mut seen = vec![NONE; 1 << 16];
    let place = |value: T| tenths(value).filter(|t| (1.0..65_536.0).contains(t)).map(|t| t as usize);
    let mut codes = Vec::with_capacity(values.len());
    for (row, value) in values.enumerate() {
        let place = place(value);
        let known = place.map(|place| seen[place]).filter(|&code| code != NONE);
        let code = match known {
            Some(code) => code,
            None => numbering.of(&text(value), row)?,
        };
        if let Some(place) = place {
            seen[place] = code;
        }
        codes.push(code);
    }
    Ok(codes)
}

/// Texts of fixed width: a row of characters each, filled up with zeros.
fn letters(numbering: &mut Numbering, array: &PyReadonlyArray2<'_, u32>) -> matcher_core::Result<Vec<u16>> {
    let array = array.as_array();
    let mut seen: HashMap<Vec<u32>, u16> = HashMap::new();
    let mut codes = Vec::with_capacity(array.nrows());
    let mut buffer = Vec::new();
    for (row, letters) in array.rows().into_iter().enumerate() {
        buffer.clear();
        buffer.extend(letters.iter().copied());
        let code = if let Some(&code) = seen.get(&buffer) {
            code
        } else {
            let letters = buffer.iter().take_while(|&&letter| letter != 0);
            let text: String =
                letters.map(|&c| char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
            let code = numbering.of(&text, row)?;
            seen.insert(buffer.clone(), code);
            code
        };
        codes.push(code);
    }
    Ok(codes)
}

/// Numbers of values, and the values: what libraries call dictionary, categories or factors. -1 is not known.
fn dictionary(numbering: &mut Numbering, pair: &Bound<'_, PyTuple>) -> PyResult<Vec<u16>> {
    let py = pair.py();
    let (codes, values): (PyReadonlyArray1<'_, i64>, Bound<'_, PyAny>) = pair.extract()?;
    let codes = codes.as_array();
    let values: Vec<String> =
        values.try_iter()?.map(|value| alleles::text(&value?)).collect::<PyResult<_>>()?;
    let mut known: Vec<Option<u16>> = vec![None; values.len()];
    let mut out = Vec::with_capacity(codes.len());
    for (row, &code) in codes.iter().enumerate() {
        let Ok(place) = usize::try_from(code) else {
            out.push(0);
            continue;
        };
        let wrong = || invalid(py, "code of a value", code, "the number of a value");
        let number = match known.get(place).ok_or_else(wrong)? {
            Some(number) => *number,
            None => numbering.of(&values[place], row).or_raise(py)?,
        };
        known[place] = Some(number);
        out.push(number);
    }
    Ok(out)
}

/// Anything else, value by value.
fn objects(numbering: &mut Numbering, values: &Bound<'_, PyAny>) -> PyResult<Vec<u16>> {
    let py = values.py();
    let mut seen: HashMap<String, u16> = HashMap::new();
    let mut codes = Vec::new();
    for (row, value) in values.try_iter()?.enumerate() {
        let value = value?;
        let other;
        let text = if let Ok(text) = value.cast::<PyString>() {
            text.to_str()?
        } else {
            other = alleles::text(&value)?;
            &other
        };
        let code = if let Some(&code) = seen.get(text) {
            code
        } else {
            let code = numbering.of(text, row).or_raise(py)?;
            seen.insert(text.to_owned(), code);
            code
        };
        codes.push(code);
    }
    Ok(codes)
}

/// What a value of a column is in a row of the table: the number of its allele, 0 where nothing is known, or a mark that
/// only a profile can hold.
const ODD: u8 = u8::MAX;

/// A table of the profiles that lie in columns, all of the same length.
///
/// The values of a locus that are known are its genotype; one alone is one copy at X and Y loci, elsewhere an allele
/// beside an unknown one. Where none is known, the locus was not typed. What a row of the table cannot say goes through a
/// profile.
pub(super) fn table(ids: &[String], loci: &[LocusColumns]) -> matcher_core::Result<ProfileTable> {
    let standard = Panel::standard();
    let mut order: Vec<&LocusColumns> = loci.iter().collect();
    order.sort_by_key(|at| (standard.column(at.locus).unwrap_or(MAX_LOCI), at.locus));
    let on_panel: Vec<Locus> = order.iter().take(MAX_LOCI).map(|at| at.locus).collect();
    let mut table = ProfileTable::new(Panel::new(&on_panel)?);
    let mut numbers: Vec<Vec<Vec<u8>>> = Vec::with_capacity(order.len());
    for (column, at) in order.iter().enumerate() {
        let number = |allele: &Allele| match *allele {
            Allele::UNKNOWN => 0,
            allele if allele.is_designated() && column < MAX_LOCI => {
                table.code(column, allele).unwrap_or(ODD)
            }
            _ => ODD,
        };
        let mut number = number;
        numbers.push(at.columns.iter().map(|c| c.values.iter().map(&mut number).collect()).collect());
    }
    let mut row = vec![[0u8; 2]; on_panel.len()];
    for (k, id) in ids.iter().enumerate() {
        if id.is_empty() || id.len() > 255 {
            return Err(Error::invalid(
                format!("row {k}"),
                "profile id",
                format!("{id:?}"),
                "1 to 255 bytes",
            ));
        }
        let mut fits = true;
        for (column, (at, numbers)) in order.iter().zip(&numbers).enumerate() {
            match pair(at, numbers, k) {
                Some(pair) if column < MAX_LOCI => row[column] = pair,
                Some([0, 0]) => {}
                _ => fits = false,
            }
            if !fits {
                break;
            }
        }
        if fits {
            table.push_row(id, &row);
        } else {
            table.push(&profile(id, &order, k)?);
        }
    }
    Ok(table)
}

/// The genotype of a row as a pair of numbers; `None` where a row cannot hold it.
fn pair(at: &LocusColumns, numbers: &[Vec<u8>], row: usize) -> Option<[u8; 2]> {
    let mut found = [0u8; 2];
    let mut count = 0;
    for (column, numbers) in at.columns.iter().zip(numbers) {
        let number = numbers[usize::from(column.codes[row])];
        if number == ODD || (number != 0 && count == 2) {
            return None;
        }
        if number != 0 {
            found[count] = number;
            count += 1;
        }
    }
    let [a, b] = found;
    match (count, at.locus.inheritance()) {
        (0, _) => Some([0, 0]),
        // At a Y locus a row holds one copy as two equal numbers, and cannot hold two equal copies.
        (1, Inheritance::Y) => Some([a, a]),
        (1, Inheritance::X) => None,
        (1, _) => Some([0, a]),
        (_, Inheritance::Y) if a == b => None,
        _ => Some([a.min(b), a.max(b)]),
    }
}

/// The profile of a row.
fn profile(id: &str, loci: &[&LocusColumns], row: usize) -> matcher_core::Result<Profile> {
    let mut builder = Profile::builder(id);
    for at in loci {
        let values = at.columns.iter().map(|column| column.values[usize::from(column.codes[row])]);
        let mut known: Vec<Allele> = values.filter(|allele| *allele != Allele::UNKNOWN).collect();
        let one_copy = matches!(at.locus.inheritance(), Inheritance::X | Inheritance::Y);
        match known.len() {
            0 => continue,
            1 if !one_copy => known.push(Allele::UNKNOWN),
            _ => {}
        }
        builder = builder.genotype(at.locus, Genotype::new(&known)?);
    }
    builder.build()
}

/// Checks that all columns have as many rows as there are ids.
pub(super) fn check(py: Python<'_>, ids: usize, loci: &[LocusColumns]) -> PyResult<()> {
    for at in loci {
        if let Some(column) = at.columns.iter().find(|column| column.codes.len() != ids) {
            let (field, expected) = (format!("rows at {}", at.locus), format!("{ids}, one for each id"));
            return Err(invalid(py, &field, column.codes.len(), &expected));
        }
    }
    Ok(())
}
