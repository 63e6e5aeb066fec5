//! Writes PED files, as their reader gives them back.

use super::super::files;
use super::ped::is_missing;
use super::relatives::Ids;
use super::text::shown;
use crate::dna::kinship::{Pedigree, Person};
use crate::dna::{Allele, Genotype, Inheritance, Locus, Profile, Sex, Source};
use crate::error::{Error, Result};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt::Write;
use std::path::Path;

/// Writes families as a PED file, with what was typed of their people.
///
/// # Method
/// The first line is a header that begins with `#`, which PLINK passes over; a blank in the name of a locus becomes `_`
/// there. A row is `family person father mother sex phenotype` and two alleles a locus, separated by blanks. The phenotype
/// is `-9`, not known. An unknown allele is `0`, and so are both where nothing was typed. Where
/// [`read_pedigrees`](super::read_pedigrees) put the family before an id (`F1: Father`), it is taken away again.
///
/// # Limits
/// A PED file has no place for categories, marks of partial profiles and heights of peaks: they are left out. PLINK takes
/// no more than two different alleles a locus over all people, programs for linkage and kinship take more.
///
/// # Errors
/// [`Error::Invalid`] names the person or profile, and what a PED file cannot say: an id with a blank, or one that means
/// "nobody"; a person of two families, or an inbred founder; a profile of nobody in the families, of several people, or
/// without alleles; a genotype other than of two alleles, and at X loci of men of one.
///
/// # Examples
/// ```
/// use matcher_core::dna::Profile;
/// use matcher_core::dna::kinship::Pedigree;
/// use matcher_core::formats::cases::{PedigreeOptions, read_pedigrees, write_pedigrees};
/// let duo = Pedigree::new([("AF", None, None, None), ("C", Some("AF"), None, None)])?;
/// let child = Profile::new("C", [("TH01", ["6", "9.3"]), ("Penta D", ["9", "-"])])?;
/// let bytes = write_pedigrees(&[("F1".to_owned(), duo.clone())], &[child.clone()])?;
/// let text = "#fid iid pat mat sex phenotype TH01 Penta_D\nF1 AF 0 0 1 -9 0 0 0 0\nF1 C AF 0 0 -9 6 9.3 9 0\n";
/// assert_eq!(bytes, text.as_bytes());
/// let reading = read_pedigrees(&bytes, &PedigreeOptions::default())?;
/// assert_eq!((&reading.families[0].1, &reading.profiles[0]), (&duo, &child));
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn write_pedigrees(families: &[(String, Pedigree)], profiles: &[Profile]) -> Result<Vec<u8>> {
    if families.is_empty() {
        return Err(Error::invalid("", "number of families", 0, "1 or more to write"));
    }
    let typed = by_id(profiles)?;
    let loci: BTreeSet<Locus> = profiles.iter().flat_map(Profile::loci).map(|(locus, _)| *locus).collect();
    let mut text = String::from("#fid iid pat mat sex phenotype");
    for locus in &loci {
        text.push(' ');
        text.push_str(&heading(*locus)?);
    }
    let names = names(families)?;
    let mut written = 0;
    for ((family, pedigree), names) in families.iter().zip(&names) {
        for (person, name) in pedigree.people().iter().zip(names) {
            let parent = |place: Option<usize>| place.map_or("0", |place| names[place]);
            let sex = person.sex().map_or('0', |sex| if sex == Sex::Male { '1' } else { '2' });
            let (father, mother) = (parent(person.father()), parent(person.mother()));
            // Writing into a String does not fail.
            let _ = write!(text, "\n{family} {name} {father} {mother} {sex} -9");
            let profile = typed.get(person.id()).copied();
            written += usize::from(profile.is_some());
            for locus in &loci {
                let genotype = profile.and_then(|profile| profile.get(*locus));
                let [a, b] =
                    genotype.map_or(Ok([Allele::UNKNOWN; 2]), |genotype| pair(person, *locus, genotype))?;
                let _ = write!(text, " {} {}", cell(a), cell(b));
            }
        }
    }
    if written < typed.len() {
        let known: HashSet<&str> =
            families.iter().flat_map(|(_, pedigree)| pedigree.people()).map(Person::id).collect();
        let stranger = profiles.iter().map(Profile::id).find(|id| !known.contains(id)).unwrap_or_default();
        return Err(Error::invalid("", "profile", shown(stranger), "one of somebody in the families"));
    }
    text.push('\n');
    Ok(text.into_bytes())
}

/// Writes families into a PED file, whole or not at all. A file that stood there is replaced at the very end.
///
/// # Errors
/// Those of [`write_pedigrees`], and [`Error::Io`] for a path that cannot be written or is no regular file.
pub fn write_pedigrees_file(
    families: &[(String, Pedigree)],
    profiles: &[Profile],
    path: impl AsRef<Path>,
) -> Result<()> {
    let bytes = write_pedigrees(families, profiles)?;
    files::write(path.as_ref(), bytes)
}

/// The profiles by id, each of which has to be one that a row can say.
fn by_id(profiles: &[Profile]) -> Result<HashMap<&str, &Profile>> {
    let mut typed = HashMap::new();
    for profile in profiles {
        let wrong = |field: &str, value: &str, expected: &str| {
            Err(Error::invalid(format!("profile {}", shown(profile.id())), field, value, expected))
        };
        if profile.source() == Source::Mixture {
            return wrong("source", "a mixture", "a profile of one person, in a pedigree");
        }
        if profile.loci().is_empty() {
            return wrong("number of loci", "0", "1 or more: a PED file does not tell it from no profile");
        }
        if typed.insert(profile.id(), profile).is_some() {
            return wrong("id", "there twice", "each person once");
        }
    }
    Ok(typed)
}

/// The name of a locus without blanks, which separate columns.
fn heading(locus: Locus) -> Result<String> {
    let name: String = locus.name().chars().map(|c| if c.is_ascii_whitespace() { '_' } else { c }).collect();
    if Locus::new(&name).ok() == Some(locus) {
        return Ok(name);
    }
    Err(Error::invalid("", "locus", shown(locus.name()), "a name that can stand without blanks"))
}

/// The ids of all people as they stand in a row, family by family.
fn names(families: &[(String, Pedigree)]) -> Result<Vec<Vec<&str>>> {
    let mut seen = HashSet::new();
    let mut uses = Ids::default();
    let mut names = Vec::with_capacity(families.len());
    for (family, pedigree) in families {
        if !is_word(family) || family.starts_with('#') {
            let expected = "text without blanks, which separate columns, and without # at its start";
            return Err(Error::invalid("", "family", shown(family), expected));
        }
        if !seen.insert(family) {
            return Err(Error::invalid("", "family", shown(family), "each family once"));
        }
        let own = pedigree.people().iter().map(|person| name(family, person)).collect::<Result<Vec<_>>>()?;
        for name in &own {
            uses.add(name);
        }
        names.push(own);
    }
    for ((family, pedigree), own) in families.iter().zip(&names) {
        for (person, name) in pedigree.people().iter().zip(own) {
            if uses.id(family, name) != person.id() {
                let record = format!("family {}", shown(family));
                let expected = "one that no other family has, or the family, a colon, a blank and such an id";
                return Err(Error::invalid(record, "id", shown(person.id()), expected));
            }
        }
    }
    Ok(names)
}

/// The id of a person as it stands in a row.
fn name<'a>(family: &str, person: &'a Person) -> Result<&'a str> {
    let id = person.id();
    let name = id.strip_prefix(family).and_then(|rest| rest.strip_prefix(": ")).unwrap_or(id);
    let record = || format!("family {}", shown(family));
    if !is_word(name) || is_missing(name) {
        let expected = "text without blanks, which separate columns, and other than 0, -9, ., - and NA";
        return Err(Error::invalid(record(), "id", shown(id), expected));
    }
    if person.inbreeding() != 0.0 {
        let field = format!("inbreeding of {}", shown(id));
        return Err(Error::invalid(
            record(),
            field,
            person.inbreeding(),
            "0: a PED file has no place for it",
        ));
    }
    Ok(name)
}

/// Whether text is one column.
fn is_word(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c.is_ascii_whitespace())
}

/// The two alleles that a reader needs to get this genotype back.
fn pair(person: &Person, locus: Locus, genotype: &Genotype) -> Result<[Allele; 2]> {
    let one_copy = person.sex() == Some(Sex::Male) && locus.inheritance() == Inheritance::X;
    let nothing = genotype.alleles().iter().all(|allele| *allele == Allele::UNKNOWN);
    let expected = match *genotype.alleles() {
        [a] if one_copy && !nothing => return Ok([a, a]),
        [a, b] if !(one_copy || nothing) => return Ok([a, b]),
        _ if one_copy => "one allele, as a man has at an X locus",
        _ => "two alleles, of which one is known",
    };
    let record = format!("profile {}, {locus}", shown(person.id()));
    Err(Error::invalid(record, "number of alleles", genotype.alleles().len(), expected))
}

fn cell(allele: Allele) -> String {
    if allele == Allele::UNKNOWN { "0".to_owned() } else { allele.to_string() }
}

#[cfg(test)]
#[path = "ped_write_tests.rs"]
mod tests;
