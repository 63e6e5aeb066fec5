//! Some thousand rows with what belongs to each: made in memory, or lying in a file.

use super::ids::Ids;
use super::kept::Kept;
pub(crate) use super::side::Kind;
use super::side::{NOBODY, Side};
use crate::dna::{Encoded, Panel, Profile, Source};
use crate::error::{Error, Result};
use crate::gallery::store::Section;
use crate::memory::Column;
use crate::simd::planes::Table;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::OnceLock;

/// Sections of a file that a segment takes.
pub(crate) const SECTIONS: usize = 8;

/// Rows of a [`ProfileTable`](super::ProfileTable).
#[derive(Clone)]
pub(crate) struct Segment {
    table: Table,
    ids: Ids,
    /// By row, the number of its kind; [`NOBODY`] where there is no profile.
    kinds: Column<u16>,
    /// Of a segment in a file, read at first use.
    side: OnceLock<Side>,
    /// Where it lies: head, tail, kinds, spans, text, side, rows and bytes of what is kept.
    sections: Option<Box<[Section; SECTIONS]>>,
}

/// What is known of the rows without reading them.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Outline {
    rows: usize,
    peaks: Vec<u8>,
    holes: bool,
}

impl Outline {
    /// Rows, empty ones included.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }
}

impl Segment {
    pub(super) fn new(panel: &Panel) -> Self {
        // A panel has 1 to 64 loci and a head within them.
        let table = Table::new(panel.loci().len().max(1), panel.head())
            .unwrap_or_else(|error| unreachable!("{error}"));
        Self {
            table,
            ids: Ids::default(),
            kinds: Column::default(),
            side: OnceLock::from(Side::default()),
            sections: None,
        }
    }

    /// Rows that lie in a file, as [`Segment::outline`] and [`Segment::bytes`] gave them; they are read at first use.
    pub(crate) fn mapped(panel: &Panel, outline: Outline, sections: [Section; SECTIONS]) -> Result<Self> {
        let Outline { rows, peaks, holes } = outline;
        let [head, tail, kinds, spans, text, ..] = &sections;
        let numbered = |(column, &peak): (usize, &u8)| usize::from(peak) <= panel.alleles(column).len();
        if peaks.len() != panel.loci().len() || !peaks.iter().enumerate().all(numbered) {
            return Err(head.damaged("its alleles are not those of the panel".to_owned()));
        }
        let widths = [panel.loci().len().max(1), panel.head()];
        let parts = [head.column(0..head.len())?, tail.column(0..tail.len())?];
        let table = Table::of_strips(widths, rows, parts, peaks, holes);
        let table = table.map_err(|error| head.damaged(error.to_string()))?;
        let ids = Ids::of(text.column(0..text.len())?, spans.column(0..spans.len())?);
        let kinds: Column<u16> = kinds.column(0..kinds.len())?;
        if kinds.len() != rows || ids.columns().1.len() != rows {
            return Err(head.damaged(format!("kinds or ids of profiles are not {rows}")));
        }
        Ok(Self { table, ids, kinds, side: OnceLock::new(), sections: Some(Box::new(sections)) })
    }

    /// Reads and checks what lies in a file, once; to be called before anything else is asked.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub(crate) fn ready(&self) -> Result<()> {
        let (Some(sections), None) = (&self.sections, self.side.get()) else { return Ok(()) };
        sections.iter().try_for_each(Section::check)?;
        let [.., section, ends, bytes] = &**sections;
        let mut side: Side = serde_json::from_slice(section.bytes())
            .map_err(|error| section.damaged(format!("kinds of profiles: {error}")))?;
        side.kept = Kept::packed(ends.column(0..ends.len())?, bytes.column(0..bytes.len())?);
        if !side.fits(&self.kinds, self.table.columns()) || !self.table.keeps_peaks() {
            return Err(section.damaged("kinds or alleles of profiles are not those of the rows".to_owned()));
        }
        let _ = self.side.set(side); // another thread may have set the same
        Ok(())
    }

    /// What to keep beside [`Segment::bytes`].
    pub(crate) fn outline(&self) -> Outline {
        let (peaks, holes) = self.table.known();
        Outline { rows: self.rows(), peaks: peaks.to_vec(), holes }
    }

    /// What a file takes: head, tail, kinds, spans and text of ids.
    pub(crate) fn bytes(&self) -> [&[u8]; 5] {
        let ([head, tail], (text, spans)) = (self.table.strips(), self.ids.columns());
        [head, tail, bytemuck::cast_slice(&self.kinds), bytemuck::cast_slice(spans), text]
    }

    /// The rest of it: side, rows and bytes of what is kept.
    pub(crate) fn side_bytes(&self) -> Result<[Vec<u8>; 3]> {
        let side = serde_json::to_vec(self.side())
            .map_err(|error| Error::invalid("profiles", "kinds", error, "plain values"))?;
        let (ends, kept) = self.side().kept.columns();
        Ok([side, bytemuck::cast_slice(&ends).to_vec(), kept])
    }

    /// Whether all that is kept can be read; [`Segment::ready`] has been called.
    pub(crate) fn keeps_profiles(&self) -> bool {
        self.kept().all(|row| self.side().kept.get(row as u32).is_some())
    }

    fn side(&self) -> &Side {
        self.side.get_or_init(Side::default)
    }

    /// Whether it lies in a file: nothing can be added to it.
    pub(super) fn is_mapped(&self) -> bool {
        self.sections.is_some()
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
        let counts = self.side().counts.iter();
        counts.filter(|(_, count)| *count > 0).map(|(kind, count)| (kind, *count as usize))
    }

    /// The kind of a row's profile; `None` where there is none.
    pub(crate) fn kind(&self, row: usize) -> Option<&Kind> {
        // The number of a row without a profile is that of no kind.
        self.side().counts.get(usize::from(self.kinds[row])).map(|(kind, _)| kind)
    }

    /// Whether there is a profile in a row.
    pub(crate) fn is_there(&self, row: usize) -> bool {
        self.kinds[row] != NOBODY
    }

    /// Rows that cannot be searched, in ascending order.
    pub(crate) fn odd(&self) -> impl Iterator<Item = usize> {
        self.side().odd.iter().map(|&row| row as usize)
    }

    /// Rows whose profiles are kept beside them, in ascending order.
    pub(crate) fn kept(&self) -> impl Iterator<Item = usize> {
        self.side().kept.rows()
    }

    pub(crate) fn id(&self, row: usize) -> &str {
        self.ids.get(row)
    }

    /// The profile of a row, as it was put in.
    pub(crate) fn profile(&self, panel: &Panel, row: usize) -> Option<Profile> {
        let kind = self.kind(row)?;
        if kind.kept {
            return self.side().kept.get(row as u32);
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
        self.kinds.to_mut().push(NOBODY);
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
        let number = std::mem::replace(&mut self.kinds.to_mut()[at], NOBODY);
        if number != NOBODY {
            self.side_mut().remove(at as u32, number);
        }
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
        let side = self.side_mut();
        if let Some(profile) = profile.filter(|_| kind.kept) {
            side.kept.insert(at as u32, profile);
        }
        if kind.odd {
            side.odd.insert(at as u32);
        }
        self.kinds.to_mut()[at] = side.add(kind);
    }

    fn side_mut(&mut self) -> &mut Side {
        self.side();
        // It was made in the line before, if not earlier.
        self.side.get_mut().unwrap_or_else(|| unreachable!("the side of a segment"))
    }
}

/// Rows are biometric data: only their number is shown.
impl fmt::Debug for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Segment").field("rows", &self.rows()).finish_non_exhaustive()
    }
}
