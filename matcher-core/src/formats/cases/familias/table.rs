//! The second part of a Familias project: the loci, with frequencies and mutation.

use super::super::super::report::Report;
use super::super::text::{at, number, shown, whole};
use super::lines::Lines;
use crate::dna::likelihood::{Mutation, MutationModel, Transform};
use crate::dna::{Allele, Locus};
use crate::error::{Error, Problem, Result};
use std::collections::HashSet;

/// What the whole of the loci says.
pub(super) struct FamiliasTable {
    pub(super) name: String,
    pub(super) theta: f64,
    /// In the order of the file, which genotypes count in.
    pub(super) loci: Vec<FamiliasLocus>,
    /// The same, to ask for one.
    pub(super) known: HashSet<Locus>,
}

/// One locus.
pub(super) struct FamiliasLocus {
    pub(super) locus: Locus,
    /// In the order of the file, which genotypes count in.
    pub(super) alleles: Vec<(Allele, f64)>,
    pub(super) silent: Option<f64>,
    pub(super) counted: Option<u64>,
    pub(super) minimum: f64,
    pub(super) dropout: f64,
    pub(super) mutation: Option<Mutation>,
}

/// Reads all loci, and notes what is not used or was read as something else.
pub(super) fn table(lines: &mut Lines<'_>, report: &mut Report) -> Result<FamiliasTable> {
    let head = lines.any("line before the loci", "#FALSE# and the number of databases")?;
    if head.starts_with("#TRUE#") {
        return Err(lines.wrong("line before the loci", head, "#FALSE#: stored results are not read"));
    }
    if !head.starts_with("#FALSE#") {
        return Err(lines.wrong("line before the loci", head, "#FALSE# and the number of databases"));
    }
    if let Some(databases) = stated(head, "#Databases:").filter(|text| *text != "1") {
        return Err(lines.wrong("number of databases", databases, "1"));
    }
    let theta = match stated(head, "Theta/Kinship/Fst:") {
        Some(text) => number(lines.line(), "theta", text)?,
        None => 0.0,
    };
    let count = lines.whole("number of loci", usize::MAX)?;
    let name = if lines.flag("whether the database has a name")? {
        lines.quoted("name of the database")?.to_owned()
    } else {
        String::new()
    };
    let mut loci = Vec::new();
    for _ in 0..count {
        loci.push(locus(lines, report)?);
    }
    let known = loci.iter().map(|locus: &FamiliasLocus| locus.locus).collect();
    Ok(FamiliasTable { name, theta, loci, known })
}

/// What stands after a word, up to a blank or a mark that ends it.
fn stated<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    let (_, rest) = line.split_once(word)?;
    rest.trim_start().split([' ', ';', ',', ')', '\t']).next()
}

fn locus(lines: &mut Lines<'_>, report: &mut Report) -> Result<FamiliasLocus> {
    let name = lines.quoted("name of a locus")?;
    let locus = Locus::new(name).map_err(|_| lines.wrong("name of a locus", name, "1 to 64 bytes"))?;
    let start = lines.line();
    // Of women first, of men second, throughout.
    let rate = [lines.number("mutation rate of women")?, lines.number("mutation rate of men")?];
    let model = [lines.whole("mutation model of women", 4)?, lines.whole("mutation model of men", 4)?];
    let with_silent = lines.whole("number of alleles, silent ones included", usize::MAX)?;
    let range = [lines.number("mutation range of women")?, lines.number("mutation range of men")?];
    let rate2 =
        [lines.number("second mutation rate of women")?, lines.number("second mutation rate of men")?];
    let has_silent = lines.flag("whether there is a silent allele")?;
    let silent = lines.number("frequency of silent alleles")?;
    let info = lines.any("number of alleles", "a whole number")?;
    let line = lines.line();
    let count = whole(line, "number of alleles", info.split('\t').next().unwrap_or_default(), usize::MAX)?;
    if with_silent.checked_sub(usize::from(has_silent)) != Some(count) {
        let expected =
            format!("{}, as it was said before", with_silent.saturating_sub(usize::from(has_silent)));
        return Err(Error::invalid(at(line), "number of alleles", count, expected));
    }
    let size = stated(info, "DatabaseSize =").map(|text| number(line, "DatabaseSize", text)).transpose()?;
    let probability = |word: &str, field: &str| {
        let text = stated(info, word);
        text.map_or(Ok(0.0), |text| number(line, field, text))
    };
    let dropout = probability("Dropout probability =", "dropout probability")?;
    let minimum = probability("Minor allele frequency =", "minor allele frequency")?;
    let mut alleles = Vec::new();
    for _ in 0..count {
        let name = lines.quoted("allele")?;
        let allele = designation(name, lines.line(), locus, report)?;
        alleles.push((allele, lines.number("frequency")?));
    }
    let of = |sex: usize| mutation_model(model[sex], rate[sex], rate2[sex], range[sex]);
    let wrong = |error| match error {
        Error::Invalid(problem) => Error::Invalid(problem.within(locus).within(at(start))),
        other => other,
    };
    let (female, male) = (of(0).map_err(wrong)?, of(1).map_err(wrong)?);
    for (sex, model) in [("women", model[0]), ("men", model[1])] {
        let expected = match model {
            2 => "4, extended stepwise (2, stepwise, was read as that)",
            3 => "4, extended stepwise (3, stepwise and stationary, was read as that with the transform PM)",
            _ => continue,
        };
        report.remark(
            None,
            Problem::new(at(start), format!("mutation model of {sex} at {locus}"), model, expected),
        );
    }
    let none = |sex: usize| rate[sex] == 0.0 && (rate2[sex] == 0.0 || model[sex] < 2);
    let mutation = (!(none(0) && none(1))).then(|| Mutation::by_sex(male, female));
    let silent = has_silent.then_some(silent);
    let counted = size.filter(|size| (1.0..1e15).contains(size)).map(|size| size as u64);
    Ok(FamiliasLocus { locus, alleles, silent, counted, minimum, dropout, mutation })
}

/// The model that a code of the program stands for.
fn mutation_model(code: usize, rate: f64, rate2: f64, range: f64) -> Result<MutationModel> {
    match code {
        0 => MutationModel::equal(rate),
        1 => MutationModel::proportional(rate),
        // A model that does not move needs no range, and files say 0 there.
        _ if rate == 0.0 && rate2 == 0.0 => MutationModel::equal(0.0),
        3 => {
            let model = MutationModel::stepwise(rate, rate2, range)?;
            Ok(model.transformed(Some(Transform::Stationary)))
        }
        _ => MutationModel::stepwise(rate, rate2, range),
    }
}

/// An allele by its name in the table. Names that no allele has here (`Rest allele`, `0`) are changed into ones that it may
/// have, the same way in a table and in genotypes.
pub(super) fn designation(name: &str, line: usize, locus: Locus, report: &mut Report) -> Result<Allele> {
    if let Ok(allele) = name.parse::<Allele>()
        && allele.is_designated()
    {
        return Ok(allele);
    }
    let usual = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-') { c } else { '_' };
    let changed: String = name.chars().map(usual).collect();
    let named = |text: &str| text.parse::<Allele>().ok().filter(|allele| allele.is_designated());
    let allele = named(&changed).or_else(|| named(&format!("allele_{changed}"))).ok_or_else(|| {
        Error::invalid(at(line), format!("allele of {locus}"), shown(name), "a name of up to 57 bytes")
    })?;
    let expected = format!("a number of repeats or a name (read as {allele})");
    report.remark(None, Problem::new(at(line), format!("allele of {locus}"), shown(name), expected));
    Ok(allele)
}
