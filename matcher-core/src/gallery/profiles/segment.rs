//! Some thousand rows with what belongs to each, and how many of which kind there are.

use super::ids::Ids;
use crate::dna::{Category, Encoded, LocusSet, Panel, Profile, Source};
use crate::simd::planes::Table;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

/// What decides whether a profile can be compared, its genotypes left aside: profiles of one kind are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Kind {
    /// Columns of which something is known.
    pub(crate) known: LocusSet,
    /// Columns in which every allele is designated.
    pub(crate) designated: LocusSet,
    /// The role of the specimen.
    pub(crate) category: Option<Category>,
    /// Whether the row does not say all of its profile.
    pub(crate) kept: bool,
    /// Whether the row cannot be searched: it holds what no pair can, or is of a mixture.
    pub(crate) odd: bool,
}

/// Rows of a [`ProfileTable`](super::ProfileTable).
#[derive(Clone)]
pub(crate) struct Segment {
    table: Table,
    ids: Ids,
    /// By row; `None` where there is no profile.
    kinds: Vec<Option<u16>>,
    /// The kinds, each with the number of rows.
    counts: Vec<(Kind, u32)>,
    /// Where each kind that has rows stands in `counts`.
    numbers: HashMap<Kind, u16>,
    /// Places in `counts` whose kinds have no rows any more.
    vacant: Vec<u16>,
    kept: BTreeMap<u32, Box<Profile>>,
    odd: BTreeSet<u32>,
}

impl Segment {
    pub(super) fn new(panel: &Panel) -> Self {
        // A panel has 1 to 64 loci and a head within them.
        let table = Table::new(panel.loci().len().max(1), panel.head())
            .unwrap_or_else(|error| unreachable!("{error}"));
        Self {
            table,
            ids: Ids::default(),
            kinds: Vec::new(),
            counts: Vec::new(),
            numbers: HashMap::new(),
            vacant: Vec::new(),
            kept: BTreeMap::new(),
            odd: BTreeSet::new(),
        }
    }

    /// Rows, empty ones included.
    pub(crate) fn rows(&self) -> usize {
        self.kinds.len()
    }

    /// What a search reads.
    pub(crate) fn table(&self) -> &Table {
        &self.table
    }

    /// The kinds of profile that there are, and how many of each.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = (&Kind, usize)> {
        self.counts.iter().filter(|(_, count)| *count > 0).map(|(kind, count)| (kind, *count as usize))
    }

    /// The kind of a row's profile; `None` where there is none.
    pub(crate) fn kind(&self, row: usize) -> Option<&Kind> {
        self.kinds[row].map(|number| &self.counts[usize::from(number)].0)
    }

    /// Whether there is a profile in a row.
    pub(crate) fn is_there(&self, row: usize) -> bool {
        self.kinds[row].is_some()
    }

    /// Rows that cannot be searched, in ascending order.
    pub(crate) fn odd(&self) -> impl Iterator<Item = usize> {
        self.odd.iter().map(|&row| row as usize)
    }

    /// Rows whose profiles are kept beside them, in ascending order.
    pub(crate) fn kept(&self) -> impl Iterator<Item = usize> {
        self.kept.keys().map(|&row| row as usize)
    }

    pub(crate) fn id(&self, row: usize) -> &str {
        self.ids.get(row)
    }

    /// The profile of a row, as it was put in.
    pub(crate) fn profile(&self, panel: &Panel, row: usize) -> Option<Profile> {
        let kind = self.kind(row)?;
        if let Some(profile) = self.kept.get(&(row as u32)) {
            return Some((**profile).clone());
        }
        let mut builder = Profile::builder(self.id(row)).category(kind.category);
        for (column, pair) in self.table.row(row).enumerate() {
            if let Some(genotype) = panel.decode(column, pair) {
                builder = builder.genotype(panel.loci()[column], genotype);
            }
        }
        // It was a profile when it came in: its id and loci are good.
        builder.build().ok()
    }

    /// Appends a row, and tells its place.
    pub(super) fn push(
        &mut self,
        row: &[[u8; 2]],
        encoded: Encoded,
        id: &str,
        profile: Option<&Profile>,
    ) -> usize {
        let at = self.rows();
        self.table.push(row);
        self.ids.push(id);
        self.kinds.push(None);
        self.describe(at, encoded, profile);
        at
    }

    /// Fills an empty row.
    pub(super) fn set(
        &mut self,
        at: usize,
        row: &[[u8; 2]],
        encoded: Encoded,
        id: &str,
        profile: Option<&Profile>,
    ) {
        self.table.set(at, row);
        self.ids.set(at, id);
        self.describe(at, encoded, profile);
    }

    /// Empties a row: of all zeros nothing is known, so it passes no test.
    pub(super) fn clear(&mut self, at: usize) {
        let nothing = vec![[0; 2]; self.table.columns()];
        self.table.set(at, &nothing);
        self.ids.set(at, "");
        if let Some(number) = self.kinds[at].take() {
            let (kind, count) = &mut self.counts[usize::from(number)];
            *count -= 1;
            if *count == 0 {
                self.numbers.remove(kind);
                self.vacant.push(number);
            }
        }
        self.kept.remove(&(at as u32));
        self.odd.remove(&(at as u32));
    }

    /// Notes what kind of profile is in a row, and keeps it where the row does not say all.
    fn describe(&mut self, at: usize, encoded: Encoded, profile: Option<&Profile>) {
        let mixture = profile.is_some_and(|profile| profile.source() == Source::Mixture);
        let says_partial = profile.is_some_and(Profile::is_marked_partial);
        let kind = Kind {
            known: encoded.known,
            designated: encoded.designated,
            category: profile.and_then(Profile::category),
            kept: encoded.more || says_partial,
            odd: encoded.odd != 0 || mixture,
        };
        if let Some(profile) = profile.filter(|_| kind.kept) {
            self.kept.insert(at as u32, Box::new(profile.clone()));
        }
        if kind.odd {
            self.odd.insert(at as u32);
        }
        let (counts, vacant) = (&mut self.counts, &mut self.vacant);
        let number = *self.numbers.entry(kind).or_insert_with(|| {
            let number = vacant.pop().unwrap_or(counts.len() as u16); // at most as many kinds as rows, 16,384
            counts.resize(counts.len().max(usize::from(number) + 1), (kind, 0));
            counts[usize::from(number)].0 = kind;
            number
        });
        self.counts[usize::from(number)].1 += 1;
        self.kinds[at] = Some(number);
    }
}

/// Rows are biometric data: only their number is shown.
impl fmt::Debug for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Segment").field("rows", &self.rows()).finish_non_exhaustive()
    }
}
