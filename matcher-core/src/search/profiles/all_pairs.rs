//! All profiles against all: in how many loci two of them match, and in how many they share an allele.
//!
//! The matrix of these counts over all pairs is what a database looks like where nobody is there twice: relatives and
//! duplicates stand out in it, and its expectation under co-ancestry
//! ([`expected_matrix`](crate::dna::database::expected_matrix)) can be laid beside it.

use crate::dna::{Allele, Inheritance, Locus, Panel, Profile, Source};
use crate::error::{Error, Result};
use crate::simd::Level;
use crate::simd::overlap::{Pair, Pairs, tally};
use crate::simd::planes::Table;
use crate::work::{Threads, Watch};
use ndarray::{Array2, Array4};
use serde::{Deserialize, Serialize};

/// Rows that are compared with all later ones at a time, at least.
const RANGE: usize = 64;

/// The most pieces of work, each of which has counts of its own until all are done: a few hundred kilobytes, and where
/// wildcards are counted apart some megabytes.
const PIECES: [usize; 2] = [512, 32];

/// The most loci for counts that keep wildcards apart: the matrix has a cell for each four counts.
const MAX_SEPARATE: usize = 40;

/// What is done with profiles of which an allele is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wildcards {
    /// They are left out.
    #[default]
    Exclude,
    /// A genotype with an allele that is not known matches one with which it has an allele in common, and shares an
    /// allele with all others; one of which nothing is known matches all. So does `DNAtools`.
    Match,
    /// The same, and loci with such an allele are counted apart.
    Separate,
}

/// Options of a comparison of all pairs.
#[derive(Clone, Copy)]
pub struct AllPairsOptions<'a> {
    /// What is done with alleles that are not known.
    pub wildcards: Wildcards,
    /// Read a homozygote as one known allele beside one that is not: it may have dropped out.
    pub doubt_homozygotes: bool,
    /// List the pairs that match in so many loci or more.
    pub list_from: Option<usize>,
    /// The most pairs to list; the best are kept.
    pub limit: usize,
    /// How many threads to use.
    pub threads: Threads,
    /// Who watches, in profiles compared with all later ones.
    pub watch: Watch<'a>,
}

impl Default for AllPairsOptions<'_> {
    fn default() -> Self {
        Self {
            wildcards: Wildcards::Exclude,
            doubt_homozygotes: false,
            list_from: None,
            limit: 10_000,
            threads: Threads::All,
            watch: Watch::default(),
        }
    }
}

/// Two profiles, and how alike they are. Each locus counts once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosePair {
    /// Index of the first profile among those given.
    pub a: usize,
    /// Index of the second one.
    pub b: usize,
    /// Loci with the same alleles, all of them known.
    pub matching: usize,
    /// Loci that share an allele and no more, all alleles known.
    pub partial: usize,
    /// Loci with an allele that is not known, and that may have the same alleles.
    pub wildcard_matching: usize,
    /// Loci with an allele that is not known, and that may share an allele and no more.
    pub wildcard_partial: usize,
}

impl ClosePair {
    fn order(&self) -> impl Ord + use<> {
        let all = (self.matching + self.wildcard_matching, self.partial + self.wildcard_partial);
        (std::cmp::Reverse((all, self.matching)), self.a, self.b)
    }
}

/// What the comparison of all pairs says.
#[derive(Clone, Debug, PartialEq)]
pub struct AllPairs {
    /// The loci that were compared: the autosomal ones of the profiles.
    pub loci: Vec<Locus>,
    /// How many pairs match at so many loci (row) and share an allele, no more, at so many others (column), wildcards
    /// counting for what they may be.
    pub matrix: Array2<u64>,
    /// The same with wildcards apart, where asked for: by matching, partial, wildcard matching, wildcard partial.
    pub separate: Option<Array4<u64>>,
    /// Pairs that were compared.
    pub pairs: u64,
    /// Profiles that were left out, because an allele is not known or a locus was not typed.
    pub excluded: usize,
    /// The closest pairs, where asked for: those that match at most loci first, then by index.
    pub close: Vec<ClosePair>,
    /// How many pairs are that close, listed or not.
    pub close_found: u64,
}

/// Compares all profiles with all others.
///
/// A locus that was not typed is one of which nothing is known. Marks (`9.X`, `25>`) are alleles of their own.
///
/// # Errors
/// A profile is a mixture or has more than two alleles at a locus, there are too many loci for the counts asked for, or
/// the work was cancelled.
///
/// # References
/// Weir, *Matching and partially-matching DNA profiles*, J. Forensic Sci. 49 (2004) 1009-1014; Tvedebrink et al.,
/// *Analysis of matches and partial-matches in a Danish STR data set*, FSI: Genetics 6 (2012) 387-392 (`DNAtools`).
///
/// # Examples
/// ```
/// use matcher_core::dna::Profile;
/// use matcher_core::search::{AllPairsOptions, compare_all};
/// let profile = |id: &str, fga: [&str; 2]| Profile::new(id, [("FGA", fga), ("TH01", ["6", "9.3"])]);
/// let profiles = [profile("a", ["21", "22"])?, profile("b", ["22", "21"])?, profile("c", ["22", "23"])?];
/// let all = compare_all(&profiles, &AllPairsOptions { list_from: Some(2), ..AllPairsOptions::default() })?;
/// assert_eq!((all.matrix[[2, 0]], all.matrix[[1, 1]], all.pairs), (1, 2, 3));
/// assert_eq!((all.close[0].a, all.close[0].b), (0, 1));
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn compare_all(profiles: &[Profile], options: &AllPairsOptions<'_>) -> Result<AllPairs> {
    let loci = loci(profiles)?;
    let separate = options.wildcards == Wildcards::Separate;
    if separate && loci.len() > MAX_SEPARATE {
        let expected = format!("at most {MAX_SEPARATE} where wildcards are counted apart");
        return Err(Error::invalid("", "loci", loci.len(), expected));
    }
    let (table, rows) = lay_out(profiles, &loci, options)?;
    let side = loci.len() + 1;
    let threshold = if separate { Some(0) } else { options.list_from };
    let threshold = threshold.map(|loci| u8::try_from(loci).unwrap_or(u8::MAX));
    let size = rows.len().div_ceil(PIECES[usize::from(separate)]).max(RANGE);
    let starts: Vec<usize> = (0..rows.len()).step_by(size).collect();
    let counter = options.watch.counter(rows.len());
    let level = Level::active();
    let parts = options.threads.map(&starts, |&start| {
        let mut part = Part::new(side, separate, options);
        if counter.stops() {
            return Err(Error::Cancelled);
        }
        let range = start..rows.len().min(start + size);
        let mut matrix = std::mem::take(&mut part.matrix);
        counter.add(range.len());
        tally(level, &Pairs::Within(&table, range), &mut matrix, threshold, &mut |pair| {
            part.add(pair, &rows);
        });
        part.matrix = matrix;
        Ok(part)
    })?;
    let mut all = Part::new(side, separate, options);
    for part in parts {
        all.merge(part?);
    }
    all.close.sort_by_key(ClosePair::order);
    all.close.truncate(options.limit);
    let shape = |error| Error::invalid("", "matrix", error, "a cell for each two counts");
    Ok(AllPairs {
        matrix: Array2::from_shape_vec((side, side), all.matrix).map_err(shape)?,
        separate: all
            .separate
            .map(|cells| Array4::from_shape_vec((side, side, side, side), cells))
            .transpose()
            .map_err(shape)?,
        loci,
        pairs: rows.len() as u64 * (rows.len() as u64).saturating_sub(1) / 2,
        excluded: profiles.len() - rows.len(),
        close: all.close,
        close_found: all.found,
    })
}

/// What some rows with all later ones give.
struct Part {
    matrix: Vec<u64>,
    separate: Option<Vec<u64>>,
    side: usize,
    list_from: Option<usize>,
    limit: usize,
    close: Vec<ClosePair>,
    found: u64,
}

impl Part {
    fn new(side: usize, separate: bool, options: &AllPairsOptions<'_>) -> Self {
        Self {
            matrix: vec![0; side * side],
            separate: separate.then(|| vec![0; side.pow(4)]),
            side,
            list_from: options.list_from,
            limit: options.limit,
            close: Vec::new(),
            found: 0,
        }
    }

    fn add(&mut self, pair: Pair, rows: &[usize]) {
        let [equal, shared, wild_equal, wild_shared] =
            [pair.equal, pair.shared, pair.wild_equal, pair.wild_shared].map(usize::from);
        if let Some(cells) = &mut self.separate {
            cells[((equal * self.side + shared) * self.side + wild_equal) * self.side + wild_shared] += 1;
        }
        if self.list_from.is_some_and(|from| equal + wild_equal >= from) {
            self.close.push(ClosePair {
                a: rows[pair.a],
                b: rows[pair.b],
                matching: equal,
                partial: shared,
                wildcard_matching: wild_equal,
                wildcard_partial: wild_shared,
            });
            self.found += 1;
            self.keep_best();
        }
    }

    /// Keeps memory within twice the limit.
    fn keep_best(&mut self) {
        if self.close.len() > self.limit.max(512).saturating_mul(2) {
            self.close.sort_by_key(ClosePair::order);
            self.close.truncate(self.limit);
        }
    }

    fn merge(&mut self, other: Self) {
        self.matrix.iter_mut().zip(other.matrix).for_each(|(into, from)| *into += from);
        for (into, from) in self.separate.iter_mut().zip(other.separate) {
            into.iter_mut().zip(from).for_each(|(into, from)| *into += from);
        }
        self.found += other.found;
        self.close.extend(other.close);
        self.keep_best();
    }
}

/// The autosomal loci of the profiles, in the order of loci.
fn loci(profiles: &[Profile]) -> Result<Vec<Locus>> {
    let all = profiles.iter().flat_map(|profile| profile.loci().iter().map(|(locus, _)| *locus));
    let mut loci: Vec<Locus> = all.filter(|locus| locus.inheritance() == Inheritance::Autosomal).collect();
    loci.sort_unstable();
    loci.dedup();
    if loci.is_empty() && !profiles.is_empty() {
        return Err(Error::invalid("", "loci", 0, "at least one autosomal locus"));
    }
    Ok(loci)
}

/// The profiles as rows, and which profile each row is.
fn lay_out(
    profiles: &[Profile],
    loci: &[Locus],
    options: &AllPairsOptions<'_>,
) -> Result<(Table, Vec<usize>)> {
    let mut panel = Panel::new(loci)
        .or_else(|error| if profiles.is_empty() { Ok(Panel::standard()) } else { Err(error) })?;
    let mut table = Table::new(panel.loci().len(), 0)?;
    let mut rows = Vec::with_capacity(profiles.len());
    let mut row = vec![[0; 2]; panel.loci().len()];
    for (index, profile) in profiles.iter().enumerate() {
        row.fill([0; 2]);
        for (locus, genotype) in profile.loci() {
            let Some(column) = panel.column(*locus) else { continue };
            let wrong = |value: &str, expected: &str| {
                let record = format!("profile {:?}", profile.id());
                Error::invalid(record, format!("genotype at {locus}"), value, expected)
            };
            let [a, b] = match *genotype.alleles() {
                [one] => [one, one],
                [a, b] => [a, b],
                _ => return Err(wrong("more than two alleles", "one or two")),
            };
            let mut code = |allele: Allele| {
                let code = if allele.is_open() { Some(0) } else { panel.number(column, allele) };
                code.ok_or_else(|| wrong("one of too many", "254 different alleles"))
            };
            row[column] =
                if a == b && options.doubt_homozygotes { [0, code(a)?] } else { [code(a)?, code(b)?] };
        }
        if profile.source() == Source::Mixture {
            let record = format!("profile {:?}", profile.id());
            return Err(Error::invalid(record, "source", "a mixture", "a single-source profile"));
        }
        let open = row.iter().any(|pair| pair.contains(&0));
        if open && options.wildcards == Wildcards::Exclude {
            continue;
        }
        table.push(&row);
        rows.push(index);
    }
    Ok((table, rows))
}

#[cfg(test)]
#[path = "all_pairs_tests.rs"]
mod tests;
