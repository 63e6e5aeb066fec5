//! The extended feature set from the fields of a Type-9 record. An entry that makes no sense is told and left out.

use super::features::{
    Assessment, Core, Correspondence, CountConfidence, Delta, EfsFeatures, EfsKind, EfsMinutia, Orientation,
    Pattern, Place, Position, Region, RidgeCount, Text,
};
use super::record::{self, Subfield};
use super::type9::{Source, shown};
use crate::error::{Problem, Result};

/// The largest length that has a place in the record: 5 digits.
pub(super) const MOST: u32 = 99_999;

/// The items of one subfield; an item that is empty is not stated.
struct Items<'a> {
    items: Vec<&'a [u8]>,
    /// How messages call the entry.
    name: String,
}

impl<'a> Items<'a> {
    fn of(subfield: Subfield<'a>, name: String) -> Self {
        Self { items: subfield.items().take(16).collect(), name }
    }

    fn at(&self, index: usize) -> Option<&'a [u8]> {
        self.items.get(index).copied().filter(|item| !item.is_empty())
    }

    fn text(&self, index: usize) -> Option<Text> {
        self.at(index).map(Text::new)
    }

    fn fault(&self, source: &mut Source<'_, '_>, index: usize, what: &str, expected: &str) -> Result<()> {
        source.fault(Problem::new("", format!("{} {what}", self.name), shown(self.at(index)), expected))
    }

    /// A number that must be there.
    fn needed(
        &self,
        source: &mut Source<'_, '_>,
        index: usize,
        what: &str,
        most: u32,
    ) -> Result<Option<u32>> {
        let value = self.at(index).and_then(record::number).filter(|value| *value <= most);
        if value.is_none() {
            self.fault(source, index, what, &format!("a whole number, 0 to {most} (entry left out)"))?;
        }
        Ok(value)
    }

    /// A number that may be missing.
    fn optional(
        &self,
        source: &mut Source<'_, '_>,
        index: usize,
        what: &str,
        most: u32,
    ) -> Result<Option<u32>> {
        if self.at(index).is_none() {
            return Ok(None);
        }
        let value = self.at(index).and_then(record::number).filter(|value| *value <= most);
        if value.is_none() {
            self.fault(source, index, what, &format!("a whole number, 0 to {most} (read as not stated)"))?;
        }
        Ok(value)
    }

    fn degrees(
        &self,
        source: &mut Source<'_, '_>,
        index: usize,
        what: &str,
        most: u16,
    ) -> Result<Option<u16>> {
        Ok(self.optional(source, index, what, most.into())?.map(|degrees| degrees as u16)) // at most `most`
    }

    fn place(&self, source: &mut Source<'_, '_>, index: usize) -> Result<Option<Place>> {
        let (x, y) = (self.needed(source, index, "x", MOST)?, self.needed(source, index + 1, "y", MOST)?);
        Ok(x.zip(y).map(|(x, y)| Place { x, y }))
    }

    /// Corners `x,y-x,y-...`.
    fn polygon(&self, source: &mut Source<'_, '_>, index: usize) -> Result<Vec<Place>> {
        let Some(text) = self.at(index) else { return Ok(Vec::new()) };
        let corner = |text: &[u8]| {
            let mut parts = text.split(|&byte| byte == b',').map(record::number);
            let (x, y) = (parts.next()??, parts.next()??);
            (parts.next().is_none() && x <= MOST && y <= MOST).then_some(Place { x, y })
        };
        let corners: Option<Vec<Place>> = text.split(|&byte| byte == b'-').map(corner).collect();
        if corners.is_none() {
            self.fault(source, index, "polygon", "corners x,y-x,y-... (read as not stated)")?;
        }
        Ok(corners.unwrap_or_default())
    }
}

/// The entries of a field, one a subfield, as far as they make sense.
fn entries<'a, T>(
    source: &mut Source<'a, '_>,
    number: u16,
    mut read: impl FnMut(&mut Source<'a, '_>, &Items<'a>) -> Result<Option<T>>,
) -> Result<Vec<T>> {
    let mut found = Vec::new();
    let Some(field) = source.record.field(number) else { return Ok(found) };
    for (index, subfield) in field.subfields().enumerate() {
        let items = Items::of(subfield, format!("field 9.{number} entry {index}"));
        found.extend(read(source, &items)?);
    }
    Ok(found)
}

/// The only entry of a field.
fn entry<'a, T>(
    source: &mut Source<'a, '_>,
    number: u16,
    read: impl FnMut(&mut Source<'a, '_>, &Items<'a>) -> Result<Option<T>>,
) -> Result<Option<T>> {
    Ok(entries(source, number, read)?.into_iter().next())
}

/// The numbers of the fields that are typed.
pub(super) const TYPED: [u16; 19] =
    [300, 301, 302, 307, 314, 315, 320, 321, 325, 326, 331, 332, 333, 334, 335, 352, 353, 355, 361];

/// Reads the features of a record.
pub(super) fn read(source: &mut Source<'_, '_>) -> Result<EfsFeatures> {
    source.check_minutiae(source.record.field(331))?;
    let text = |source: &Source<'_, '_>, number: u16| {
        let first = source.record.field(number).and_then(|field| field.items().next());
        first.filter(|item| !item.is_empty()).map(Text::new)
    };
    let is_there = |source: &Source<'_, '_>, number: u16| source.record.field(number).is_some();
    let other = |field: &record::Field<'_>| {
        let number = field.number_of_field();
        (300..=399).contains(&number) && !TYPED.contains(&number)
    };
    let others = source.record.fields().filter(other);
    let others = others.map(|field| (field.number_of_field(), Text::new(field.value()))).collect();
    Ok(EfsFeatures {
        region: region(source)?,
        orientation: entry(source, 301, orientation)?,
        positions: entries(source, 302, position)?,
        patterns: entries(source, 307, |source, items| {
            let class = items.text(0);
            if class.is_none() {
                items.fault(source, 0, "class", "a pattern class of two letters (entry left out)")?;
            }
            Ok(class.map(|class| Pattern { class, subclass: items.text(1), whorl_delta: items.text(2) }))
        })?,
        tonal_reversal: text(source, 314),
        lateral_reversal: text(source, 315),
        cores: entries(source, 320, core)?,
        deltas: entries(source, 321, delta)?,
        no_cores: is_there(source, 325),
        no_deltas: is_there(source, 326),
        minutiae: minutiae(source)?,
        ridge_count_algorithm: text(source, 332),
        ridge_counts: entries(source, 333, ridge_count)?,
        no_minutiae: is_there(source, 334),
        count_confidences: entries(source, 335, confidence)?,
        processing_methods: entries(source, 352, |_, items| Ok(items.text(0)))?,
        assessment: entry(source, 353, |source, items| {
            let value = items.text(0);
            if value.is_none() {
                items.fault(source, 0, "value", "VALUE, LIMITED, NOVALUE or NONPRINT (entry left out)")?;
            }
            Ok(value.map(|value| Assessment {
                value,
                last_name: items.text(1),
                first_name: items.text(2),
                affiliation: items.text(3),
                date: items.text(4),
                comment: items.text(5),
                complexity: items.text(6),
            }))
        })?,
        substrate: entry(source, 355, |_, items| Ok(items.text(0).map(|code| (code, items.text(1)))))?,
        correspondences: entries(source, 361, correspondence)?,
        others,
    })
}

/// The region of interest; without one, coordinates are from the top left of the image.
fn region(source: &mut Source<'_, '_>) -> Result<Region> {
    let read = |source: &mut Source<'_, '_>, items: &Items<'_>| {
        let (width, height) =
            (items.needed(source, 0, "width", MOST)?, items.needed(source, 1, "height", MOST)?);
        let left = items.optional(source, 2, "horizontal offset", MOST)?.unwrap_or(0);
        let top = items.optional(source, 3, "vertical offset", MOST)?.unwrap_or(0);
        let polygon = items.polygon(source, 4)?;
        Ok(width.zip(height).map(|(width, height)| Region { width, height, left, top, polygon }))
    };
    let region = entry(source, 300, read)?;
    if source.record.field(300).is_none() {
        let expected = "a region of interest (places are taken to be from the top left of the image)";
        source.fault(Problem::new("", "field 9.300", "missing", expected))?;
    }
    Ok(region.unwrap_or_default())
}

fn orientation(source: &mut Source<'_, '_>, items: &Items<'_>) -> Result<Option<Orientation>> {
    let degrees: Option<i16> = items.at(0).and_then(record::number);
    let Some(degrees) = degrees.filter(|degrees| (-360..=360).contains(degrees)) else {
        items.fault(source, 0, "direction", "-179 to 180 degrees (entry left out)")?;
        return Ok(None);
    };
    Ok(Some(Orientation { degrees, uncertainty: items.degrees(source, 1, "uncertainty", 180)? }))
}

fn position(source: &mut Source<'_, '_>, items: &Items<'_>) -> Result<Option<Position>> {
    let code = items.needed(source, 0, "code", 99)?;
    let polygon = items.polygon(source, 3)?;
    let (segment, off_centre) = (items.text(1), items.text(2));
    Ok(code.map(|code| Position { code: code as u8, segment, off_centre, polygon })) // at most 99
}

fn core(source: &mut Source<'_, '_>, items: &Items<'_>) -> Result<Option<Core>> {
    let Some(place) = items.place(source, 0)? else { return Ok(None) };
    Ok(Some(Core {
        place,
        direction: items.degrees(source, 2, "direction", 359)?,
        radius: items.optional(source, 3, "radius", MOST)?,
        direction_uncertainty: items.degrees(source, 4, "uncertainty", 180)?,
    }))
}

fn delta(source: &mut Source<'_, '_>, items: &Items<'_>) -> Result<Option<Delta>> {
    let Some(place) = items.place(source, 0)? else { return Ok(None) };
    let mut three = |first: usize, what: &str, most: u16| -> Result<[Option<u16>; 3]> {
        Ok([
            items.degrees(source, first, what, most)?,
            items.degrees(source, first + 1, what, most)?,
            items.degrees(source, first + 2, what, most)?,
        ])
    };
    let (directions, uncertainties) = (three(2, "direction", 359)?, three(7, "uncertainty", 180)?);
    Ok(Some(Delta {
        place,
        directions,
        kind: items.text(5),
        radius: items.optional(source, 6, "radius", MOST)?,
        direction_uncertainties: uncertainties,
    }))
}

fn minutiae(source: &mut Source<'_, '_>) -> Result<Vec<EfsMinutia>> {
    let mut row = 0;
    entries(source, 331, |source, items| {
        row += 1;
        let items = Items { items: items.items.clone(), name: format!("minutia {}", row - 1) };
        let place = items.place(source, 0)?;
        let direction = match items.at(2) {
            Some(b"360") => {
                items.fault(source, 2, "direction", "0 to 359 degrees (read as 0, a full turn)")?;
                Some(0)
            }
            _ => items.needed(source, 2, "direction", 359)?,
        };
        let kind = match items.at(3) {
            Some(b"E") => EfsKind::RidgeEnding,
            Some(b"B") => EfsKind::Bifurcation,
            Some(b"X") => EfsKind::Unknown,
            _ => {
                items.fault(source, 3, "type", "E, B or X (read as unknown)")?;
                EfsKind::Unknown
            }
        };
        let radius = items.optional(source, 4, "radius", MOST)?;
        let direction_uncertainty = items.degrees(source, 5, "uncertainty", 180)?;
        let Some((place, direction)) = place.zip(direction) else { return Ok(None) };
        let direction = direction as u16; // at most 359
        Ok(Some(EfsMinutia { place, direction, kind, radius, direction_uncertainty, row: row - 1 }))
    })
}

fn ridge_count(source: &mut Source<'_, '_>, items: &Items<'_>) -> Result<Option<RidgeCount>> {
    let from = items.needed(source, 0, "minutia", MOST)?;
    let to = items.needed(source, 1, "neighbour", MOST)?;
    let count = items.needed(source, 2, "count", 99)?;
    let sector = items.optional(source, 3, "sector", 99)?;
    let residual = items.optional(source, 4, "residual", 1)?;
    Ok(from.zip(to).zip(count).map(|((from, to), count)| RidgeCount { from, to, count, sector, residual }))
}

fn confidence(source: &mut Source<'_, '_>, items: &Items<'_>) -> Result<Option<CountConfidence>> {
    let Some((from, to)) = items.place(source, 0)?.zip(items.place(source, 2)?) else { return Ok(None) };
    let confidence = items.optional(source, 5, "confidence", 100)?;
    Ok(Some(CountConfidence { from, to, method: items.text(4), confidence }))
}

fn correspondence(source: &mut Source<'_, '_>, items: &Items<'_>) -> Result<Option<Correspondence>> {
    let Some((label, kind)) = items.text(0).zip(items.text(1)) else {
        items.fault(source, 0, "label and type", "both (entry left out)")?;
        return Ok(None);
    };
    let field = items.optional(source, 2, "field", 999)?.map(|number| number as u16); // at most 999
    let occurrence = items.optional(source, 3, "occurrence", MOST)?;
    let (x, y) = (items.optional(source, 4, "x", MOST)?, items.optional(source, 5, "y", MOST)?);
    let place = x.zip(y).map(|(x, y)| Place { x, y });
    Ok(Some(Correspondence { label, kind, field, occurrence, place, comment: items.text(6) }))
}
