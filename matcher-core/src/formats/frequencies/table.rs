//! Frequencies as text tables: wide, long, and of SNPs.

use super::{FrequencyOptions, shown};
use crate::dna::{Allele, Frequencies, FrequenciesBuilder, Locus};
use crate::error::{Error, Problem, Result};
use std::collections::BTreeMap;

/// Separators in the order in which they are looked for: a comma may be a decimal point.
const SEPARATORS: [char; 3] = ['\t', ';', ','];

/// A line with its number, from 1.
type Line<'a> = (usize, &'a str);

/// What the columns of a table are.
enum Layout {
    /// The first column is alleles, each other a locus.
    Wide(Vec<Locus>),
    /// Where locus, allele and frequency stand.
    Long(usize, usize, usize),
    /// Where locus, both alleles and the frequency of the first stand.
    Snp(usize, [usize; 2], usize),
}

/// What was read of a locus.
type Loci = BTreeMap<Locus, Vec<(Allele, f64)>>;

pub(super) fn read(text: &str, options: &FrequencyOptions) -> Result<FrequenciesBuilder> {
    if options.population.is_some() {
        let expected = "none: a table holds one population";
        let name = options.population.as_deref().unwrap_or_default();
        return Err(Error::invalid("", "population", shown(name), expected));
    }
    let numbered = text.lines().enumerate().map(|(at, line)| (at + 1, line));
    let mut lines = numbered.filter(|(_, line)| !(line.trim().is_empty() || line.starts_with('#')));
    let Some((number, header)) = lines.next() else {
        return Err(Error::UnknownFormat("an empty file".into()));
    };
    let Some(separator) = SEPARATORS.into_iter().find(|s| split(header, *s).len() > 1) else {
        return Err(Error::UnknownFormat(format!("line {number} has no tab, semicolon or comma")));
    };
    let layout = layout(&split(header, separator), number)?;
    let mut loci = Loci::new();
    let mut counted = Vec::new();
    for line in lines {
        let cells = split(line.1, separator);
        match &layout {
            Layout::Wide(columns) => wide(line, &cells, columns, separator, &mut loci, &mut counted)?,
            Layout::Long(locus, allele, frequency) => {
                let at = Row { line, cells: &cells, separator };
                let (locus, allele) = (at.locus(*locus)?, at.allele(*allele)?);
                loci.entry(locus).or_default().push((allele, at.number(*frequency, "frequency")?));
            }
            Layout::Snp(locus, [first, second], frequency) => {
                let at = Row { line, cells: &cells, separator };
                let p = at.number(*frequency, "frequency")?;
                let alleles = [(at.allele(*first)?, p), (at.allele(*second)?, 1.0 - p)];
                loci.entry(at.locus(*locus)?).or_default().extend(alleles);
            }
        }
    }
    let builder = Frequencies::builder(options.table_name());
    let builder = loci.into_iter().fold(builder, |builder, (locus, alleles)| builder.alleles(locus, alleles));
    Ok(counted.into_iter().fold(builder, |builder, (locus, count)| builder.counted(locus, count)))
}

/// The cells of a line; a separator within quotes does not separate.
fn split(line: &str, separator: char) -> Vec<&str> {
    let mut quoted = false;
    let cells = line.split(|c: char| {
        quoted ^= c == '"';
        c == separator && !quoted
    });
    cells.map(|cell| cell.trim().trim_matches('"').trim()).collect()
}

fn layout(header: &[&str], line: usize) -> Result<Layout> {
    let column = |names: &[&str]| {
        header.iter().position(|cell| names.iter().any(|name| cell.eq_ignore_ascii_case(name)))
    };
    let locus = column(&["locus", "marker", "loci", "snp"]);
    let frequency = column(&["frequency", "freq"]);
    if let (Some(locus), Some(allele), Some(frequency)) = (locus, column(&["allele"]), frequency) {
        return Ok(Layout::Long(locus, allele, frequency));
    }
    if let (Some(locus), Some(first), Some(second), Some(frequency)) =
        (locus, column(&["a1"]), column(&["a2"]), column(&["freq1"]))
    {
        return Ok(Layout::Snp(locus, [first, second], frequency));
    }
    let first = header.first().copied().unwrap_or_default();
    if ["allele", "alleles", ""].iter().any(|name| first.eq_ignore_ascii_case(name)) {
        // Spreadsheets end lines in separators: columns without a name at the end are none.
        let named = header.iter().rposition(|cell| !cell.is_empty()).unwrap_or(0);
        let loci = header.iter().take(named + 1).skip(1).map(|name| Locus::new(name));
        let loci: Result<Vec<Locus>> = loci.collect();
        let mut loci = loci.map_err(|error| at_line(error, line))?;
        if !loci.is_empty() {
            let all = loci.clone();
            loci.sort_unstable();
            if let Some(twice) = loci.windows(2).find(|pair| pair[0] == pair[1]) {
                return Err(Error::invalid(format!("line {line}"), "locus", twice[0], "each locus once"));
            }
            return Ok(Layout::Wide(all));
        }
    }
    let what = format!(
        "line {line} begins with {}, expected a header: Allele and loci, or locus, allele, frequency",
        shown(first)
    );
    Err(Error::UnknownFormat(what))
}

fn at_line(error: Error, line: usize) -> Error {
    match error {
        Error::Invalid(problem) => problem.within(format!("line {line}")).into(),
        other => other,
    }
}

/// A line of a wide table: an allele with its frequency at each locus that has it, or how many were counted.
fn wide(
    line: Line,
    cells: &[&str],
    columns: &[Locus],
    separator: char,
    loci: &mut Loci,
    counted: &mut Vec<(Locus, u64)>,
) -> Result<()> {
    let at = Row { line, cells, separator };
    if let Some(cell) =
        cells.get(columns.len() + 1..).and_then(|more| more.iter().find(|cell| !cell.is_empty()))
    {
        let expected = format!("{} columns, as in the header", columns.len() + 1);
        return Err(at.wrong("cell beyond the header", cell, &expected));
    }
    let first = cells.first().copied().unwrap_or_default();
    let counts = ["n", "2n"].iter().any(|name| first.eq_ignore_ascii_case(name));
    // Over the cells that there are: a short line costs no more for a long header.
    for ((column, &locus), cell) in (1..).zip(columns).zip(cells.iter().skip(1)) {
        if cell.is_empty() || *cell == "-" || cell.eq_ignore_ascii_case("na") {
            continue;
        }
        let number = at.number(column, locus.name())?;
        if !counts {
            let allele = at.allele(0)?;
            if number != 0.0 {
                loci.entry(locus).or_default().push((allele, number));
            }
        } else if number >= 0.0 && number.fract() == 0.0 && number < 1e15 {
            counted.push((locus, number as u64));
        } else {
            return Err(at.wrong(locus.name(), cell, "a whole number of alleles"));
        }
    }
    Ok(())
}

/// A line taken apart.
struct Row<'a> {
    line: Line<'a>,
    cells: &'a [&'a str],
    separator: char,
}

impl Row<'_> {
    fn wrong(&self, field: &str, value: &str, expected: &str) -> Error {
        Problem::new(format!("line {}", self.line.0), field, shown(value), expected).into()
    }

    fn cell(&self, column: usize) -> &str {
        self.cells.get(column).copied().unwrap_or_default()
    }

    /// The text of a cell with a point for the decimal comma, where commas separate nothing.
    fn with_point(&self, column: usize) -> String {
        let cell = self.cell(column);
        if self.separator == ',' { cell.to_owned() } else { cell.replacen(',', ".", 1) }
    }

    fn number(&self, column: usize, field: &str) -> Result<f64> {
        let number = self.with_point(column).parse::<f64>().ok().filter(|number| number.is_finite());
        number.ok_or_else(|| self.wrong(field, self.cell(column), "a number"))
    }

    fn allele(&self, column: usize) -> Result<Allele> {
        self.with_point(column).parse().map_err(|error| at_line(error, self.line.0))
    }

    fn locus(&self, column: usize) -> Result<Locus> {
        Locus::new(self.cell(column)).map_err(|error| at_line(error, self.line.0))
    }
}
