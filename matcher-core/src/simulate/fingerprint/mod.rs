//! Fingers and their impressions, as minutiae templates and as images.
//!
//! A finger is a [`MasterPrint`]: a pattern of ridges and all its minutiae. An impression shows a part of it, turned,
//! stretched and noisy, with minutiae missing and others that are not there; it is a plain
//! [`Template`]. Two impressions of one finger are a mated pair. [`FingerSimulator::ridge_image`] draws fingers of another
//! kind as images whose minutiae are known exactly.
//!
//! # Examples
//! ```
//! use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
//! let simulator = FingerSimulator::new(42, FingerprintConfig::default())?;
//! for impressions in simulator.fingers(3, 2) {
//!     assert_eq!(impressions.len(), 2); // a mated pair
//! }
//! // Any one of them alone: the second impression of finger 1,000,000.
//! let template = simulator.impression(&simulator.master(1_000_000), 1);
//! assert!(!template.minutiae().is_empty());
//! # Ok::<(), matcher_core::Error>(())
//! ```
//!
//! # How near to real prints
//! Simulated: 60 fingers with 8 impressions under the default configuration, seed 1. Real: FVC2000 DB2 B,
//! FVC2002 DB1 B, FVC2004 DB1 B, `UareU` and MINEX III (1,158 plain prints, minutiae by the LEADER network with a
//! quality of at least 30 %); lowest to highest of the five sets. Areas are of convex hulls. Mated pairs were aligned
//! by this library's matcher, and those that score less than its threshold were left out; the first line on them says
//! how many remained. Minutiae within 18 pixels and 35 degrees were then paired one to one; the share paired is that of
//! all minutiae of both prints.
//!
//! | | real | simulated |
//! |---|---|---|
//! | minutiae a print, mean | 41.8 to 47.2 | 44.3 |
//! | the same, percentiles 5, 50, 95 | 21 to 23, 40 to 47, 56 to 72 | 26, 43, 67 |
//! | area of a print in mm², median | 132 to 171 | 134 |
//! | minutiae per mm², median | 0.28 to 0.32 | 0.33 |
//! | distance to the nearest minutia in pixels, percentiles 5, 50, 95 | 10 to 12, 21 to 23, 44 to 47 | 11, 21, 42 |
//! | quality of a minutia in %, percentiles 5, 25, 50, 75 | 37 to 44, 70 to 83, 91 to 94, 95 to 96 | 45, 77, 91, 96 |
//! | mated: share of the pairs aligned | 0.879 to 0.999 | 0.998 |
//! | mated: share of minutiae paired, percentiles 5, 50, 95 | 0.46 to 0.56, 0.71 to 0.77, 0.87 to 0.91 | 0.52, 0.70, 0.84 |
//! | mated: distance of a pair in pixels, percentiles 50, 95 | 2.5 to 4.2, 8.0 to 12.6 | 3.5, 8.9 |
//! | mated: difference in direction in degrees, percentiles 50, 95 | 1.9 to 3.1, 8.4 to 14.3 | 2.8, 9.3 |
//! | mated: standard deviation of the rotation in degrees | 4 to 17 | 17 |
//! | non-mated, aligned as well as possible: minutiae paired, median | 8 to 9 | 8 |
//!
//! Measured by `python examples/python/compare_simulated.py FOLDER...` on the folders of these templates. What is left
//! out are the worst pairs, and they show what the other figures do not: there are as few simulated ones as in the
//! easiest real set.
//!
//! # Limits
//! Simulated prints test speed, scale and plumbing, and compare settings. They do not show how well real fingers are
//! told apart: that takes real prints. The finger's position changes nothing about its pattern, although real left hands
//! have more left loops.

mod config;
mod deformation;
mod flow;
mod impression;
mod master;
mod pattern;
mod ridges;
mod subject;

pub use config::{FingerprintConfig, ImpressionConfig, MasterConfig};
pub use master::{MasterMinutia, MasterPrint};
pub use pattern::PatternClass;
pub use ridges::{Rendered, RidgeConfig};
pub use subject::SimulatedSubject;

use crate::error::Result;
use crate::fingerprint::{FingerPosition, Template};
use crate::provenance::Method;
use crate::simulate::random::Stream;

/// Makes fingers and impressions from a seed.
///
/// Every finger has a number, and so has every impression of it. Each is made from the seed and its numbers alone, so
/// none depends on how many others were made, in which order or on which thread.
#[derive(Clone, Debug)]
pub struct FingerSimulator {
    seed: u64,
    config: FingerprintConfig,
}

impl FingerSimulator {
    /// A simulator with this seed and configuration.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid): a number of the configuration outside its stated range.
    pub fn new(seed: u64, config: FingerprintConfig) -> Result<Self> {
        config.check()?;
        Ok(Self { seed, config })
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The configuration.
    pub fn config(&self) -> &FingerprintConfig {
        &self.config
    }

    /// Which method makes the prints, and under which configuration; the seed is not part of it.
    pub fn method(&self) -> Method {
        Method::new("matcher-simulate", 1, &self.config)
    }

    /// The finger with this number, of unknown position.
    ///
    /// # Examples
    /// ```
    /// use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
    /// let simulator = FingerSimulator::new(42, FingerprintConfig::default())?;
    /// let finger = simulator.master(7);
    /// assert_eq!(finger, simulator.master(7));
    /// assert!(finger.minutiae().len() > 40);
    /// # Ok::<(), matcher_core::Error>(())
    /// ```
    pub fn master(&self, finger: u64) -> MasterPrint {
        self.draw_master(finger, FingerPosition::Unknown)
    }

    /// An impression of this finger: 500 dpi, whole pixels, live-scan plain, extractor `matcher-simulate/1`.
    ///
    /// A finger and an impression number always give the same template.
    pub fn impression(&self, master: &MasterPrint, impression: u32) -> Template {
        let numbers = [master.finger(), u64::from(impression)];
        let mut stream = Stream::new(self.seed, "fingerprint impression", &numbers);
        impression::draw(&mut stream, &self.config.impression, master)
    }

    /// Impressions `0 .. n` of the finger with this number.
    pub fn impressions(&self, finger: u64, n: u32) -> Vec<Template> {
        let master = self.master(finger);
        (0..n).map(|impression| self.impression(&master, impression)).collect()
    }

    /// Fingers `0 .. n`, each as its first `impressions` impressions; made one by one as they are asked for.
    pub fn fingers(
        &self,
        n: usize,
        impressions: u32,
    ) -> impl ExactSizeIterator<Item = Vec<Template>> + DoubleEndedIterator + Clone + '_ {
        (0..n).map(move |finger| self.impressions(finger as u64, impressions))
    }

    /// The subject with this number and these fingers; nothing is made before it is asked for.
    pub fn subject<'a>(&'a self, index: u64, positions: &'a [FingerPosition]) -> SimulatedSubject<'a> {
        SimulatedSubject::new(self, index, positions)
    }

    /// Subjects `0 .. n` with these fingers: what fills a gallery.
    pub fn subjects<'a>(
        &'a self,
        n: usize,
        positions: &'a [FingerPosition],
    ) -> impl ExactSizeIterator<Item = SimulatedSubject<'a>> + DoubleEndedIterator + Clone + 'a {
        (0..n).map(move |index| self.subject(index as u64, positions))
    }

    fn draw_master(&self, finger: u64, position: FingerPosition) -> MasterPrint {
        let mut stream = Stream::new(self.seed, "fingerprint master", &[finger]);
        MasterPrint::draw(&mut stream, &self.config.master, finger, position)
    }
}
