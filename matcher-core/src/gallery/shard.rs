//! Shards: parts of a gallery that leave the house, and are searched where there is no network.

use super::lasting::{Home, StoreStats};
use super::store::{Shard, Store, apply, export, export_delta, is_shard, shard_says};
use super::{Asker, Gallery, MAX_NAME, SubjectId};
use crate::error::{Error, Problem, Result};
use crate::fingerprint::{Algorithm, FingerPosition, MAX_MINUTIAE};
use crate::provenance::Method;
use crate::work::Watch;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// The fewest minutiae that [`ExportOptions::max_minutiae`] may keep: with fewer the comparison in full is no use.
pub const MIN_KEPT: usize = 12;

/// What of a gallery an export takes, and what it says of itself; the default is all that everybody may see.
///
/// # Range and units
/// The first stage of a search reads 553 bytes a print, whatever is kept. On the disk a print takes about 35 bytes more,
/// and 40 for each described minutia that is kept: of 2,000 simulated subjects with ten prints of 45 minutiae each, 2,389
/// bytes a print; 1,838 with at most 32 minutiae, and 1,063 with at most 12. Their records took 237 bytes a print.
pub struct ExportOptions<'a> {
    /// Who asks, and for which records: others stay at home.
    pub asker: Asker,
    /// Of these subjects alone; ids that are not there, or that the asker may not see, are passed over.
    pub only: Option<HashSet<SubjectId>>,
    /// Subjects to leave out.
    pub exclude: HashSet<SubjectId>,
    /// Prints of these positions alone; those of unknown position come along where [`FingerPosition::Unknown`] is named.
    /// `None`: all prints.
    pub positions: Option<BTreeSet<FingerPosition>>,
    /// Whether DNA profiles come along.
    pub profiles: bool,
    /// Whether records come along: templates, profiles, provenance. Without them a shard is searched all the same, and
    /// [`Gallery::get`] is refused.
    pub records: bool,
    /// The most described minutiae to keep of a packed print, the best by quality; [`MIN_KEPT`] to 255. `None`: all.
    ///
    /// Scores are those of prints with these minutiae alone: they differ from those at home, the fewer are kept the more,
    /// and more is missed; how much more nobody measured. From 32 on the first stage of a fast search loses nothing.
    pub max_minutiae: Option<usize>,
    /// When it is exported, in seconds since 1970.
    pub exported: u64,
    /// The second since 1970 after which it is not to be searched any more.
    pub not_after: Option<u64>,
    /// Who watches.
    pub watch: Watch<'a>,
}

impl Default for ExportOptions<'_> {
    fn default() -> Self {
        Self {
            asker: Asker::default(),
            only: None,
            exclude: HashSet::new(),
            positions: None,
            profiles: true,
            records: true,
            max_minutiae: None,
            exported: 0,
            not_after: None,
            watch: Watch::default(),
        }
    }
}

impl ExportOptions<'_> {
    /// Whether prints of a position come along.
    pub(super) fn takes(&self, position: FingerPosition) -> bool {
        self.positions.as_ref().is_none_or(|positions| positions.contains(&position))
    }

    pub(super) fn check(&self) -> Result<()> {
        if let Some(end) = self.not_after.filter(|&end| end < self.exported) {
            let expected = format!("{} or later, when it is exported", self.exported);
            return Err(Error::invalid("export", "not_after", end, expected));
        }
        Ok(ShardFilter::of(self).check()?)
    }
}

/// Which part of a gallery a shard is. Ids are counted, not named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShardFilter {
    /// Who may see its records; `None`: everybody.
    pub viewer: Option<String>,
    /// Records with one of these tags; `None`: with any or none.
    pub tags: Option<BTreeSet<String>>,
    /// How many subjects were asked for by id.
    pub only: Option<usize>,
    /// How many ids were left out.
    pub excluded: usize,
    /// Prints of these positions; `None`: of all.
    pub positions: Option<BTreeSet<FingerPosition>>,
    /// Whether DNA profiles came along.
    pub profiles: bool,
    /// Whether records came along.
    pub records: bool,
    /// The most minutiae that packed prints keep.
    pub max_minutiae: Option<usize>,
}

impl ShardFilter {
    pub(super) fn of(options: &ExportOptions<'_>) -> Self {
        Self {
            viewer: options.asker.viewer.clone(),
            tags: options.asker.tags.clone(),
            only: options.only.as_ref().map(HashSet::len),
            excluded: options.exclude.len(),
            positions: options.positions.clone(),
            profiles: options.profiles,
            records: options.records,
            max_minutiae: options.max_minutiae,
        }
    }

    /// Whether what it chooses may be added to what the other one chose: ids may differ.
    pub(super) fn continues(&self, other: &Self) -> bool {
        Self { only: other.only, excluded: other.excluded, ..self.clone() } == *other
    }

    pub(super) fn check(&self) -> Result<(), Problem> {
        let names = self.viewer.iter().chain(self.tags.iter().flatten());
        for name in names {
            if name.len() > MAX_NAME || name.chars().any(char::is_control) {
                let expected = format!("text of at most {MAX_NAME} bytes without control characters");
                return Err(Problem::new(
                    "filter",
                    "name of a viewer or tag",
                    format!("{} bytes", name.len()),
                    expected,
                ));
            }
        }
        if let Some(most) = self.max_minutiae.filter(|most| !(MIN_KEPT..=MAX_MINUTIAE).contains(most)) {
            return Err(Problem::new(
                "filter",
                "max_minutiae",
                most,
                format!("{MIN_KEPT} to {MAX_MINUTIAE}"),
            ));
        }
        Ok(())
    }
}

/// In words.
impl fmt::Display for ShardFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.viewer {
            Some(viewer) => write!(f, "what {viewer:?} may see")?,
            None => write!(f, "what everybody may see")?,
        }
        if let Some(tags) = &self.tags {
            write!(f, ", tagged with one of {tags:?}")?;
        }
        if let Some(only) = self.only {
            write!(f, ", of {only} subjects asked for by id")?;
        }
        if self.excluded > 0 {
            write!(f, ", {} ids left out", self.excluded)?;
        }
        if let Some(positions) = &self.positions {
            let names: Vec<&str> = positions.iter().map(|position| position.name()).collect();
            write!(
                f,
                ", prints of {}",
                if names.is_empty() { "no finger".to_owned() } else { names.join(", ") }
            )?;
        }
        if let Some(most) = self.max_minutiae {
            write!(f, ", at most {most} minutiae a print")?;
        }
        let with = |is_there: bool| if is_there { "with" } else { "without" };
        write!(f, ", {} DNA profiles, {} records", with(self.profiles), with(self.records))
    }
}

/// What a shard says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShardInfo {
    /// The gallery that it is a part of.
    pub gallery_id: String,
    /// What that gallery is for.
    pub purpose: String,
    /// The method that prepared the prints.
    pub method: Method,
    /// Which part it is.
    pub filter: ShardFilter,
    /// Subjects.
    pub subjects: usize,
    /// When it was exported, or its last delta was, in seconds since 1970 by the exporter's word.
    pub exported: u64,
    /// The second since 1970 after which it is not to be searched any more.
    pub not_after: Option<u64>,
    /// How many deltas were applied.
    pub deltas: usize,
    /// SHA-256 over all of it, in hexadecimal digits: that which the exporter noted, or it is another shard.
    pub digest: String,
}

impl ShardInfo {
    /// Whether it is not to be searched any more at a time, in seconds since 1970.
    pub fn is_expired_at(&self, seconds: u64) -> bool {
        self.not_after.is_some_and(|end| seconds > end)
    }
}

/// A shard that a gallery lies in.
#[derive(Clone, Debug)]
pub(super) struct ShardHome {
    pub(super) shard: Arc<Shard>,
    /// Whether it is searched after its end, too.
    accepts_expired: bool,
}

impl ShardHome {
    /// What is said of every change.
    pub(super) fn read_only(&self) -> Error {
        shard_says(self.shard.folder()).unwrap_or_else(|| Error::ReadOnly {
            path: self.shard.folder().to_owned(),
            reason: "it was a shard when it was opened".to_owned(),
        })
    }

    /// Whether it may be searched now.
    ///
    /// # Errors
    /// [`Error::Expired`].
    pub(super) fn check_end(&self) -> Result<()> {
        let info = self.shard.info();
        // A clock before 1970 is one that went back, which nothing here can tell.
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        match info.not_after {
            Some(not_after) if !self.accepts_expired && info.is_expired_at(now) => {
                Err(Error::Expired { path: self.shard.folder().to_owned(), not_after, now })
            }
            _ => Ok(()),
        }
    }
}

impl Gallery {
    /// Writes a part of a lasting gallery into a folder of its own, a shard: a few files that are searched as the gallery
    /// is, by [`Gallery::open_read_only`], with no database behind them.
    ///
    /// # Method
    /// Only what the asker may see leaves the house. Owners, viewers and tags go along with the records, so that a search
    /// in the shard is decided by them, too. The same subjects, options and times give the same bytes and the same
    /// digest: note the one that is returned, and compare it with that of the shard where it is used.
    ///
    /// # Limits
    /// A shard holds the numbers of the changes that enrolled its subjects: their gaps tell how much else was changed.
    /// Files in a shard are not encrypted.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a gallery in memory, one that is a shard itself, or options out of range; [`Error::Io`] where
    /// the folder is not empty or cannot be written; [`Error::Damaged`] for a record that cannot be read;
    /// [`Error::Cancelled`]. There is no shard then.
    ///
    /// # Examples
    /// ```
    /// use matcher_core::gallery::{ExportOptions, Gallery, SubjectId};
    /// use matcher_core::search::{Options, search};
    /// use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
    /// # let parent = std::env::temp_dir().join(format!("matcher-doc-export-{}", std::process::id()));
    /// # let (home, laptop) = (parent.join("bureau"), parent.join("post 7"));
    /// let simulator = FingerSimulator::new(7, FingerprintConfig::default())?;
    /// let mut gallery = Gallery::create(&home, "criminal")?;
    /// gallery.enrol(SubjectId::new("A-17")?, simulator.impressions(3, 1))?;
    /// let options = ExportOptions { exported: 1_767_225_600, ..ExportOptions::default() };
    /// let noted = gallery.export(&options, &laptop)?;
    ///
    /// let shard = Gallery::open_read_only(&laptop)?; // everything in it is checked
    /// assert_eq!(shard.shard().unwrap().digest, noted.digest);
    /// let answer = search(&shard, &simulator.impressions(3, 2)[1..], &Options::default())?;
    /// assert_eq!(answer.candidates[0].subject_id.as_str(), "A-17");
    /// # drop((gallery, shard));
    /// # std::fs::remove_dir_all(&parent).unwrap();
    /// # Ok::<(), matcher_core::Error>(())
    /// ```
    pub fn export(&self, options: &ExportOptions<'_>, folder: &Path) -> Result<ShardInfo> {
        let store = self.exported_store()?;
        self.reading(|gallery| export(gallery, store, options, folder))
    }

    /// Writes what changed since an earlier export of this gallery: who came, and who is gone. The base is the folder of
    /// the shard as it is then, of the last delta of it, or a folder with a copy of the `manifest.json` of either.
    ///
    /// # Method
    /// With the delta the shard answers as a new export would. Who is in the base stands in its manifest; the options must
    /// be those of its export, but for ids, times and the watcher.
    ///
    /// # Errors
    /// As [`Gallery::export`]; [`Error::WrongBase`] where the base is not of this gallery, method or filter;
    /// [`Error::Invalid`] where it was exported later, or may be used for longer, than this delta says.
    pub fn export_delta(&self, base: &Path, options: &ExportOptions<'_>, folder: &Path) -> Result<ShardInfo> {
        let store = self.exported_store()?;
        self.reading(|gallery| export_delta(gallery, store, base, options, folder))
    }

    /// Makes a shard current by a delta of it. Killed before it is done, the shard is as it was; a delta that was applied
    /// before changes nothing.
    ///
    /// # Limits
    /// Whom a delta removes no search finds any more; their bytes stay in the shard's files until a new export replaces
    /// it.
    ///
    /// # Errors
    /// [`Error::WrongBase`] for a delta of another gallery or another state of the shard; [`Error::Damaged`],
    /// [`Error::NotAGallery`] and [`Error::Io`] for either folder; [`Error::InUse`], [`Error::ReadOnly`]. The shard is as
    /// it was then.
    pub fn apply_delta(shard: &Path, delta: &Path) -> Result<ShardInfo> {
        Self::apply_delta_with(shard, delta, &Algorithm::standard())
    }

    /// The same under a method of one's own, which must be that of the shard.
    ///
    /// # Errors
    /// As [`Gallery::apply_delta`].
    pub fn apply_delta_with(shard: &Path, delta: &Path, algorithm: &Algorithm) -> Result<ShardInfo> {
        apply(shard, delta, algorithm)
    }

    /// What the shard says of itself that this gallery lies in; `None` where it is none.
    pub fn shard(&self) -> Option<ShardInfo> {
        self.shard.as_ref().map(|home| home.shard.info())
    }

    /// The same gallery, to be searched also where it is a shard that is not to be used any more: every search of one is
    /// an [`Error::Expired`] otherwise.
    ///
    /// # Limits
    /// What time it is, the clock of this machine says. A clock that went back is not noticed.
    #[must_use]
    pub fn accept_expired(mut self) -> Self {
        if let Some(home) = &mut self.shard {
            home.accepts_expired = true;
        }
        self
    }

    /// Opens a folder that is a shard; `None` where it is neither that nor a delta.
    pub(super) fn opened_shard(folder: &Path, algorithm: &Algorithm) -> Option<Result<Self>> {
        if is_shard(folder) {
            return Some(Shard::open(folder, algorithm).map(|shard| Self::of_shard(shard, false)));
        }
        shard_says(folder).map(Err)
    }

    fn of_shard(shard: Shard, accepts_expired: bool) -> Self {
        let gallery = shard.gallery().clone();
        Self { shard: Some(ShardHome { shard: Arc::new(shard), accepts_expired }), ..gallery }
    }

    /// The shard with a delta that was applied meanwhile; `None` where none was, and of another gallery.
    pub(super) fn newer_shard(&self) -> Result<Option<Self>> {
        let Some(home) = &self.shard else { return Ok(None) };
        Ok(home.shard.refreshed()?.map(|shard| Self::of_shard(shard, home.accepts_expired)))
    }

    /// Says that a shard does not change; nothing of another gallery.
    pub(super) fn refuse_of_shard(&self) -> Result<()> {
        self.shard.as_ref().map_or(Ok(()), |home| Err(home.read_only()))
    }

    /// What the folder holds.
    pub(super) fn store_stats(&self) -> Result<Option<StoreStats>> {
        let shard = self.shard.as_ref().map(|home| home.shard.stats());
        self.home.as_ref().map(Home::stats).transpose().map(|stats| stats.or(shard))
    }

    /// The store that is exported.
    fn exported_store(&self) -> Result<&Store> {
        self.home.as_ref().map(Home::store).ok_or_else(|| {
            let value = if self.shard.is_some() { "in a shard" } else { "in memory" };
            Error::invalid("export", "gallery", value, "in a folder that Gallery::create made")
        })
    }
}
