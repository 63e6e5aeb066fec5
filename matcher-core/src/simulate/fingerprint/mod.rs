//! Fingers and their impressions, as minutiae templates.
//!
//! A finger is a [`MasterPrint`]: a pattern of ridges and all its minutiae. An impression shows a part of it, turned,
//! stretched and noisy, with minutiae missing and others that are not there; it is a plain
//! [`Template`]. Two impressions of one finger are a mated pair.
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
//! FIGURES
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
mod subject;

pub use config::{FingerprintConfig, ImpressionConfig, MasterConfig};
pub use master::{MasterMinutia, MasterPrint};
pub use pattern::PatternClass;
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
