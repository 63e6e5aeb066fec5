//! The prints to measure on: simulated, so that every machine has the same ones, and of a known number of minutiae,
//! because that is what the time of a comparison grows with.

use matcher_core::Result;
use matcher_core::fingerprint::{Minutia, Template, TemplateBuilder};
use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use matcher_core::units::{Angle, Pixels};

/// Fingers that a pair is chosen from.
const FINGERS: u64 = 60;
/// Minutiae of an average simulated print.
const USUAL: f64 = 45.0;
/// Side of the adversary's lattice: 16 x 16 places less one are the 255 that a template holds.
const SIDE: usize = 16;

/// A probe with a mated and a non-mated reference.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The probe.
    pub probe: Template,
    /// Another impression of the probe's finger.
    pub mate: Template,
    /// An impression of another finger.
    pub other: Template,
}

/// Prints of about so many minutiae: those that come nearest of 60 fingers whose minutiae lie as densely as needed.
///
/// # Errors
/// [`Error::Invalid`](matcher_core::Error::Invalid) for a number that no finger has room for.
pub fn pair_of_about(minutiae: usize) -> Result<Pair> {
    let mut config = FingerprintConfig::default();
    config.master.density *= minutiae as f64 / USUAL;
    let simulator = FingerSimulator::new(1, config)?;
    let off = |prints: &[Template]| -> usize {
        prints.iter().map(|print| print.minutiae().len().abs_diff(minutiae)).sum()
    };
    let mut fingers: Vec<_> = (0..FINGERS).map(|finger| simulator.impressions(finger, 2)).collect();
    fingers.sort_by_key(|prints| off(prints));
    let [probe, mate, other] =
        [(0, 0), (0, 1), (1, 0)].map(|(finger, k): (usize, usize)| fingers[finger][k].clone());
    Ok(Pair { probe, mate, other })
}

/// Two prints made to take as long as possible: 255 minutiae so near and so alike that nearly every one pairs with many
/// of the other print. The mate is the probe moved; the other one is a lattice of a different width. Of lattices with 1 to
/// 12 pixels between the places, and of random clusters, this was the slowest.
///
/// # Errors
/// None that is known: the template's builder checks what it is given.
pub fn adversarial_pair() -> Result<Pair> {
    let probe = lattice(2, 0)?;
    Ok(Pair { mate: lattice(2, 40)?, other: lattice(3, 0)?, probe })
}

fn lattice(spacing: usize, shift: usize) -> Result<Template> {
    let at = |place: usize| Pixels::from_whole((20 + shift + place * spacing) as i16);
    let places = (0..SIDE * SIDE - 1).map(|k| (k % SIDE, k / SIDE));
    let minutiae =
        places.map(|(x, y)| Minutia::new(at(x), at(y), Angle::from_steps((x * 40 + y * 64) as u16)));
    Ok(minutiae.fold(Template::builder(), TemplateBuilder::minutia).build()?.template)
}
