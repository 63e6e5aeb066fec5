//! PED files: a person a row with family, parents and sex, and two columns of alleles a marker.
//!
//! The form of LINKAGE (before `makeped`) and PLINK: `family person father mother sex [phenotype] alleles...`, separated by
//! blanks or tabs. What is missing is `0`.

use super::super::Diagnostic;
use super::super::report::{Report, Strictness};
use super::limits::CaseLimits;
use super::ped_header::{Columns, columns};
use super::relatives::{Budget, Ids};
use super::text::{at, decoded, shown, within};
use crate::dna::kinship::Pedigree;
use crate::dna::{Allele, Genotype, Inheritance, Profile, Sex};
use crate::error::{Error, Problem, Result};
use std::collections::{HashMap, HashSet};

/// How to read a PED file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PedigreeOptions {
    /// The names of the markers in the order of the columns, where the file has no header that says them:
    /// [`read_map`](super::read_map) gives those of a MAP file.
    pub markers: Vec<String>,
    /// What to do about faults.
    pub strictness: Strictness,
    /// How much to read at most.
    pub limits: CaseLimits,
}

/// What was read of a PED file.
#[derive(Clone, Debug)]
pub struct PedigreeReading {
    /// Each family by its name, in the order of the file.
    pub families: Vec<(String, Pedigree)>,
    /// What was typed, in the order of the file; the id is that of the person.
    pub profiles: Vec<Profile>,
    /// What was wrong or should be known.
    pub remarks: Vec<Diagnostic>,
}

/// Somebody of a file.
struct Row<'a> {
    line: usize,
    id: &'a str,
    father: Option<&'a str>,
    mother: Option<&'a str>,
    sex: Option<Sex>,
    /// The whole row: its alleles are looked at where they are read, and not kept twice.
    text: &'a str,
}

/// Reads the pedigrees of a PED file, and the profiles where it has markers.
///
/// # Method
/// A row has 5 columns (family, person, father, mother, sex), a sixth with a phenotype, which is not used, or not, and two
/// a marker: whether there is a phenotype follows from a header or, without one, from the number of columns being even.
/// Sex is `1` or `2`, `M` or `F`; all else that programs write for "not known" (`0`, `-9`, `.`, `NA`) is not known. Ids
/// need to be unique in a family only: where two families have the same, the family stands before it (`F1: Father`).
///
/// A header is a first line whose fifth column is `sex` or `gender`. It has a name a marker, or two names a marker that
/// end in `1` and `2` or are the same. Other lines that begin with `#` are skipped. Without names the markers are called
/// `marker 1` and so on.
///
/// At X loci men have one copy: `15 15` and `15 0` are that.
///
/// # Errors
/// [`Error::Invalid`] names the line: too few columns, or another number of them than in the first row; a sex or an allele
/// that cannot be read; somebody there twice; a pedigree that [`Pedigree`] refuses; a limit is exceeded.
/// A parent who has no row is added, and said; for a strict reader that is an error.
///
/// # References
/// S. Purcell et al., "PLINK: a tool set for whole-genome association and population-based linkage analyses", Am J Hum
/// Genet 81 (2007) 559-575, and the page on file formats of PLINK 1.9; J. Terwilliger, J. Ott, *Handbook of Human Genetic
/// Linkage*, 1994, for the form of LINKAGE. The page of PLINK is what was followed.
///
/// # Examples
/// ```
/// use matcher_core::formats::cases::{PedigreeOptions, read_pedigrees};
/// let text = b"fid iid pat mat sex TH01 FGA\nF1 AF 0 0 1 6 9.3 20 21\nF1 C AF 0 2 6 7 0 0\n";
/// let reading = read_pedigrees(text, &PedigreeOptions::default())?;
/// let (name, pedigree) = &reading.families[0];
/// assert_eq!((name.as_str(), pedigree.people().len()), ("F1", 2));
/// assert_eq!(reading.profiles[1].loci().len(), 1); // FGA was not typed
///
/// let wrong = read_pedigrees(b"F1 AF 0 0 1\nF1 C AF 0 x\n", &PedigreeOptions::default()).unwrap_err();
/// assert_eq!(wrong.to_string(), "line 2: sex of \"C\" is \"x\", expected 1, 2, M, F, or 0 where it is not known");
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn read_pedigrees(bytes: &[u8], options: &PedigreeOptions) -> Result<PedigreeReading> {
    options.limits.check_bytes(bytes.len())?;
    let mut report = Report::new(options.strictness, bytes.len());
    let (text, problem) = decoded(bytes);
    problem.map_or(Ok(()), |problem| report.fault(None, problem))?;
    let mut lines = text.lines().enumerate().map(|(at, line)| (at + 1, line)).peekable();
    let Some(columns) = columns(&mut lines, &options.markers, &mut report)? else {
        return Err(Error::UnknownFormat("the input has no row".into()));
    };
    let mut budget = Budget::new(options.limits.people);
    let mut families: Vec<(&str, Vec<Row<'_>>)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for (number, line) in lines.filter(|(_, line)| !is_comment(line)) {
        budget.take(&at(number), 1)?;
        let (family, row) = row(number, line, &columns)?;
        let place = *places.entry(family).or_insert_with(|| {
            families.push((family, Vec::new()));
            families.len() - 1
        });
        families[place].1.push(row);
    }
    let mut ids = Ids::default();
    for (_, rows) in &families {
        let names = rows.iter().flat_map(|row| [Some(row.id), row.father, row.mother]).flatten();
        names.collect::<HashSet<_>>().into_iter().for_each(|name| ids.add(name));
    }
    let (mut pedigrees, mut profiles) = (Vec::new(), Vec::new());
    for (family, rows) in &families {
        let pedigree = pedigree(family, rows, &ids, &mut budget, &mut report)
            .map_err(|error| within(error, format!("family {}", shown(family))))?;
        pedigrees.push(((*family).to_owned(), pedigree));
        for row in rows {
            profiles.extend(profile(row, &ids.id(family, row.id), &columns)?);
        }
    }
    Ok(PedigreeReading { families: pedigrees, profiles, remarks: report.finish() })
}

/// Whether a line says nothing about anybody.
pub(super) fn is_comment(line: &str) -> bool {
    line.trim().is_empty() || line.starts_with('#')
}

fn row<'a>(line: usize, text: &'a str, columns: &Columns) -> Result<(&'a str, Row<'a>)> {
    let mut cells = text.split_ascii_whitespace();
    let mut cell = || cells.next().unwrap_or_default();
    let (family, id, father, mother, sex) = (cell(), cell(), cell(), cell(), cell());
    let found = text.split_ascii_whitespace().count();
    if found != columns.count || sex.is_empty() {
        let expected = format!("{}, as in the first row", columns.count);
        return Err(Error::invalid(at(line), "number of columns", found, expected));
    }
    if is_missing(id) {
        return Err(Error::invalid(at(line), "person", shown(id), "an id other than 0"));
    }
    let sex = match sex.to_ascii_lowercase().as_str() {
        "1" | "m" | "male" => Some(Sex::Male),
        "2" | "f" | "female" => Some(Sex::Female),
        unknown if is_missing(unknown) || unknown == "u" || unknown == "unknown" => None,
        _ => {
            let field = format!("sex of {}", shown(id));
            return Err(Error::invalid(
                at(line),
                field,
                shown(sex),
                "1, 2, M, F, or 0 where it is not known",
            ));
        }
    };
    let parent = |id: &'a str| Some(id).filter(|id| !is_missing(id));
    Ok((family, Row { line, id, father: parent(father), mother: parent(mother), sex, text }))
}

/// What programs write for nothing.
pub(super) fn is_missing(cell: &str) -> bool {
    matches!(cell, "0" | "-9" | "." | "-") || cell.eq_ignore_ascii_case("na")
}

fn pedigree(
    family: &str,
    rows: &[Row<'_>],
    ids: &Ids<'_>,
    budget: &mut Budget,
    report: &mut Report,
) -> Result<Pedigree> {
    let mut known: HashSet<&str> = rows.iter().map(|row| row.id).collect();
    let id = |name: &str| ids.id(family, name);
    let mut builder = Pedigree::builder();
    for row in rows {
        let (father, mother) = (row.father.map(id), row.mother.map(id));
        builder = builder.person(&id(row.id), father.as_deref(), mother.as_deref(), row.sex);
    }
    for row in rows {
        for (parent, sex) in [(row.father, Sex::Male), (row.mother, Sex::Female)] {
            if let Some(parent) = parent.filter(|parent| known.insert(parent)) {
                budget.take(&at(row.line), 1)?;
                let field = format!("parent of {}", shown(row.id));
                let expected = "somebody with a row (added, not related to anybody else)";
                report.fault(None, Problem::new(at(row.line), field, shown(parent), expected))?;
                builder = builder.person(&id(parent), None, None, Some(sex));
            }
        }
    }
    builder.build()
}

/// What was typed of somebody; `None` where nothing was.
fn profile(row: &Row<'_>, id: &str, columns: &Columns) -> Result<Option<Profile>> {
    let mut builder = Profile::builder(id);
    let mut any = false;
    let mut cells = row.text.split_ascii_whitespace().skip(5 + columns.phenotype);
    for &locus in &columns.loci {
        let mut pair = [Allele::UNKNOWN; 2];
        for (allele, cell) in pair.iter_mut().zip(cells.by_ref()) {
            if !is_missing(cell) {
                *allele =
                    cell.parse().map_err(|error| within(error, format!("{}, {locus}", at(row.line))))?;
            }
        }
        let [a, b] = pair;
        let one_copy = row.sex == Some(Sex::Male) && locus.inheritance() == Inheritance::X;
        let genotype = match (a == Allele::UNKNOWN, b == Allele::UNKNOWN) {
            (true, true) => continue,
            (false, true) if one_copy => Genotype::single_copy(a),
            (true, false) if one_copy => Genotype::single_copy(b),
            _ if one_copy && a == b => Genotype::single_copy(a),
            _ => Genotype::pair(a, b),
        };
        any = true;
        builder = builder.genotype(locus, genotype);
    }
    any.then(|| builder.build()).transpose().map_err(|error| within(error, at(row.line)))
}

#[cfg(test)]
#[path = "ped_tests.rs"]
mod tests;
