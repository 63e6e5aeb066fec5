//! A person with several fingers, so that a gallery can be filled one subject at a time.

use super::{FingerSimulator, MasterPrint};
use crate::fingerprint::{FingerPosition, Template};

/// Subjects' fingers have numbers from here on, so that they are none of the fingers without a subject.
const FIRST_FINGER: u64 = 1 << 63;
/// Numbers a subject takes: a power of two above the eleven position codes.
const FINGERS_A_SUBJECT: u64 = 16;

/// A subject: a handle that makes fingers and impressions when asked.
///
/// A finger depends on the seed, the subject's number and the finger's position alone, not on which other fingers were
/// asked for.
///
/// # Limits
/// Numbers up to 2^59 - 1 give different subjects; then they repeat. Fingers of one subject are as unlike as those of
/// different subjects; real ones share something of their pattern.
///
/// # Examples
/// ```
/// use matcher_core::fingerprint::FingerPosition;
/// use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
/// let simulator = FingerSimulator::new(42, FingerprintConfig::default())?;
/// let fingers = [FingerPosition::RightThumb, FingerPosition::RightIndex];
/// for subject in simulator.subjects(10_000_000, &fingers).take(2) {
///     let enrolled: Vec<_> = subject.impressions(0).collect(); // one template a finger
///     let probes: Vec<_> = subject.impressions(1).collect(); // the same fingers, taken again
///     assert_eq!(enrolled[1].finger_position(), FingerPosition::RightIndex);
///     assert_ne!(enrolled[1], probes[1]);
/// }
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct SimulatedSubject<'a> {
    simulator: &'a FingerSimulator,
    index: u64,
    positions: &'a [FingerPosition],
}

impl<'a> SimulatedSubject<'a> {
    pub(super) fn new(simulator: &'a FingerSimulator, index: u64, positions: &'a [FingerPosition]) -> Self {
        Self { simulator, index, positions }
    }

    /// The number of the subject.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// An id to enrol it under: `simulated-` and the number in twelve digits or more, so that ids sort as numbers do.
    pub fn id(&self) -> String {
        format!("simulated-{:012}", self.index)
    }

    /// Its fingers.
    pub fn positions(&self) -> &'a [FingerPosition] {
        self.positions
    }

    /// The finger at this position, whether or not it is among [`positions`](Self::positions).
    pub fn master(&self, position: FingerPosition) -> MasterPrint {
        let number = self.index.wrapping_mul(FINGERS_A_SUBJECT) | u64::from(position.code()) | FIRST_FINGER;
        self.simulator.draw_master(number, position)
    }

    /// This impression of every finger, in the order of [`positions`](Self::positions); made one by one.
    pub fn impressions(&self, impression: u32) -> impl ExactSizeIterator<Item = Template> + 'a {
        let subject = self.clone();
        self.positions
            .iter()
            .map(move |&position| subject.simulator.impression(&subject.master(position), impression))
    }
}
