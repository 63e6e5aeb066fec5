//! The columns of a PED file: from its header, from the names given, or from how many there are. And MAP files, which hold
//! nothing but the names.

use super::super::report::Report;
use super::CaseLimits;
use super::ped::is_comment;
use super::text::{at, decoded, shown, within};
use crate::dna::Locus;
use crate::error::{Error, Problem, Result};
use std::collections::HashSet;
use std::iter::Peekable;

/// What the columns are.
pub(super) struct Columns {
    /// Of a whole row.
    pub(super) count: usize,
    /// 1 where a phenotype stands after the sex, else 0.
    pub(super) phenotype: usize,
    /// The markers, two columns each.
    pub(super) loci: Vec<Locus>,
}

/// Names of a sixth column that is none of an allele.
const PHENOTYPES: [&str; 8] =
    ["phenotype", "pheno", "phen", "affected", "affection", "aff", "status", "disease"];

/// Whether these cells are those of a header.
pub(super) fn is_header(cells: &[&str]) -> bool {
    cells.get(4).is_some_and(|cell| ["sex", "gender"].iter().any(|name| cell.eq_ignore_ascii_case(name)))
}

/// The columns, as the first lines say them; a header is read, the first row is not. `None` where there is no row.
pub(super) fn columns<'a>(
    lines: &mut Peekable<impl Iterator<Item = (usize, &'a str)>>,
    markers: &[String],
    report: &mut Report,
) -> Result<Option<Columns>> {
    let mut header: Option<(usize, Vec<&str>)> = None;
    let (number, line) = loop {
        let Some(&(number, line)) = lines.peek() else { return Ok(None) };
        if header.is_none() {
            let cells: Vec<&str> = line.trim_start_matches('#').split_ascii_whitespace().collect();
            if is_header(&cells) {
                header = Some((number, cells));
                lines.next();
                continue;
            }
        }
        if !is_comment(line) {
            break (number, line);
        }
        lines.next();
    };
    let count = line.split_ascii_whitespace().count();
    if count < 5 {
        let expected = "5 or more: family, person, father, mother, sex";
        return Err(Error::invalid(at(number), "number of columns", count, expected));
    }
    let phenotype = match &header {
        Some((_, cells)) => {
            let sixth = cells.get(5).copied().unwrap_or_default();
            usize::from(PHENOTYPES.iter().any(|name| sixth.eq_ignore_ascii_case(name)))
        }
        None => usize::from(count % 2 == 0),
    };
    let Some(cells) = (count - 5).checked_sub(phenotype) else {
        let expected = "6 or more: the header says that there is a phenotype";
        return Err(Error::invalid(at(number), "number of columns", count, expected));
    };
    if cells % 2 == 1 {
        let expected = "two a marker, beside the 5 or 6 about the person";
        return Err(Error::invalid(at(number), "number of columns of alleles", cells, expected));
    }
    let named = header.and_then(|(number, cells)| {
        let names: Vec<&str> = cells.into_iter().skip(5 + phenotype).collect();
        (!names.is_empty()).then_some((number, names))
    });
    let names: Vec<String> = match named {
        Some((number, names)) => header_names(&names, cells / 2, number)?,
        None if !markers.is_empty() => {
            if markers.len() != cells / 2 {
                let expected = format!("{}, the number of names given", markers.len());
                return Err(Error::invalid(at(number), "number of markers", cells / 2, expected));
            }
            markers.to_vec()
        }
        None if cells == 0 => Vec::new(),
        None => {
            let problem =
                Problem::new(at(number), "header", "missing", "names of markers (marker 1, 2 ... is used)");
            report.remark(None, problem);
            (1..=cells / 2).map(|number| format!("marker {number}")).collect()
        }
    };
    Ok(Some(Columns { count, phenotype, loci: loci(&names)? }))
}

/// The names of a header with a name or two a marker.
fn header_names(names: &[&str], markers: usize, line: usize) -> Result<Vec<String>> {
    if names.len() == markers {
        return Ok(names.iter().map(|name| (*name).to_owned()).collect());
    }
    if names.len() != markers * 2 {
        let expected = format!("{markers}, as there are alleles, or {} with two a marker", markers * 2);
        return Err(Error::invalid(at(line), "number of markers in the header", names.len(), expected));
    }
    names
        .chunks_exact(2)
        .map(|pair| {
            let stem = |name: &str, ends: [char; 3]| {
                name.strip_suffix(ends).map(|stem| stem.trim_end_matches(['_', '.']).to_owned())
            };
            let (first, second) = (stem(pair[0], ['1', 'a', 'A']), stem(pair[1], ['2', 'b', 'B']));
            match (first, second) {
                _ if pair[0] == pair[1] => Ok(pair[0].to_owned()),
                (Some(first), Some(second)) if first == second && !first.is_empty() => Ok(first),
                _ => {
                    let value = format!("{} and {}", shown(pair[0]), shown(pair[1]));
                    Err(Error::invalid(at(line), "names of a marker", value, "such as TH01_1 and TH01_2"))
                }
            }
        })
        .collect()
}

fn loci(names: &[String]) -> Result<Vec<Locus>> {
    let mut seen = HashSet::new();
    let one = |name: &String| {
        let locus = Locus::new(name).map_err(|error| within(error, "markers"))?;
        if seen.insert(locus) {
            Ok(locus)
        } else {
            Err(Error::invalid("markers", "locus", locus, "each locus once"))
        }
    };
    names.iter().map(one).collect()
}

/// Reads the names of the markers of a MAP file, for [`PedigreeOptions::markers`](super::PedigreeOptions::markers).
///
/// A row is `chromosome name [position in centimorgans] position in bases`, separated by blanks or tabs; lines that begin
/// with `#` are skipped.
///
/// # Errors
/// A row has other than 3 or 4 columns; there is no row; there are more bytes than [`CaseLimits`] has by default.
///
/// # Examples
/// ```
/// use matcher_core::formats::cases::read_map;
/// assert_eq!(read_map(b"11\tTH01\t0\t2171088\n4 FGA 0 154587736\n")?, ["TH01", "FGA"]);
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn read_map(bytes: &[u8]) -> Result<Vec<String>> {
    CaseLimits::default().check_bytes(bytes.len())?;
    let (text, _) = decoded(bytes);
    let rows = text.lines().enumerate().filter(|(_, line)| !is_comment(line));
    let name = |(number, line): (usize, &str)| {
        let cells: Vec<&str> = line.split_ascii_whitespace().take(5).collect();
        if matches!(cells.len(), 3 | 4) {
            return Ok(cells[1].to_owned());
        }
        let expected = "3 or 4: chromosome, name, position";
        Err(Error::invalid(at(number + 1), "number of columns", cells.len(), expected))
    };
    let names: Vec<String> = rows.map(name).collect::<Result<_>>()?;
    if names.is_empty() {
        return Err(Error::invalid("", "number of markers", 0, "1 or more"));
    }
    Ok(names)
}
