//! Names in a file, of loci and of alleles: each is looked up once, and told once where it may be a slip.

use super::cell::shown;
use crate::dna::{Allele, Designation, Locus};
use crate::error::{Error, Problem};
use std::collections::{HashMap, HashSet};

/// The names that a file has used so far.
#[derive(Default)]
pub(super) struct Names {
    loci: HashMap<Box<[u8]>, Locus>,
    words: HashSet<Allele>,
}

impl Names {
    /// The locus of this name, and a remark where it is seen for the first time and known to no table. Neither problem
    /// names a record.
    pub(super) fn locus(&mut self, name: &[u8]) -> Result<(Locus, Option<Problem>), Problem> {
        if let Some(locus) = self.loci.get(name) {
            return Ok((*locus, None));
        }
        let text = std::str::from_utf8(name)
            .map_err(|_| Problem::new("", "locus", shown(name), "a name in UTF-8"))?;
        let locus = Locus::new(text).map_err(|error| match error {
            Error::Invalid(problem) => problem,
            other => Problem::new("", "locus", shown(name), other),
        })?;
        self.loci.insert(name.into(), locus);
        Ok((locus, unknown_locus(locus)))
    }

    /// What is to be said of an allele that is a word without a digit, such as INC, when it is seen for the first time.
    pub(super) fn word(&mut self, allele: Allele) -> Option<Problem> {
        let Designation::Named(name) = allele.designation() else { return None };
        if name.bytes().any(|byte| byte.is_ascii_digit()) || !self.words.insert(allele) {
            return None;
        }
        let expected =
            "an allele (read as the name of one; where it means that there was no result, leave it empty)";
        Some(Problem::new("", "allele", format!("{name:?}"), expected))
    }
}

/// What is to be said of a locus that is in no table. SNPs have numbers instead of names: nothing is said of them.
pub(super) fn unknown_locus(locus: Locus) -> Option<Problem> {
    let is_snp = || locus.name().get(..2).is_some_and(|start| start.eq_ignore_ascii_case("rs"));
    if locus.is_known() || is_snp() {
        return None;
    }
    let expected =
        "a locus of the known kits (read under its own name; other spellings of it are other loci)";
    Some(Problem::new("", "locus", format!("{:?}", locus.name()), expected))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unheard_of_locus_is_told_once() {
        let mut names = Names::default();
        let mut told = |name: &str| names.locus(name.as_bytes()).unwrap().1.is_some();
        assert!(!told("THO1") && !told("rs1490413"));
        assert!(told("D3S1385") && !told("D3S1385"));
        assert!(names.locus(b"").is_err() && names.locus(b"\xff").is_err());
    }

    #[test]
    fn a_word_for_an_allele_is_told_once() {
        let mut names = Names::default();
        let mut told = |allele: &str| names.word(allele.parse().unwrap()).is_some();
        assert!(told("INC") && !told("INC") && told("NEG"));
        assert!(!told("9.3") && !told("X") && !told("OL") && !told("15_14"));
    }
}
