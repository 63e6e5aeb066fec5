//! Whether templates keep to the conventions that they claim: direction, unit of angle, axes, resolution.
//!
//! A file states minutiae in some convention, and nothing in it shows that another one was meant: a clockwise angle is a
//! number as well. Comparisons then find nothing, and nobody learns why. Many prints together show it, because fingers
//! are alike: [`check_conventions`] looks at the statistics of a set.
//!
//! # Method
//! [`features`] says what a print shows, [`judge`] when a set is suspected, with the thresholds. Those were fitted on
//! FVC2000 DB2, FVC2002 DB1 and `UareU` (minutiae of LEADER and of NIST's mindtct) and tested on FVC2002 DB3, FVC2004 DB1
//! and DB4 and MINEX III: `tests/conventions.rs` measures both and prints the rates.
//!
//! Of samples of the tested sets, none was suspected without a mistake (32 samples each of 10, 20 and 50 prints), and of
//! those that were spoiled on purpose so many were named:
//!
//! | mistake | 10 prints | 20 | 50 |
//! |---|---|---|---|
//! | clockwise, columns from the right, from the y axis, resolution doubled or halved | 97 % | 100 % | 100 % |
//! | any unit of angle | 94 % | 100 % | 100 % |
//! | compass bearings | 84 % | 100 % | 100 % |
//! | mirrored top to bottom, turned by 180 degrees | 59 % | 94 % | 100 % |
//! | rows from the bottom | 53 % | 78 % | 97 % |
//! | turned by 90 degrees | 41 % | 69 % | 91 % |
//! | stretched 2:1 | - | 75 % | 84 % |
//! | stretched 4:3 | - | 0 % | 0 % |
//!
//! # Limits
//! - Fewer than 10 prints with 12 minutiae or more say nothing. Those of one finger say less than their number.
//! - A print mirrored left to right looks like one of the other hand: it cannot be told. Nor can directions that are
//!   turned by 180 degrees, for extractors differ in which sense they favour.
//! - Prints turned by 180 degrees and prints mirrored top to bottom look alike, and so do directions that are counted
//!   clockwise and columns that are counted from the right without their directions.
//! - A stretch below about 2:1 is not seen: neighbourhoods look alike however they are stretched, and ridges are no
//!   circles.
//! - The tested sets are four, with prints of 10 to 100 fingers each, so a rate of 0 wrong suspicions is no promise.
//! - Latents, which lie in any direction and show parts of fingers, and prints of mixed conventions need not show anything.

mod features;
mod judge;

use super::template::Template;
use crate::error::Problem;
use features::Features;
use std::fmt;

/// The most prints that are looked at; of more, so many are taken evenly.
const MOST: usize = 2_000;

/// A convention that seems to have been mistaken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Mistake {
    /// Directions are counted clockwise, or columns from the right without their directions.
    Clockwise,
    /// Rows are counted from the bottom, and directions are not turned over with them.
    RowsFromBottom,
    /// Prints are mirrored top to bottom, or turned by 180 degrees.
    UpsideDown,
    /// Prints lie on their side.
    QuarterTurn,
    /// Directions are across the ridges: counted from the y axis.
    FromYAxis,
    /// Directions are compass bearings: clockwise from the y axis.
    Bearings,
    /// Directions fill a part of the circle only: their unit is larger than was taken.
    SmallUnit,
    /// Directions do not follow those of their neighbours: their unit is smaller than was taken, or they are no
    /// directions.
    Scattered,
    /// Distances do not fit a finger: the resolution is another one.
    Resolution,
    /// Ridges are wider or higher than they are on fingers: the image was stretched.
    Stretched,
}

impl Mistake {
    /// In words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Clockwise => "directions counted clockwise, or columns from the right",
            Self::RowsFromBottom => "rows counted from the bottom without their directions",
            Self::UpsideDown => "prints mirrored top to bottom, or turned by 180 degrees",
            Self::QuarterTurn => "prints turned by 90 degrees",
            Self::FromYAxis => "directions counted from the y axis",
            Self::Bearings => "directions counted clockwise from the y axis",
            Self::SmallUnit => "unit of angle mistaken: directions fill a part of the circle",
            Self::Scattered => "unit of angle mistaken: directions do not follow their neighbours",
            Self::Resolution => "resolution mistaken",
            Self::Stretched => "stretched to another aspect ratio",
        }
    }

    /// In one word, or a few with underscores: what programs look for.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Clockwise => "clockwise",
            Self::RowsFromBottom => "rows_from_bottom",
            Self::UpsideDown => "upside_down",
            Self::QuarterTurn => "quarter_turn",
            Self::FromYAxis => "from_y_axis",
            Self::Bearings => "bearings",
            Self::SmallUnit => "small_unit",
            Self::Scattered => "scattered",
            Self::Resolution => "resolution",
            Self::Stretched => "stretched",
        }
    }

    /// What [`Suspicion::found`] is.
    const fn statistic(self) -> &'static str {
        match self {
            Self::SmallUnit => "share of directions of 300 degrees and more",
            Self::Scattered => "smoothness of directions",
            Self::Resolution => "size over that of a usual print",
            Self::Stretched => "elongation",
            _ => "roundness above the middle, more under that one by",
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A mistake that a set of prints is suspected of. It is no proof: look at a print with its image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Suspicion {
    /// What seems to be wrong.
    pub mistake: Mistake,
    /// The statistic that shows it.
    pub found: f64,
    /// Where the statistic lies in sets without the mistake.
    pub usual: (f64, f64),
    /// Prints that it was taken of.
    pub prints: usize,
}

impl fmt::Display for Suspicion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem().fmt(f)
    }
}

impl Suspicion {
    /// As a diagnostic of the set.
    pub fn problem(&self) -> Problem {
        let Self { mistake, found, usual: (least, most), prints } = self;
        let statistic = mistake.statistic();
        let value = format!("suspected: {mistake} ({statistic} {found:.2} in {prints} prints)");
        Problem::new("", "convention of the prints", value, format!("{least:.2} to {most:.2}"))
    }
}

/// What a set of templates of one source is suspected of, by its statistics; empty where nothing is.
///
/// Of more than 2,000 prints, as many are looked at, evenly.
///
/// # Examples
/// ```
/// use matcher_core::fingerprint::{Minutia, Mistake, Template, check_conventions};
/// use matcher_core::simulate::fingerprint::FingerSimulator;
/// use matcher_core::units::Angle;
/// let simulator = FingerSimulator::new(7, Default::default())?;
/// // Units of 2 degrees that were read as degrees.
/// let halved = (0..10).map(|finger| {
///     let print = simulator.impression(&simulator.master(finger), 0);
///     let halve = |m: &Minutia| Minutia { direction: Angle::from_steps(m.direction.steps() / 2), ..*m };
///     let builder = print.minutiae().iter().map(halve).fold(Template::builder(), |builder, m| builder.minutia(m));
///     builder.build().map(|built| built.template)
/// });
/// let halved: Vec<Template> = halved.collect::<Result<_, _>>()?;
/// assert_eq!(check_conventions(&halved)[0].mistake, Mistake::SmallUnit);
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn check_conventions<'a>(templates: impl IntoIterator<Item = &'a Template>) -> Vec<Suspicion> {
    let templates: Vec<&Template> = templates.into_iter().collect();
    let step = templates.len().div_ceil(MOST).max(1);
    let mut set = judge::Set::default();
    for template in templates.into_iter().step_by(step) {
        if let Some(features) = Features::of(template) {
            set.add(template, &features);
        }
    }
    set.suspicions()
}
