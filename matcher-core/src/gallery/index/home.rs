//! Where a gallery keeps its index: in memory, or in its folder.

use super::file::{self, path};
use super::{IndexConfig, IndexReport, PrintIndex};
use crate::error::{Error, Result};
use crate::gallery::Gallery;
use crate::work::{Threads, Watch};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

/// The index of a folder as it was read last; clones of a gallery share it.
#[derive(Clone, Debug, Default)]
pub(in crate::gallery) struct IndexHome(Arc<Mutex<Option<Read>>>);

/// A file that was read.
#[derive(Debug)]
struct Read {
    /// Its length, and when it was written.
    stamp: (u64, SystemTime),
    /// `None` where it cannot be used.
    index: Option<Arc<PrintIndex>>,
}

impl IndexHome {
    /// The index in a folder; `None` where there is none that can be used.
    fn of_folder(&self, folder: &Path) -> Option<Arc<PrintIndex>> {
        let path = path(folder);
        let file = fs::metadata(&path).ok().filter(fs::Metadata::is_file)?;
        let stamp = (file.len(), file.modified().unwrap_or(SystemTime::UNIX_EPOCH));
        let mut read = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(read) = read.as_ref().filter(|read| read.stamp == stamp) {
            return read.index.clone();
        }
        let index = file::open(&path).ok().map(Arc::new);
        *read = Some(Read { stamp, index: index.clone() });
        index
    }
}

impl IndexHome {
    /// What was read is not what is there now.
    #[cfg(feature = "faiss")]
    fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Gallery {
    /// Makes an index over the search codes of all prints, for searches in the mode
    /// [`Indexed`](crate::search::Mode::Indexed); one that was there is replaced. A gallery in a folder keeps it there, for
    /// all that open the folder; it has the prints in segments, and those that still lie in the journal are scanned by
    /// each search, as is whatever is enrolled later: build it again when that has become much.
    ///
    /// It needs the feature `faiss` of this crate. An index that lies in a folder is searched without it.
    ///
    /// # Range and units
    /// 20 bytes a minutia, 640 a print at most; while it is made, as much again in memory for the finger position that has
    /// the most prints.
    ///
    /// # Limits
    /// An index pays where many prints of a finger position are searched: see `benches/results`. It holds codes of
    /// removed subjects until it is built again; [`Gallery::compact`] takes it away.
    ///
    /// # Errors
    /// [`Error::Invalid`]: the feature is missing, a parameter is out of its range, or there is nothing to build it from;
    /// [`Error::ReadOnly`], also of a shard; [`Error::Cancelled`], [`Error::Damaged`], [`Error::Io`].
    ///
    /// # Examples
    /// ```
    /// use matcher_core::gallery::{Gallery, IndexConfig, SubjectId};
    /// use matcher_core::search::{Mode, Options, search};
    /// use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
    /// use matcher_core::work::{Threads, Watch};
    /// let simulator = FingerSimulator::new(7, FingerprintConfig::default())?;
    /// let mut gallery = Gallery::in_memory();
    /// for finger in 0..5 {
    ///     gallery.enrol(SubjectId::new(&format!("S{finger}"))?, simulator.impressions(finger, 1))?;
    /// }
    /// match gallery.build_index(&IndexConfig::default(), Threads::ONE, Watch::default()) {
    ///     Ok(report) => assert_eq!(report.prints, 5),
    ///     Err(error) => assert!(error.to_string().contains("feature faiss")),
    /// }
    /// let options = Options { mode: Mode::Indexed, ..Options::default() };
    /// let answer = search(&gallery, &simulator.impressions(3, 2)[1..], &options)?;
    /// assert_eq!(answer.candidates[0].subject_id.as_str(), "S3");
    /// # Ok::<(), matcher_core::Error>(())
    /// ```
    #[cfg(feature = "faiss")]
    pub fn build_index(
        &mut self,
        config: &IndexConfig,
        threads: Threads,
        watch: Watch<'_>,
    ) -> Result<IndexReport> {
        self.refuse_of_shard()?;
        let Some(home) = &self.home else {
            let built = super::build::build(self, config, threads, watch)?;
            self.index = Some(Arc::new(built.index));
            return Ok(built.report);
        };
        home.check_writable()?;
        // A segment that is found damaged is made again from the records, and lies in memory until then.
        let built = self.reading(|gallery| super::build::build(gallery, config, threads, watch))?;
        file::write(&path(home.store().folder()), &built)?;
        home.index().forget();
        Ok(built.report)
    }

    /// Without the feature `faiss` of this crate no index can be made.
    ///
    /// # Errors
    /// [`Error::Invalid`] says how to get it.
    #[cfg(not(feature = "faiss"))]
    pub fn build_index(
        &mut self,
        config: &IndexConfig,
        _threads: Threads,
        _watch: Watch<'_>,
    ) -> Result<IndexReport> {
        config.check()?;
        let expected = "matcher-core built with the feature faiss (cargo build --features faiss, which needs cmake, \
                        a C++ compiler and OpenBLAS); a search in the mode indexed scans meanwhile";
        Err(Error::invalid("index", "build", "not in this build", expected))
    }

    /// The index, where there is one of the method of this gallery.
    pub(crate) fn print_index(&self) -> Option<Arc<PrintIndex>> {
        let index = match &self.home {
            Some(home) => home.index().of_folder(home.store().folder())?,
            None => self.index.clone()?,
        };
        (index.method() == self.algorithm.method()).then_some(index)
    }

    /// Takes the index away: it holds codes of who was removed.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(in crate::gallery) fn remove_index(&mut self) -> Result<()> {
        self.index = None;
        let Some(home) = &self.home else { return Ok(()) };
        let path = path(home.store().folder());
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::Io { path, source: error }),
            _ => Ok(()),
        }
    }
}
