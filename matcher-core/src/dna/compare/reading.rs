//! How a rule reads a profile before it compares: the exchange under the Prüm decisions knows two values a locus.

use crate::dna::{Allele, Designation, Genotype};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// How genotypes are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// As written.
    #[default]
    AsWritten,
    /// As exchanged under the Prüm decisions: whatever is not a number, and 1 and 99, is a wildcard (0 is no
    /// allele at all here); of three alleles the lowest is kept and the others become a wildcard.
    Prum,
}

impl Reading {
    /// The genotype as it is compared.
    pub(crate) fn of(self, genotype: &Genotype) -> Cow<'_, Genotype> {
        match self {
            Self::AsWritten => Cow::Borrowed(genotype),
            Self::Prum => {
                let value = |allele: Allele| match allele.designation() {
                    Designation::Repeat(10 | 990) => Allele::WILDCARD,
                    Designation::Repeat(_) => allele,
                    _ => Allele::WILDCARD,
                };
                match *genotype.alleles() {
                    [one] => Cow::Owned(Genotype::pair(value(one), value(one))),
                    [a, b] => Cow::Owned(Genotype::pair(value(a), value(b))),
                    [first, ..] => Cow::Owned(Genotype::pair(value(first), Allele::WILDCARD)),
                    [] => Cow::Borrowed(genotype),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exchange_knows_numbers_and_wildcards() {
        for (written, read) in [
            ("15,16", "15,16"),
            ("15,OL", "15,*"),
            ("9.X,10", "10,*"),
            ("1,99", "*,*"),
            ("15,16,17", "15,*"),
            ("15", "15,15"),
            ("9.3,-", "9.3,*"),
        ] {
            let alleles: Vec<Allele> = written.split(',').map(|a| a.parse().unwrap()).collect();
            let genotype = Genotype::new(&alleles).unwrap();
            assert_eq!(Reading::Prum.of(&genotype).to_string(), read, "{written}");
            assert_eq!(*Reading::AsWritten.of(&genotype), genotype);
        }
    }
}
