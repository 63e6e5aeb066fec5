//! A panel: fixed columns, so that a profile becomes a row of small numbers.
//!
//! Each locus of the panel has a dictionary of the alleles seen at it, numbered from 1 in the order in which they came; 0
//! says "not known". A row is what a search reads. What a row cannot say in full (marks such as `9.X`, more than two
//! alleles, a locus beside the panel, heights) is said of it, so that a database can keep the profile beside its row.

use super::{Allele, Genotype, Inheritance, Kit, Locus, Profile, Source};
use crate::error::{Error, Result};
use crate::simd::planes::MAX_COLUMNS;
use std::collections::HashMap;
use std::fmt;

/// The most loci of a panel: a set of them is 64 bits.
pub const MAX_LOCI: usize = 64;
const _: () = assert!(MAX_LOCI <= MAX_COLUMNS);

/// The most alleles that a dictionary tells apart: the byte 255 stays one that no allele has.
const MAX_CODES: usize = 254;

/// Repeats below this many tenths are looked up in a table.
const SMALL: usize = 640;

/// Loci of a panel, a bit each in the order of its columns.
pub(crate) type LocusSet = u64;

/// The numbers of the alleles at one locus.
#[derive(Clone)]
struct Dictionary {
    alleles: Vec<Allele>,
    /// By tenths of repeats; 0 where it was not seen.
    small: Box<[u8; SMALL]>,
    others: HashMap<Allele, u8>,
}

impl Dictionary {
    fn new() -> Self {
        Self { alleles: Vec::new(), small: Box::new([0; SMALL]), others: HashMap::new() }
    }

    /// The number of an allele, `None` where it was not seen.
    fn find(&self, allele: Allele) -> Option<u8> {
        match allele.tenths() {
            Some(tenths) if usize::from(tenths) < SMALL => {
                Some(self.small[usize::from(tenths)]).filter(|&code| code != 0)
            }
            _ => self.others.get(&allele).copied(),
        }
    }

    /// The number of an allele, a new one where it was not seen; `None` where there is no number left.
    fn code(&mut self, allele: Allele) -> Option<u8> {
        if let Some(code) = self.find(allele) {
            return Some(code);
        }
        if self.alleles.len() >= MAX_CODES {
            return None;
        }
        self.alleles.push(allele);
        let code = self.alleles.len() as u8;
        match allele.tenths() {
            Some(tenths) if usize::from(tenths) < SMALL => self.small[usize::from(tenths)] = code,
            _ => {
                self.others.insert(allele, code);
            }
        }
        Some(code)
    }
}

/// What a row says and does not say of its profile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Encoded {
    /// Columns of which something is known.
    pub(crate) known: LocusSet,
    /// Columns in which every allele is designated.
    pub(crate) designated: LocusSet,
    /// Columns that the row cannot hold, where something is known: they read as not known.
    pub(crate) odd: LocusSet,
    /// Whether there is more to the profile than the row says.
    pub(crate) more: bool,
}

/// Fixed columns with their dictionaries.
///
/// # Examples
/// ```
/// use matcher_core::dna::{Locus, Panel};
/// let panel = Panel::standard();
/// assert_eq!(panel.loci().len(), 34);
/// assert_eq!(panel.column(Locus::new("D1S1656")?), Some(0)); // it tells most of those that most kits type
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Panel {
    loci: Vec<Locus>,
    columns: HashMap<Locus, usize>,
    dictionaries: Vec<Dictionary>,
}

/// Autosomal loci, those that tell most first, but before all those that both CODIS and most European kits type: these
/// are the head of a search. Then what common kits type beside them.
const STANDARD: &str = "D1S1656 D12S391 D2S1338 FGA D18S51 D21S11 SE33 Penta_E Penta_D D6S1043 D19S433 vWA D8S1179 \
     D7S820 D13S317 D16S539 D3S1358 TH01 D2S441 D10S1248 D22S1045 D5S818 CSF1PO TPOX Amelogenin DYS391 Y_indel Penta_C \
     DYS576 DYS570 F13B LPL F13A01 FESFPS";

/// Columns of the head of a search: enough for nearly every block of rows to be settled by them.
const HEAD: usize = 6;

impl Panel {
    /// The panel of these loci, in this order.
    ///
    /// # Errors
    /// There is no locus, one is there twice, or there are more than [`MAX_LOCI`].
    pub fn new(loci: &[Locus]) -> Result<Self> {
        if loci.is_empty() || loci.len() > MAX_LOCI {
            return Err(Error::invalid("panel", "number of loci", loci.len(), format!("1 to {MAX_LOCI}")));
        }
        let columns: HashMap<Locus, usize> = loci.iter().copied().zip(0..).collect();
        if columns.len() < loci.len() {
            let twice = loci.iter().enumerate().find(|(at, locus)| columns[locus] != *at);
            let twice = twice.map_or_else(String::new, |(_, locus)| locus.to_string());
            return Err(Error::invalid("panel", "locus", twice, "each locus once"));
        }
        let dictionaries = loci.iter().map(|_| Dictionary::new()).collect();
        Ok(Self { loci: loci.to_vec(), columns, dictionaries })
    }

    /// The standard panel: the autosomal loci of the common kits, the most telling first, then amelogenin and what else
    /// these kits type.
    pub fn standard() -> Self {
        let loci: Vec<Locus> = STANDARD.split_whitespace().filter_map(|name| Locus::new(name).ok()).collect();
        // A test holds that each of these names is a locus, once.
        Self::new(&loci).unwrap_or_else(|_| Self {
            loci: Vec::new(),
            columns: HashMap::new(),
            dictionaries: Vec::new(),
        })
    }

    /// The panel of a kit, in the order of the standard one.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn of_kit(kit: &Kit) -> Result<Self> {
        Self::of_loci(kit.loci().iter().copied())
    }

    /// The panel of the loci that some profiles have, the most common [`MAX_LOCI`] of them, those first that the standard
    /// panel has first.
    ///
    /// # Errors
    /// No profile has a locus.
    pub fn of_profiles<'a>(profiles: impl IntoIterator<Item = &'a Profile>) -> Result<Self> {
        let mut counts: HashMap<Locus, usize> = HashMap::new();
        for profile in profiles {
            for (locus, _) in profile.loci() {
                *counts.entry(*locus).or_default() += 1;
            }
        }
        let mut loci: Vec<(Locus, usize)> = counts.into_iter().collect();
        loci.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        loci.truncate(MAX_LOCI);
        Self::of_loci(loci.into_iter().map(|(locus, _)| locus))
    }

    fn of_loci(loci: impl Iterator<Item = Locus>) -> Result<Self> {
        let standard = Self::standard();
        let mut loci: Vec<Locus> = loci.collect();
        loci.sort_by_key(|locus| (standard.column(*locus).unwrap_or(MAX_LOCI), *locus));
        Self::new(&loci)
    }

    /// The loci, a column each.
    pub fn loci(&self) -> &[Locus] {
        &self.loci
    }

    /// The column of a locus.
    pub fn column(&self, locus: Locus) -> Option<usize> {
        self.columns.get(&locus).copied()
    }

    /// The alleles seen at a column, in the order of their numbers, which begin with 1.
    ///
    /// # Panics
    /// There is no such column.
    pub fn alleles(&self, column: usize) -> &[Allele] {
        &self.dictionaries[column].alleles
    }

    /// How many of the first columns a search looks at before all others.
    pub(crate) fn head(&self) -> usize {
        HEAD.min(self.loci.len())
    }

    /// The number of an allele at a column, a new one where it was not seen there; `None` where it is not designated or
    /// there is no number left.
    ///
    /// # Panics
    /// There is no such column.
    pub fn code(&mut self, column: usize, allele: Allele) -> Option<u8> {
        if allele.is_designated() { self.number(column, allele) } else { None }
    }

    /// The same, a mark (`9.X`) being an allele of its own.
    pub(crate) fn number(&mut self, column: usize, allele: Allele) -> Option<u8> {
        if allele.is_open() { None } else { self.dictionaries[column].code(allele) }
    }

    /// Writes a profile as a row, a pair a column.
    pub(crate) fn encode(&mut self, profile: &Profile, row: &mut Vec<[u8; 2]>) -> Encoded {
        row.clear();
        row.resize(self.loci.len(), [0; 2]);
        let mut encoded = Encoded { more: profile.source() == Source::Mixture, ..Encoded::default() };
        for (locus, genotype) in profile.loci() {
            let Some(column) = self.column(*locus) else {
                encoded.more = true;
                continue;
            };
            let bit = 1 << column;
            encoded.designated |= if genotype.is_complete() { bit } else { 0 };
            encoded.more |= genotype.heights().is_some();
            if genotype.is_blank() {
                encoded.more = true;
                continue;
            }
            encoded.known |= bit;
            if let Some((pair, whole)) = self.pair(column, genotype) {
                row[column] = pair;
                encoded.more |= !whole;
            } else {
                encoded.odd |= bit;
                encoded.more = true;
            }
        }
        encoded
    }

    /// A genotype as a pair, and whether that says all; `None` where it cannot be a pair.
    fn pair(&mut self, column: usize, genotype: &Genotype) -> Option<([u8; 2], bool)> {
        let one_copy = self.loci[column].inheritance() == Inheritance::Y;
        let dictionary = &mut self.dictionaries[column];
        match *genotype.alleles() {
            [one] if one.is_designated() => {
                let code = dictionary.code(one)?;
                Some(([code, code], one_copy))
            }
            [a, b] if a.is_designated() && b.is_designated() => {
                let (low, high) = (dictionary.code(a)?, dictionary.code(b)?);
                Some(([low.min(high), low.max(high)], !one_copy || a != b))
            }
            // Open alleles order behind the others.
            [a, b] if a.is_designated() && b.is_open() => {
                Some(([0, dictionary.code(a)?], b == Allele::UNKNOWN))
            }
            _ => None,
        }
    }

    /// What a pair of a column says; `None` where nothing is known.
    pub(crate) fn decode(&self, column: usize, pair: [u8; 2]) -> Option<Genotype> {
        let allele =
            |code: u8| self.dictionaries[column].alleles.get(usize::from(code).checked_sub(1)?).copied();
        let high = allele(pair[1])?;
        Some(match allele(pair[0]) {
            None => Genotype::pair(high, Allele::UNKNOWN),
            Some(low) if low == high && self.loci[column].inheritance() == Inheritance::Y => {
                Genotype::single_copy(high)
            }
            Some(low) => Genotype::pair(low, high),
        })
    }
}

/// Shows the loci and no allele.
impl fmt::Debug for Panel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Panel").field("loci", &self.loci.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_panel_has_each_locus_once() {
        let names: Vec<&str> = STANDARD.split_whitespace().collect();
        assert_eq!(Panel::standard().loci().len(), names.len());
        let autosomal = Panel::standard().loci()[..24].to_vec();
        assert!(autosomal.iter().all(|locus| locus.inheritance() == Inheritance::Autosomal));
        for kit in ["CODIS 20", "ESS 12", "ESX 17", "PowerPlex 21"] {
            let kit = Kit::named(kit).unwrap().loci();
            let kit = kit.iter().filter(|locus| locus.inheritance() == Inheritance::Autosomal);
            assert!(kit.into_iter().all(|locus| autosomal.contains(locus)));
        }
    }

    #[test]
    fn a_row_says_what_it_can_and_what_it_cannot() {
        let mut panel = Panel::standard();
        let mut row = Vec::new();
        let plain = Profile::new(
            "a",
            [("FGA", vec!["22", "21"]), ("TH01", vec!["9.3", "-"]), ("DYS391", vec!["10"])],
        );
        let plain = plain.unwrap();
        let encoded = panel.encode(&plain, &mut row);
        assert_eq!((encoded.known.count_ones(), encoded.designated.count_ones()), (3, 2));
        assert!(!encoded.more && encoded.odd == 0);
        let read: Vec<(Locus, Genotype)> = (0..row.len())
            .filter_map(|column| Some((panel.loci()[column], panel.decode(column, row[column])?)))
            .collect();
        assert!(plain.loci().iter().all(|entry| read.contains(entry)) && read.len() == 3);

        for (locus, alleles, odd) in [
            ("FGA", vec!["20", "21", "22"], true),
            ("FGA", vec!["20", "25>"], true),
            ("FGA", vec!["20", "*"], false),
            ("FGA", vec!["20"], false),
            ("FGA", vec!["-", "-"], false),
            ("rs1490413", vec!["A", "C"], false),
            ("DYS391", vec!["10", "10"], false),
        ] {
            let encoded = panel.encode(&Profile::new("b", [(locus, alleles)]).unwrap(), &mut row);
            assert!(encoded.more && (encoded.odd != 0) == odd, "{locus}");
        }
    }

    #[test]
    fn a_full_dictionary_makes_odd_pairs_and_loses_nothing() {
        let mut panel = Panel::new(&[Locus::new("SE33").unwrap()]).unwrap();
        let mut row = Vec::new();
        for tenths in 1..=255u16 {
            let allele = Allele::repeat(tenths).unwrap().to_string();
            let encoded = panel.encode(&Profile::new("a", [("SE33", [&allele, &allele])]).unwrap(), &mut row);
            assert_eq!(encoded.odd != 0, tenths > 254);
        }
    }

    #[test]
    fn wrong_panels_are_named() {
        assert_eq!(Panel::new(&[]).unwrap_err().to_string(), "panel: number of loci is 0, expected 1 to 64");
        let fga = Locus::new("FGA").unwrap();
        assert_eq!(
            Panel::new(&[fga, fga]).unwrap_err().to_string(),
            "panel: locus is FGA, expected each locus once"
        );
    }
}
