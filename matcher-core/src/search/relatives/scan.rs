//! The scan: sums in single precision over all rows, then each that is near the top as a case of its own.

use super::answer::{RelativeCandidate, RelativeCandidates};
use super::compiled::{Compiled, MARGIN};
use super::kin::Kin;
use super::options::RelativeOptions;
use crate::Result;
use crate::dna::{Frequencies, Profile, Sex, Source};
use crate::error::Error;
use crate::gallery::{Gallery, Kind, Marks, ProfileSegment, ProfileTable};
use crate::provenance::Method;
use crate::search::top::{Scored, Top};
use crate::simd::Level;
use crate::simd::lookup::scan;
use crate::units::Log10Lr;
use crate::work::Counter;
use std::collections::{BTreeMap, HashSet};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Version of the algorithm: rises whenever an answer may change.
const VERSION: u32 = 1;

/// Ranks the profiles of a table by how much likelier they are of the relative, or of the missing person, than of somebody
/// unrelated.
///
/// # Method
/// A table of log10 likelihood ratios a locus ([`GenotypeTable`](crate::dna::kinship::GenotypeTable)) is added up for each
/// profile in single precision; whoever is within 0.05 of the list is evaluated as a case of its own, and ranked by that.
/// Where the sex of the person who is looked for is known, nobody is listed who is of the other one by amelogenin.
/// Profiles that a row does not say whole (marks such as `9.X`, three alleles), and those with a known locus that counts
/// and is linked to another or lies on the X chromosome, are evaluated as cases right away.
///
/// # Range and units
/// Logarithms to base 10. The reported numbers are those of [`kinship_lr`](crate::dna::kinship::kinship_lr) and
/// [`kinship`](crate::dna::kinship::kinship), to the bit.
///
/// # Limits
/// Where rare alleles were raised so that a locus's frequencies sum to much more than 1 and alleles mutate, the first
/// ranking may differ from the exact one by more than the margin: see the limits of the table.
///
/// # Errors
/// No locus counts; an allele of the database has no frequency and there is no rule for rare alleles; or as
/// [`GenotypeTable::new`](crate::dna::kinship::GenotypeTable::new).
///
/// # Examples
/// ```
/// use matcher_core::dna::kinship::Relation;
/// use matcher_core::dna::{Frequencies, Profile};
/// use matcher_core::gallery::ProfileTable;
/// use matcher_core::search::{Kin, RelativeOptions, search_relatives};
/// let table = Frequencies::builder("example").locus("TH01", [("6", 0.1), ("7", 0.4), ("9.3", 0.5)])?.build()?;
/// let person = |id: &str, alleles: [&str; 2]| Profile::new(id, [("TH01", alleles)]);
/// let database = ProfileTable::of(&[person("A", ["6", "7"])?, person("B", ["7", "9.3"])?, person("C", ["7", "7"])?])?;
/// let kin = Kin::of_profile(&person("parent", ["6", "6"])?, Relation::ParentChild);
/// let answer = search_relatives(&database, &kin, &table, &RelativeOptions::default())?;
/// assert_eq!((answer.searched, answer.candidates.len()), (3, 1)); // the others are excluded
/// assert_eq!(answer.candidates[0].id, "A");
/// assert!((answer.candidates[0].log10_lr - 5_f64.log10()).abs() < 1e-12); // 1 / (2 * 0.1)
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn search_relatives(
    table: &ProfileTable,
    kin: &Kin,
    frequencies: &Frequencies,
    options: &RelativeOptions<'_>,
) -> Result<RelativeCandidates> {
    run(&Target { table, gallery: None }, kin, frequencies, options)
}

/// The same for the profiles of a gallery: a candidate is a subject, by its profile with the largest ratio.
///
/// # Errors
/// As [`search_relatives`].
pub fn search_relatives_in(
    gallery: &Gallery,
    kin: &Kin,
    frequencies: &Frequencies,
    options: &RelativeOptions<'_>,
) -> Result<RelativeCandidates> {
    gallery.reading(|gallery| {
        let target = Target { table: gallery.unchecked_profiles(), gallery: Some(gallery) };
        run(&target, kin, frequencies, options)
    })
}

/// What is searched.
struct Target<'t> {
    table: &'t ProfileTable,
    gallery: Option<&'t Gallery>,
}

impl<'t> Target<'t> {
    /// Who a row is of: a subject of a gallery, or the profile itself.
    fn name(&self, row: usize) -> &'t str {
        match self.gallery {
            None => self.table.id(row).unwrap_or_default(),
            Some(gallery) => gallery.name_of_profile(row),
        }
    }

    /// Rows that are left out.
    fn excluded(&self, options: &RelativeOptions<'_>) -> Result<Marks> {
        let ids = &options.exclude;
        let is_left_out = |row: &usize| self.table.id(*row).is_some_and(|id| ids.contains(id));
        match self.gallery {
            Some(gallery) => gallery.rows_left_out(ids, &options.asker),
            None if ids.is_empty() => Ok(Marks::default()),
            None => Ok(self.table.rows().filter(is_left_out).collect()),
        }
    }

    /// The most profiles that one name has.
    fn most_of_one(&self) -> usize {
        self.gallery.map_or(1, |gallery| gallery.most_profiles().max(1))
    }
}

/// A search under way.
struct Search<'t, 'o> {
    target: &'o Target<'t>,
    kin: &'o Kin,
    frequencies: &'o Frequencies,
    options: &'o RelativeOptions<'o>,
    compiled: Compiled,
    /// The sex of the person who is looked for, where it is known.
    sex: Option<Sex>,
    /// Rows that are left out.
    excluded: Marks,
    /// How many rows are worth a second look.
    worth: usize,
    /// The largest sums of the segments that were scanned: who is far below the last of them needs no second look.
    top: Mutex<Top<usize>>,
    started: Instant,
    counter: Counter<'o>,
}

/// What a segment gave.
#[derive(Default)]
struct Found {
    /// Rows near the top, with their sums in single precision.
    near: Vec<(f32, usize)>,
    /// Rows that were evaluated already, with the ratio and the loci.
    exact: Vec<(Log10Lr, usize, usize)>,
    searched: usize,
    not_comparable: usize,
    not_searched: usize,
}

fn run(
    target: &Target<'_>,
    kin: &Kin,
    frequencies: &Frequencies,
    options: &RelativeOptions<'_>,
) -> Result<RelativeCandidates> {
    if options.min_log10_lr.is_some_and(f64::is_nan) {
        return Err(Error::invalid("", "least log10 LR", "NaN", "a number"));
    }
    let compiled = Compiled::new(kin, target.table.panel(), frequencies, &options.model, options.threads)?;
    if compiled.loci.is_empty() {
        let expected = "1 or more that the table of frequencies has and that are not on the Y chromosome";
        return Err(Error::invalid("question", "loci that count", 0, expected));
    }
    let excluded = target.excluded(options)?;
    let worth = options.limit.saturating_mul(target.most_of_one());
    let search = Search {
        target,
        kin,
        frequencies,
        options,
        sex: kin.sex(),
        worth,
        top: Mutex::new(Top::new(worth)),
        started: Instant::now(),
        counter: options.watch.counter(target.table.len() - excluded.count()),
        excluded,
        compiled,
    };
    let segments: Vec<usize> = (0..target.table.segments().len()).collect();
    let found = options.threads.map(&segments, |&number| search.segment(number))?;
    let mut all = Found::default();
    for found in found {
        let found = found?;
        all.near.extend(found.near);
        all.exact.extend(found.exact);
        all.searched += found.searched;
        all.not_comparable += found.not_comparable;
        all.not_searched += found.not_searched;
    }
    search.answer(all)
}

impl Search<'_, '_> {
    fn stops(&self) -> bool {
        self.counter.cancelled()
            || self.options.deadline.is_some_and(|deadline| self.started.elapsed() >= deadline)
    }

    /// Whether profiles of a kind are asked about.
    fn wants(&self, kind: &Kind) -> bool {
        match &self.options.categories {
            None => true,
            Some(wanted) => kind.category.is_some_and(|category| wanted.contains(&category)),
        }
    }

    fn admits(&self, kind: &Kind, row: usize) -> bool {
        self.wants(kind) && !self.excluded.contains(row)
    }

    fn least(&self) -> f64 {
        self.options.min_log10_lr.unwrap_or(f64::from(f32::MIN))
    }

    /// The least sum that is worth a second look; a ratio of minus infinity never is: who is excluded is listed nowhere.
    fn cutoff(&self, top: &Top<usize>) -> f32 {
        let least = (self.least() as f32 - MARGIN).max(f32::MIN);
        top.worst().map_or(least, |worst| (worst as f32 - 2.0 * MARGIN).max(least))
    }

    fn with_top<R>(&self, f: impl FnOnce(&mut Top<usize>) -> R) -> R {
        f(&mut self.top.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn segment(&self, number: usize) -> Result<Found> {
        let table = self.target.table;
        let (segment, first) = (&table.segments()[number], number * table.size());
        segment.ready()?;
        let cases = if self.stops() { None } else { self.cases(segment, first)? };
        let Some((mut found, whole)) = cases else {
            let (known, unknown) = self.count(segment, first, &HashSet::new());
            return Ok(Found { not_searched: known + unknown, ..Found::default() });
        };
        let (known, unknown) = self.count(segment, first, &whole);
        found.searched += known;
        found.not_comparable += unknown;
        if self.worth > 0 {
            // Those of other segments that are far behind the best known are not worth a place in this one's list.
            let mut cutoff = self.with_top(|top| self.cutoff(top));
            let mut top = Top::new(self.worth);
            scan(Level::active(), &self.compiled.lookup, segment.table(), cutoff, &mut |at, sum| {
                let counts = segment.kind(at).is_some_and(|kind| {
                    kind.known & self.compiled.columns != 0 && self.admits(kind, first + at)
                });
                if counts && !whole.contains(&at) && self.may_be(|| table.get(first + at)) {
                    found.near.push((sum, first + at));
                    top.offer(Scored { score: f64::from(sum), key: first + at });
                    cutoff = cutoff.max(self.cutoff(&top));
                }
                cutoff
            });
            self.with_top(|all| all.merge(top));
        }
        self.counter.add(segment.rows() - self.excluded.within(first..first + segment.rows()).count());
        Ok(found)
    }

    /// How many profiles of a segment are asked about, those of `whole` left aside: such with a locus that counts, others.
    fn count(&self, segment: &ProfileSegment, first: usize, whole: &HashSet<usize>) -> (usize, usize) {
        let mut counts = [0; 2];
        let side = |kind: &Kind| usize::from(kind.known & self.compiled.columns != 0);
        for (kind, count) in segment.kinds().filter(|(kind, _)| self.wants(kind)) {
            counts[side(kind)] += count;
        }
        let excluded = self.excluded.within(first..first + segment.rows()).map(|row| row - first);
        for kind in excluded.chain(whole.iter().copied()).filter_map(|at| segment.kind(at)) {
            if self.wants(kind) {
                counts[side(kind)] -= 1;
            }
        }
        let [unknown, known] = counts;
        (known, unknown)
    }

    /// Evaluates the rows that the columns do not tell whole; gives these rows too. `None`: the search was told to stop.
    fn cases(&self, segment: &ProfileSegment, first: usize) -> Result<Option<(Found, HashSet<usize>)>> {
        let (mut found, mut whole) = (Found::default(), HashSet::new());
        let panel = self.target.table.panel();
        let mut rows: Vec<usize> = segment.kept().collect();
        if self.compiled.other_columns != 0 {
            let more = |kind: &Kind| kind.kept || kind.known & self.compiled.other_columns != 0;
            rows = (0..segment.rows()).filter(|&at| segment.kind(at).is_some_and(more)).collect();
        }
        for at in rows {
            if !segment.kind(at).is_some_and(|kind| self.admits(kind, first + at)) {
                continue;
            }
            let Some(profile) = segment.profile(panel, at) else { continue };
            let mixture = profile.source() == Source::Mixture;
            if !(mixture || self.compiled.needs_more(&profile, panel)) {
                continue;
            }
            if self.stops() {
                return Ok(None);
            }
            whole.insert(at);
            let (ratio, loci) = if mixture { (Log10Lr::Undefined, 0) } else { self.exact(&profile)? };
            *(if loci > 0 { &mut found.searched } else { &mut found.not_comparable }) += 1;
            if self.may_be(|| Some(profile)) {
                found.exact.push((ratio, loci, first + at));
            }
        }
        Ok(Some((found, whole)))
    }

    /// Whether amelogenin allows that a profile is of the person who is looked for.
    fn may_be(&self, profile: impl FnOnce() -> Option<Profile>) -> bool {
        let Some(wanted) = self.sex else { return true };
        profile().and_then(|profile| profile.sex()).is_none_or(|sex| sex == wanted)
    }

    /// The ratios of rows, each with the loci: of rows that are the same at all columns that count only once. Who was not
    /// reached in time is left out.
    fn exact_of(&self, rows: &[usize]) -> Result<Vec<(Log10Lr, usize, usize)>> {
        let table = self.target.table;
        let columns: Vec<usize> = (0..64).filter(|column| self.compiled.columns >> column & 1 == 1).collect();
        let key =
            |row: usize| -> Vec<[u8; 2]> { columns.iter().map(|&column| table.pair(row, column)).collect() };
        let mut alike: BTreeMap<Vec<[u8; 2]>, Vec<usize>> = BTreeMap::new();
        for &row in rows {
            alike.entry(key(row)).or_default().push(row);
        }
        let groups: Vec<Vec<usize>> = alike.into_values().collect();
        let ratios = self.options.threads.map(&groups, |group| match table.get(group[0]) {
            _ if self.stops() => Ok(None),
            Some(profile) => self.exact(&profile).map(Some),
            None => Ok(None),
        })?;
        let mut all = Vec::with_capacity(rows.len());
        for (ratio, group) in ratios.into_iter().zip(groups) {
            if let Some((ratio, loci)) = ratio? {
                all.extend(group.into_iter().map(|row| (ratio, loci, row)));
            }
        }
        Ok(all)
    }

    fn exact(&self, profile: &Profile) -> Result<(Log10Lr, usize)> {
        self.kin.exact(profile, self.frequencies, &self.options.model)
    }

    fn answer(&self, mut found: Found) -> Result<RelativeCandidates> {
        // Of all segments together, those that may still be listed.
        let cutoff = self.with_top(|top| self.cutoff(top));
        found.near.retain(|(sum, _)| *sum >= cutoff);
        let rows: Vec<usize> = found.near.iter().map(|(_, row)| *row).collect();
        let near = self.exact_of(&rows)?;
        let late = rows.len() - near.len();
        found.searched -= late;
        found.not_searched += late;
        let mut listed: Vec<(f64, &str, usize, usize)> = Vec::new();
        for (ratio, loci, row) in near.into_iter().chain(found.exact) {
            let Log10Lr::Finite(number) = ratio else { continue };
            if loci > 0 && number >= self.least() {
                listed.push((number, self.target.name(row), row, loci));
            }
        }
        listed.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)).then(a.2.cmp(&b.2)));
        if self.target.gallery.is_some() {
            let mut seen = HashSet::new();
            listed.retain(|(_, name, ..)| seen.insert(*name));
        }
        let candidates = listed.into_iter().take(self.options.limit).zip(1..).map(
            |((log10_lr, name, row, loci), rank)| {
                let profile_id = self.target.table.id(row).unwrap_or_default().to_owned();
                RelativeCandidate { id: name.to_owned(), profile_id, row, rank, log10_lr, loci }
            },
        );
        let config = (self.kin.question(), &self.options.model, self.frequencies.digest());
        Ok(RelativeCandidates {
            candidates: candidates.collect(),
            question: self.kin.question(),
            searched: found.searched,
            not_comparable: found.not_comparable,
            not_searched: found.not_searched,
            complete: found.not_searched == 0,
            loci: self.compiled.loci.clone(),
            not_counted: self.compiled.not_counted.clone(),
            model: self.options.model.clone(),
            population: self.frequencies.name().to_owned(),
            rare: self.frequencies.rare(),
            method: Method::new("kinship-search", VERSION, &config),
        })
    }
}
