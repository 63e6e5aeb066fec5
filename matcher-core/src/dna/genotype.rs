//! The alleles found at one locus of one specimen.

use super::Allele;
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Alleles that a genotype may have: a stain of many people shows more than the 8 of the CODIS import format.
pub const MAX_ALLELES: usize = 32;

/// The alleles at a locus, in canonical order, so that no comparison depends on which was written first.
///
/// One allele alone means that there is one copy (an X or Y locus of a man). Two equal ones are a homozygote; an allele
/// and [`Allele::UNKNOWN`] are one known allele beside one that may have dropped out. Three are an extra copy or a
/// mixture, more than that a mixture, in which equal alleles count once.
///
/// `Debug` shows no allele: a genotype is biometric data and does not belong in a log.
///
/// # Examples
/// ```
/// use matcher_core::dna::Genotype;
/// let genotype: Genotype = ["16", "15"].into_iter().map(|a| a.parse()).collect::<Result<Vec<_>, _>>()?.try_into()?;
/// assert_eq!(genotype.to_string(), "15,16");
/// assert!(genotype.is_complete() && !genotype.is_homozygous());
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Allele>", into = "Vec<Allele>")]
pub struct Genotype {
    count: u8,
    pair: [Allele; 2],
    more: Option<Box<More>>,
}

/// What few genotypes have.
#[derive(Clone, PartialEq)]
struct More {
    /// All alleles, where there are more than two.
    alleles: Vec<Allele>,
    /// The height of each allele's peak, where heights were measured.
    heights: Option<Vec<f32>>,
}

impl Genotype {
    /// Two alleles: a homozygote where they are equal.
    pub fn pair(a: Allele, b: Allele) -> Self {
        let pair = if a <= b { [a, b] } else { [b, a] };
        Self { count: 2, pair, more: None }
    }

    /// One allele where there is one copy.
    pub const fn single_copy(allele: Allele) -> Self {
        Self { count: 1, pair: [allele; 2], more: None }
    }

    /// 1 to [`MAX_ALLELES`] alleles, in any order. Of three and more, equal ones are kept once, except that two remain
    /// two; open ones (`-`, `*`, `OL`) are kept, since they may be different alleles.
    ///
    /// # Errors
    /// There is no allele, or there are too many.
    pub fn new(alleles: &[Allele]) -> Result<Self> {
        match *alleles {
            [allele] => Ok(Self::single_copy(allele)),
            [a, b] => Ok(Self::pair(a, b)),
            _ => {
                let mut distinct = alleles.to_vec();
                distinct.sort_unstable();
                distinct.dedup_by(|a, b| a == b && !a.is_open());
                match *distinct {
                    [] => Err(Error::invalid("", "alleles", "0", format!("1 to {MAX_ALLELES}"))),
                    [allele] => Ok(Self::pair(allele, allele)),
                    [a, b] => Ok(Self::pair(a, b)),
                    [a, b, ..] if distinct.len() <= MAX_ALLELES => {
                        let count = distinct.len() as u8;
                        let more = More { alleles: distinct, heights: None };
                        Ok(Self { count, pair: [a, b], more: Some(Box::new(more)) })
                    }
                    _ => Err(Error::invalid("", "alleles", distinct.len(), format!("1 to {MAX_ALLELES}"))),
                }
            }
        }
    }

    /// Alleles with the heights of their peaks, in relative fluorescence units. Of equal alleles the higher peak is kept.
    ///
    /// # Errors
    /// As [`new`](Self::new); or a height is not a finite number of at least 0.
    pub fn with_heights(peaks: &[(Allele, f32)]) -> Result<Self> {
        let mut peaks = peaks.to_vec();
        if let Some((_, height)) = peaks.iter().find(|(_, height)| !height.is_finite() || *height < 0.0) {
            return Err(Error::invalid("", "peak height", height, "a number of at least 0"));
        }
        peaks.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        let all: Vec<Allele> = peaks.iter().map(|(allele, _)| *allele).collect();
        if peaks.len() > 2 {
            peaks.dedup_by(|(a, _), (b, _)| a == b && !a.is_open());
        }
        let mut genotype = Self::new(&all)?;
        // One peak among equal ones that were dropped stands for both copies.
        let heights =
            genotype.alleles().iter().enumerate().map(|(i, _)| peaks[i.min(peaks.len() - 1)].1).collect();
        let more = genotype.more.get_or_insert_with(|| Box::new(More { alleles: Vec::new(), heights: None }));
        more.heights = Some(heights);
        Ok(genotype)
    }

    /// The alleles, in their order.
    pub fn alleles(&self) -> &[Allele] {
        match &self.more {
            Some(more) if !more.alleles.is_empty() => &more.alleles,
            _ => &self.pair[..usize::from(self.count)],
        }
    }

    /// The height of each allele's peak, in relative fluorescence units, where heights were measured.
    pub fn heights(&self) -> Option<&[f32]> {
        self.more.as_ref()?.heights.as_deref()
    }

    /// The different alleles, in their order.
    pub fn distinct(&self) -> &[Allele] {
        match self.alleles() {
            [a, b] if a == b => &self.pair[..1],
            alleles => alleles,
        }
    }

    /// Whether there is one copy only.
    pub const fn is_single_copy(&self) -> bool {
        self.count == 1
    }

    /// Whether it is two copies of one designated allele.
    pub fn is_homozygous(&self) -> bool {
        self.count == 2 && self.pair[0] == self.pair[1] && self.pair[0].is_designated()
    }

    /// Whether every allele is designated: none is open, and none a mark such as `9.X`.
    pub fn is_complete(&self) -> bool {
        self.alleles().iter().all(|allele| allele.is_designated())
    }

    /// Whether nothing is known: every allele is `-` or `*`.
    pub fn is_blank(&self) -> bool {
        self.alleles().iter().all(|allele| *allele == Allele::UNKNOWN || *allele == Allele::WILDCARD)
    }
}

impl TryFrom<Vec<Allele>> for Genotype {
    type Error = Error;

    fn try_from(alleles: Vec<Allele>) -> Result<Self> {
        Self::new(&alleles)
    }
}

impl From<Genotype> for Vec<Allele> {
    fn from(genotype: Genotype) -> Self {
        genotype.alleles().to_vec()
    }
}

impl fmt::Display for Genotype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, allele) in self.alleles().iter().enumerate() {
            let comma = if i > 0 { "," } else { "" };
            write!(f, "{comma}{allele}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Genotype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Genotype").field("alleles", &self.count).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn genotype(alleles: &[&str]) -> Result<Genotype> {
        let alleles: Result<Vec<Allele>> = alleles.iter().map(|a| a.parse()).collect();
        Genotype::new(&alleles?)
    }

    #[test]
    fn order_and_repetition_do_not_matter() {
        assert_eq!(genotype(&["16", "15"]).unwrap(), genotype(&["15", "16"]).unwrap());
        assert_eq!(genotype(&["16", "15", "15"]).unwrap(), genotype(&["15", "16"]).unwrap());
        assert_eq!(genotype(&["15", "15", "15"]).unwrap(), genotype(&["15", "15"]).unwrap());
        assert_ne!(genotype(&["15", "15"]).unwrap(), genotype(&["15"]).unwrap());
        assert_eq!(genotype(&["15", "-"]).unwrap().to_string(), "15,-");
        assert_eq!(genotype(&["OL", "15", "OL", "15"]).unwrap().to_string(), "15,OL,OL");
        assert_eq!(genotype(&["17", "15", "16"]).unwrap().to_string(), "15,16,17");
    }

    #[test]
    fn what_is_known_of_it() {
        let of = |alleles: &[&str]| {
            let g = genotype(alleles).unwrap();
            (g.distinct().len(), g.is_homozygous(), g.is_complete(), g.is_blank(), g.is_single_copy())
        };
        assert_eq!(of(&["15", "15"]), (1, true, true, false, false));
        assert_eq!(of(&["15", "16"]), (2, false, true, false, false));
        assert_eq!(of(&["15"]), (1, false, true, false, true));
        assert_eq!(of(&["15", "-"]), (2, false, false, false, false));
        assert_eq!(of(&["9.X", "15"]), (2, false, false, false, false));
        assert_eq!(of(&["-", "*"]), (2, false, false, true, false));
    }

    #[test]
    fn heights_follow_their_alleles() {
        let allele = |text: &str| text.parse::<Allele>().unwrap();
        let g = Genotype::with_heights(&[(allele("17"), 90.0), (allele("15"), 200.0)]).unwrap();
        assert_eq!((g.to_string(), g.heights()), ("15,17".into(), Some(&[200.0, 90.0][..])));
        let g = Genotype::with_heights(&[(allele("15"), 90.0), (allele("15"), 200.0)]).unwrap();
        assert_eq!((g.to_string(), g.heights()), ("15,15".into(), Some(&[200.0, 90.0][..])));
        let three = [("15", 90.0), ("15", 200.0), ("15", 10.0)].map(|(a, h)| (allele(a), h));
        let g = Genotype::with_heights(&three).unwrap();
        assert_eq!((g.to_string(), g.heights()), ("15,15".into(), Some(&[200.0, 200.0][..])));
        assert!(Genotype::with_heights(&[(allele("15"), f32::NAN)]).is_err());
    }

    #[test]
    fn none_and_too_many_are_errors() {
        assert_eq!(Genotype::new(&[]).unwrap_err().to_string(), "alleles is 0, expected 1 to 32");
        let many: Vec<String> = (1..34).map(|n| n.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(genotype(&many).unwrap_err().to_string(), "alleles is 33, expected 1 to 32");
    }

    #[test]
    fn debug_shows_no_allele() {
        assert_eq!(format!("{:?}", genotype(&["15", "16"]).unwrap()), "Genotype { alleles: 2, .. }");
    }
}
