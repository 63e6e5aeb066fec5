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

/// Rows that are compared with all later ones at a time.
const RANGE: usize = 64;

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
    let starts: Vec<usize> = (0..rows.len()).step_by(RANGE).collect();
    let counter = options.watch.counter(rows.len());
    let level = Level::active();
    let parts = options.threads.map(&starts, |&start| {
        let mut part = Part::new(side, separate, options);
        if counter.stops() {
            return Err(Error::Cancelled);
        }
        let range = start..rows.len().min(start + RANGE);
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
        if self.close.len() > 2 * self.limit.max(512) {
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
                let code = if allele.is_open() { Some(0) } else { panel.code(column, allele) };
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
mod tests {
    use super::*;
    use std::sync::atomic::AtomicBool;

    fn profiles() -> Vec<Profile> {
        let of = |id: &str, fga: &[&str], th01: &[&str]| {
            let builder = Profile::builder(id).locus("FGA", fga).unwrap();
            builder.locus("TH01", th01).unwrap().build().unwrap()
        };
        vec![
            of("a", &["21", "22"], &["6", "9.3"]),
            of("b", &["21", "22"], &["6", "6"]),
            of("c", &["21", "-"], &["7", "9.3"]),
            of("d", &["25", "26"], &["8", "8"]),
        ]
    }

    #[test]
    fn wildcards_are_left_out_or_match_or_counted_apart() {
        let run = |wildcards| {
            let options = AllPairsOptions { wildcards, list_from: Some(1), ..AllPairsOptions::default() };
            compare_all(&profiles(), &options).unwrap()
        };
        let excluded = run(Wildcards::Exclude);
        assert_eq!((excluded.excluded, excluded.pairs), (1, 3));
        assert_eq!((excluded.matrix[[1, 1]], excluded.matrix[[0, 0]]), (1, 2));
        let matching = run(Wildcards::Match);
        // a and c: FGA may match, TH01 shares 9.3; b and c: FGA may match; c and d: FGA may share one.
        assert_eq!((matching.matrix[[1, 1]], matching.matrix[[1, 0]], matching.matrix[[0, 1]]), (2, 1, 1));
        let apart = run(Wildcards::Separate);
        assert_eq!(apart.matrix, matching.matrix);
        let cells = apart.separate.unwrap();
        assert_eq!(
            (cells[[0, 1, 1, 0]], cells[[0, 0, 1, 0]], cells[[0, 0, 0, 1]], cells.sum()),
            (1, 1, 1, 6)
        );
        let close: Vec<_> = apart.close.iter().map(|pair| (pair.a, pair.b, pair.matching)).collect();
        assert_eq!(close, [(0, 1, 1), (0, 2, 0), (1, 2, 0)]);
    }

    #[test]
    fn homozygotes_may_be_doubted() {
        let options = AllPairsOptions {
            wildcards: Wildcards::Match,
            doubt_homozygotes: true,
            ..AllPairsOptions::default()
        };
        let all = compare_all(&profiles()[..2], &options).unwrap();
        assert_eq!(all.matrix[[2, 0]], 1); // 6 and an unknown allele may be 6,9.3
    }

    #[test]
    fn the_answer_depends_neither_on_threads_nor_on_what_is_listed() {
        let frequencies = crate::dna::Frequencies::builtin("nist1036").unwrap();
        let people: Vec<Profile> =
            crate::simulate::dna::profiles(300, &frequencies, 7, crate::units::Theta::ZERO)
                .unwrap()
                .collect();
        let run = |threads, limit| {
            let options = AllPairsOptions {
                threads: Threads::new(threads),
                list_from: Some(6),
                limit,
                ..AllPairsOptions::default()
            };
            compare_all(&people, &options).unwrap()
        };
        let one = run(1, 10_000);
        assert_eq!(one.matrix.sum(), one.pairs);
        assert!(one.close_found > 20 && one.close.len() as u64 == one.close_found);
        assert_eq!(one, run(2, 10_000));
        assert_eq!(one.close[..5], run(2, 5).close[..]);
    }

    #[test]
    fn what_cannot_be_compared_is_an_error() {
        let mixture = Profile::builder("m").source(Source::Mixture).locus("FGA", ["20", "21"]).unwrap();
        let three = Profile::builder("t").locus("FGA", ["20", "21", "22"]).unwrap();
        let cancel = AtomicBool::new(true);
        let error =
            |profile: Profile| compare_all(&[profile], &AllPairsOptions::default()).unwrap_err().to_string();
        assert_eq!(
            error(mixture.build().unwrap()),
            "profile \"m\": source is a mixture, expected a single-source profile"
        );
        assert_eq!(
            error(three.build().unwrap()),
            "profile \"t\": genotype at FGA is more than two alleles, expected one or two"
        );
        let watch = Watch { cancel: Some(&cancel), ..Watch::default() };
        let cancelled = compare_all(&profiles(), &AllPairsOptions { watch, ..AllPairsOptions::default() });
        assert!(matches!(cancelled, Err(Error::Cancelled)));
        assert_eq!(compare_all(&[], &AllPairsOptions::default()).unwrap().pairs, 0);
    }
}
