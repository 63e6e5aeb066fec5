//! The extended feature set (EFS) of a Type-9 record, fields 9.300 to 9.399, as typed values in the units of the record.
//!
//! Lengths are in units of 10 µm from the top left corner of the region of interest, angles in whole degrees
//! counter-clockwise from the right. Fields that are not typed here are carried as they stand.

use std::fmt;

/// Text of a record, whatever its character set.
///
/// `Debug` shows how long it is: it may name a person.
///
/// # Examples
/// ```
/// use matcher_core::formats::an2k::Text;
/// let name = Text::new("Doe");
/// assert_eq!(name.to_str(), Some("Doe"));
/// assert_eq!(format!("{name:?}"), "Text(3 bytes)");
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Text(Vec<u8>);

impl Text {
    /// From bytes or text.
    pub fn new(text: impl AsRef<[u8]>) -> Self {
        Self(text.as_ref().to_vec())
    }

    /// As it stands.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As text, where it is UTF-8.
    pub fn to_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({} bytes)", self.0.len())
    }
}

/// A place, in 10 µm from the top left corner of the region of interest.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Place {
    /// To the right.
    pub x: u32,
    /// Downwards.
    pub y: u32,
}

impl fmt::Debug for Place {
    /// Shows no coordinates: places on a print are biometric data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Place")
    }
}

/// The region of interest (9.300): the part of the image that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Region {
    /// Width in 10 µm.
    pub width: u32,
    /// Height in 10 µm.
    pub height: u32,
    /// Of its left edge from that of the image, in 10 µm.
    pub left: u32,
    /// Of its upper edge from that of the image, in 10 µm.
    pub top: u32,
    /// Its outline where it is no rectangle; empty where it is.
    pub polygon: Vec<Place>,
}

/// How the print is turned (9.301).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Orientation {
    /// Direction of the finger from upright, -179 to 180 degrees counter-clockwise.
    pub degrees: i16,
    /// How far that may be off, either way; 180 is not known at all.
    pub uncertainty: Option<u16>,
}

/// A finger or another area of ridges that the print may be of (9.302).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Position {
    /// The code of ANSI/NIST-ITL: 0 to 10 a finger.
    pub code: u8,
    /// Which segment: `PRX`, `DST`, `MED` or `UNK`.
    pub segment: Option<Text>,
    /// Off-centre side: `T` tip, `R` right, `L` left.
    pub off_centre: Option<Text>,
    /// Outline of the segment; empty where not stated.
    pub polygon: Vec<Place>,
}

/// A pattern class that the print may have (9.307).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pattern {
    /// General class: `AU`, `WU`, `RS`, `LS`, `XX`, `UP`, `UC`, `SR`, `DR`.
    pub class: Text,
    /// Subclass of an arch (`PA`, `TA`) or whorl (`PW`, `CP`, `DL`, `AW`).
    pub subclass: Option<Text>,
    /// Whorl and delta: `I` inner, `O` outer, `M` meeting.
    pub whorl_delta: Option<Text>,
}

/// A core (9.320).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Core {
    /// Where.
    pub place: Place,
    /// Which way it opens, in degrees.
    pub direction: Option<u16>,
    /// Radius within which it lies, in 10 µm.
    pub radius: Option<u32>,
    /// How far the direction may be off, in degrees.
    pub direction_uncertainty: Option<u16>,
}

/// A delta (9.321).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Delta {
    /// Where.
    pub place: Place,
    /// Directions up, left and right, in degrees.
    pub directions: [Option<u16>; 3],
    /// Its type: `L`, `R`, `C`, `I02` and others.
    pub kind: Option<Text>,
    /// Radius within which it lies, in 10 µm.
    pub radius: Option<u32>,
    /// How far the directions may be off, in degrees.
    pub direction_uncertainties: [Option<u16>; 3],
}

/// What a ridge does at a minutia of the extended feature set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EfsKind {
    /// `E`.
    RidgeEnding,
    /// `B`.
    Bifurcation,
    /// `X`: one or the other, or not known.
    Unknown,
}

/// A minutia (9.331).
///
/// `Debug` shows neither place nor direction.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EfsMinutia {
    /// Where.
    pub place: Place,
    /// Direction in degrees, 0 to 359: up the ridge that ends, or down the valley of the bifurcation.
    pub direction: u16,
    /// What the ridge does.
    pub kind: EfsKind,
    /// Radius within which it lies, in 10 µm.
    pub radius: Option<u32>,
    /// How far the direction may be off, in degrees.
    pub direction_uncertainty: Option<u16>,
    /// Row in field 9.331, from 0, rows that could not be read counted.
    pub row: u32,
}

/// Ridges between two minutiae (9.333). Minutiae count from 1, in the order of field 9.331.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RidgeCount {
    /// The minutia in the middle.
    pub from: u32,
    /// Its neighbour.
    pub to: u32,
    /// Ridges between them; 99 says that they could not be counted.
    pub count: u32,
    /// Octant or quadrant of the neighbour.
    pub sector: Option<u32>,
    /// Half of the octant: 0 clockwise, 1 counter-clockwise.
    pub residual: Option<u32>,
}

/// How sure a ridge count is (9.335).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CountConfidence {
    /// One end of the line.
    pub from: Place,
    /// The other.
    pub to: Place,
    /// Method: `A` automatic, `M` manual, `T` traced, and others.
    pub method: Option<Text>,
    /// 0 to 99.
    pub confidence: Option<u32>,
}

/// What an examiner made of the print alone (9.353).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Assessment {
    /// `VALUE`, `LIMITED`, `NOVALUE` or `NONPRINT`.
    pub value: Text,
    /// Last name of the examiner.
    pub last_name: Option<Text>,
    /// First name.
    pub first_name: Option<Text>,
    /// Employer or body.
    pub affiliation: Option<Text>,
    /// Date and time.
    pub date: Option<Text>,
    /// Comment.
    pub comment: Option<Text>,
    /// `COMPLEX` where it was a complex analysis.
    pub complexity: Option<Text>,
}

/// A point or feature that corresponds to one of another print (9.361); both records give it the same label.
///
/// # Limits
/// The order of its items could not be checked on a file of another program.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Correspondence {
    /// The label.
    pub label: Text,
    /// Type of the correspondence, a letter of the standard's table.
    pub kind: Text,
    /// The field of the feature, such as 331 for a minutia.
    pub field: Option<u16>,
    /// Which entry of that field, from 1.
    pub occurrence: Option<u32>,
    /// The place, where no feature is named.
    pub place: Option<Place>,
    /// Comment.
    pub comment: Option<Text>,
}

/// The extended feature set of one record.
///
/// `Debug` shows how many features there are.
///
/// # Examples
/// ```
/// use matcher_core::fingerprint::{Minutia, Template};
/// use matcher_core::formats::an2k::{EfsFeatures, EfsKind};
/// use matcher_core::units::{Angle, Pixels};
/// let print = Template::builder()
///     .size(300, 400)
///     .minutia(Minutia::new(Pixels::from_whole(100), Pixels::from_whole(50), Angle::from_fraction(1, 4)))
///     .build()?
///     .template;
/// let features = EfsFeatures::of(&print)?;
/// assert_eq!((features.region.width, features.region.height), (1524, 2032)); // 10 µm at 500 dpi
/// let minutia = &features.minutiae[0];
/// assert_eq!((minutia.place.x, minutia.place.y, minutia.direction), (508, 254, 90));
/// assert_eq!(minutia.kind, EfsKind::Unknown);
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct EfsFeatures {
    /// 9.300.
    pub region: Region,
    /// 9.301.
    pub orientation: Option<Orientation>,
    /// 9.302.
    pub positions: Vec<Position>,
    /// 9.307.
    pub patterns: Vec<Pattern>,
    /// 9.314: `N` ridges are light, `P` partly so, `U` not known.
    pub tonal_reversal: Option<Text>,
    /// 9.315: `L` the image is mirrored, `U` not known.
    pub lateral_reversal: Option<Text>,
    /// 9.320.
    pub cores: Vec<Core>,
    /// 9.321.
    pub deltas: Vec<Delta>,
    /// 9.325: somebody looked for cores and found none.
    pub no_cores: bool,
    /// 9.326: somebody looked for deltas and found none.
    pub no_deltas: bool,
    /// 9.331.
    pub minutiae: Vec<EfsMinutia>,
    /// 9.332: how ridges were counted.
    pub ridge_count_algorithm: Option<Text>,
    /// 9.333.
    pub ridge_counts: Vec<RidgeCount>,
    /// 9.334: somebody looked for minutiae and found none.
    pub no_minutiae: bool,
    /// 9.335.
    pub count_confidences: Vec<CountConfidence>,
    /// 9.352: how the latent was made visible.
    pub processing_methods: Vec<Text>,
    /// 9.353.
    pub assessment: Option<Assessment>,
    /// 9.355: code of the substrate, and a description of it.
    pub substrate: Option<(Text, Option<Text>)>,
    /// 9.361.
    pub correspondences: Vec<Correspondence>,
    /// All other fields 9.300 to 9.399, by number, as they stand.
    pub others: Vec<(u16, Text)>,
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core").finish_non_exhaustive()
    }
}

impl fmt::Debug for Delta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delta").finish_non_exhaustive()
    }
}

impl fmt::Debug for EfsMinutia {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EfsMinutia").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl fmt::Debug for EfsFeatures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EfsFeatures")
            .field("positions", &self.positions.len())
            .field("cores", &self.cores.len())
            .field("deltas", &self.deltas.len())
            .field("minutiae", &self.minutiae.len())
            .field("correspondences", &self.correspondences.len())
            .finish_non_exhaustive()
    }
}
