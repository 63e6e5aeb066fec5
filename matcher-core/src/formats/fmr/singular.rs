//! Cores and deltas: the area of the extended data that the standards lay out differently.
//!
//! | | ISO | INCITS |
//! |---|---|---|
//! | number of cores | 1 byte | lower 4 bits of a byte |
//! | whether the direction is stated | upper 2 bits of x of each core: 1 | upper 2 bits of that byte, for all cores: 1 |
//! | core | x, y, 1 angle | the same |
//! | deltas | the same, with 3 angles | the same, with 3 angles; their number has 6 bits |

use super::super::cursor::Cursor;
use super::super::rows::MAX_COORDINATE;
use super::Edition;
use super::extended::{CORES_AND_DELTAS, areas_of, push};
use crate::error::{Error, Problem, Result};
use crate::fingerprint::Template;
use crate::units::Angle;
use std::fmt;

/// The field that problems name.
const FIELD: &str = "cores and deltas";
/// The most of either that a record states.
const MOST: usize = 15;
/// Upper 2 bits that say that directions follow.
const ANGULAR: u8 = 1;

/// A core: where the innermost ridge turns.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Core {
    /// Column in whole pixels of the image of its template, 0 to 16,383.
    pub x: u16,
    /// Row in whole pixels from the top, 0 to 16,383.
    pub y: u16,
    /// Direction, where stated: of the bisector of the ridge that turns, counter-clockwise from the x axis.
    pub direction: Option<Angle>,
}

/// A delta: where three flows of ridges meet.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Delta {
    /// Column in whole pixels of the image of its template, 0 to 16,383.
    pub x: u16,
    /// Row in whole pixels from the top, 0 to 16,383.
    pub y: u16,
    /// Directions of the three, where stated, counter-clockwise from the x axis.
    pub directions: Option<[Angle; 3]>,
}

/// The cores and deltas in the extended data of a template.
///
/// # Examples
/// ```
/// use matcher_core::fingerprint::Template;
/// use matcher_core::formats::{Core, CoresAndDeltas, Format, ReadOptions, read, write};
/// use matcher_core::units::Angle;
/// let core = Core { x: 140, y: 120, direction: Some(Angle::from_fraction(1, 4)) };
/// let found = CoresAndDeltas { cores: vec![core], deltas: Vec::new() };
/// let print = Template::builder().size(300, 400).extended_data(found.to_extended_data()?).build()?.template;
/// let reading = read(&write(&print, Format::Incits378_2004)?, &ReadOptions::default())?;
/// assert_eq!(CoresAndDeltas::of(&reading.templates[0])?, Some(found));
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct CoresAndDeltas {
    /// Cores, at most 15.
    pub cores: Vec<Core>,
    /// Deltas, at most 15.
    pub deltas: Vec<Delta>,
}

/// How an area is laid out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    Iso,
    Incits,
}

impl Layout {
    pub(super) fn of(edition: Edition) -> Self {
        if edition.is_iso() { Self::Iso } else { Self::Incits }
    }
}

impl CoresAndDeltas {
    /// Those of a template; `None` where its extended data has no area for them.
    ///
    /// # Errors
    /// [`Error::Invalid`]: an area that is not laid out as the standard says.
    pub fn of(template: &Template) -> Result<Option<Self>> {
        let mut found: Option<Self> = None;
        for data in areas_of(template.extended_data(), CORES_AND_DELTAS) {
            let Self { cores, deltas } = Self::read(data, Layout::Iso, 256)?;
            let all = found.get_or_insert_default();
            all.cores.extend(cores);
            all.deltas.extend(deltas);
        }
        Ok(found)
    }

    /// As an area of extended data, for [`TemplateBuilder::extended_data`](crate::fingerprint::TemplateBuilder), which
    /// other areas may stand before and after. Directions become whole units of 360/256 degrees.
    ///
    /// # Errors
    /// [`Error::Invalid`]: more than 15 of either, or a place beyond 16,383 pixels.
    pub fn to_extended_data(&self) -> Result<Vec<u8>> {
        let mut block = Vec::new();
        push(&mut block, CORES_AND_DELTAS, &self.write(Layout::Iso, 256)?)?;
        Ok(block)
    }

    /// The data of an area, with so many units of angle a turn.
    pub(super) fn read(data: &[u8], layout: Layout, units: u32) -> Result<Self, Problem> {
        match Self::read_whole(data, layout, units) {
            (found, None) => Ok(found),
            (_, Some(problem)) => Err(problem),
        }
    }

    /// The points that are whole and sound, up to the first that is not, and what is wrong with that.
    pub(super) fn read_whole(data: &[u8], layout: Layout, units: u32) -> (Self, Option<Problem>) {
        let mut cursor = Cursor::new(data);
        let (mut cores, mut deltas) = (Vec::new(), Vec::new());
        let read = points::<1>(&mut cursor, (layout, units, 0x0f), &mut cores)
            .and_then(|()| points::<3>(&mut cursor, (layout, units, 0x3f), &mut deltas))
            .and_then(|()| match cursor.rest().len() {
                0 => Ok(()),
                left => Err(malformed(format!("followed by {left} bytes left over"))),
            });
        let core = |Point { x, y, directions }| Core { x, y, direction: directions.map(|[one]| one) };
        let delta = |Point { x, y, directions }| Delta { x, y, directions };
        let found = Self {
            cores: cores.into_iter().map(core).collect(),
            deltas: deltas.into_iter().map(delta).collect(),
        };
        (found, read.err())
    }

    /// The data of an area. INCITS states directions for all cores or for none of them, and so for deltas: where one
    /// lacks, none is stated.
    pub(super) fn write(&self, layout: Layout, units: u32) -> Result<Vec<u8>> {
        let cores = self.cores.iter().map(|core| Point {
            x: core.x,
            y: core.y,
            directions: core.direction.map(|direction| [direction]),
        });
        let deltas =
            self.deltas.iter().map(|delta| Point { x: delta.x, y: delta.y, directions: delta.directions });
        let mut data = Vec::new();
        write_points(&mut data, &cores.collect::<Vec<_>>(), "cores", layout, units)?;
        write_points(&mut data, &deltas.collect::<Vec<_>>(), "deltas", layout, units)?;
        Ok(data)
    }
}

/// A core with 1 direction, or a delta with 3.
struct Point<const N: usize> {
    x: u16,
    y: u16,
    directions: Option<[Angle; N]>,
}

fn malformed(value: impl fmt::Display) -> Problem {
    Problem::new("", FIELD, value, "what their numbers say")
}

/// A number, and so many points. In the layout of INCITS the number has the bits of `mask`.
fn points<const N: usize>(
    cursor: &mut Cursor<'_>,
    (layout, units, mask): (Layout, u32, u8),
    found: &mut Vec<Point<N>>,
) -> Result<(), Problem> {
    let byte = cursor.u8(FIELD)?;
    let (count, all) = match layout {
        Layout::Iso => (byte, None),
        Layout::Incits => (byte & mask, Some(byte >> 6)),
    };
    if usize::from(count) > MOST {
        return Err(malformed(format!("{count} of a kind, more than {MOST}")));
    }
    for _ in 0..count {
        let (x, y) = (cursor.u16(FIELD)?, cursor.u16(FIELD)?);
        let own = (x >> 14) as u8;
        let stated = all.unwrap_or(own);
        if stated > ANGULAR || y > MAX_COORDINATE || (all.is_some() && own != 0) {
            return Err(malformed("made of points with reserved bits"));
        }
        let mut directions = None;
        if stated == ANGULAR {
            let angles: [u8; N] = cursor.array(FIELD)?;
            if let Some(angle) = angles.into_iter().find(|&angle| u32::from(angle) >= units) {
                return Err(malformed(format!("at an angle of {angle} units")));
            }
            directions = Some(angles.map(|angle| Angle::from_fraction(u32::from(angle), units)));
        }
        found.push(Point { x: x & MAX_COORDINATE, y, directions });
    }
    Ok(())
}

fn write_points<const N: usize>(
    data: &mut Vec<u8>,
    points: &[Point<N>],
    what: &str,
    layout: Layout,
    units: u32,
) -> Result<()> {
    if points.len() > MOST {
        return Err(Error::invalid("", format!("number of {what}"), points.len(), format!("at most {MOST}")));
    }
    let all = !points.is_empty() && points.iter().all(|point| point.directions.is_some());
    let count = points.len() as u8; // at most 15
    data.push(if layout == Layout::Incits && all { ANGULAR << 6 | count } else { count });
    for point in points {
        for (axis, value) in [("x", point.x), ("y", point.y)] {
            if value > MAX_COORDINATE {
                let expected = format!("0 to {MAX_COORDINATE} pixels");
                return Err(Error::invalid("", format!("{axis} of one of the {what}"), value, expected));
            }
        }
        let directions = point.directions.filter(|_| layout == Layout::Iso || all);
        let own = u16::from(layout == Layout::Iso && directions.is_some()) << 14;
        data.extend([point.x | own, point.y].into_iter().flat_map(u16::to_be_bytes));
        // At most 256 units a turn.
        data.extend(directions.iter().flatten().map(|direction| direction.to_fraction(units) as u8));
    }
    Ok(())
}

impl fmt::Debug for Core {
    /// Shows no place: it is biometric data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core").finish_non_exhaustive()
    }
}

impl fmt::Debug for Delta {
    /// Shows no place: it is biometric data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delta").finish_non_exhaustive()
    }
}

impl fmt::Debug for CoresAndDeltas {
    /// Shows how many there are.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CoresAndDeltas")
            .field("cores", &self.cores.len())
            .field("deltas", &self.deltas.len())
            .finish()
    }
}
