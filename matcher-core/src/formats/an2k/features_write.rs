//! The extended feature set to the fields of a Type-9 record, in the order of their numbers. Items that are not stated
//! are left empty, and left out at the end of an entry.

use super::features::{EfsFeatures, EfsKind, Place, Text};
use super::features_read::{MOST, TYPED};
use super::record::{Record, RecordBuilder};
use super::structure::{RS, US};
use crate::error::{Error, Result};

/// The items of one entry.
type Items = Vec<Vec<u8>>;

/// The fields so far, and how messages call the record.
struct Fields<'a> {
    fields: Vec<(u16, Vec<u8>)>,
    name: &'a str,
}

impl Fields<'_> {
    /// Adds a field with an entry for each of these; none where there are none.
    fn add(&mut self, number: u16, entries: impl IntoIterator<Item = Items>) -> Result<()> {
        let mut joined: Vec<Vec<u8>> = Vec::new();
        for items in entries {
            if items.iter().flatten().any(|byte| [RS, US].contains(byte)) {
                let expected = "text without the separators RS and US";
                return Err(Error::invalid(self.name, format!("field 9.{number}"), "with one", expected));
            }
            let last = items.iter().rposition(|item| !item.is_empty()).map_or(0, |last| last + 1);
            joined.push(items.get(..last).unwrap_or_default().join(&US));
        }
        if !joined.is_empty() {
            self.fields.push((number, joined.join(&RS)));
        }
        Ok(())
    }
}

fn text(text: Option<&Text>) -> Vec<u8> {
    text.map(|text| text.as_bytes().to_vec()).unwrap_or_default()
}

fn number(number: Option<impl ToString>) -> Vec<u8> {
    number.map(|number| number.to_string().into_bytes()).unwrap_or_default()
}

fn numbers<const N: usize>(values: [u32; N]) -> Items {
    values.map(|value| number(Some(value))).to_vec()
}

fn polygon(corners: &[Place]) -> Vec<u8> {
    let corners: Vec<String> = corners.iter().map(|corner| format!("{},{}", corner.x, corner.y)).collect();
    corners.join("-").into_bytes()
}

/// A field that says that there are none of something.
fn flag(set: bool) -> impl Iterator<Item = Items> {
    set.then(|| vec![b"Y".to_vec()]).into_iter()
}

/// A record with these features.
pub(super) fn write(features: &EfsFeatures, start: RecordBuilder, name: &str) -> Result<Record> {
    check(features, name)?;
    let all = features;
    let mut fields =
        Fields { fields: all.others.iter().map(|(n, value)| (*n, text(Some(value)))).collect(), name };
    let region = &all.region;
    let sides = numbers([region.width, region.height, region.left, region.top]);
    fields.add(300, [[sides, vec![polygon(&region.polygon)]].concat()])?;
    let orientation = all.orientation.iter();
    fields.add(301, orientation.map(|one| vec![number(Some(one.degrees)), number(one.uncertainty)]))?;
    fields.add(
        302,
        all.positions.iter().map(|one| {
            let (segment, side) = (text(one.segment.as_ref()), text(one.off_centre.as_ref()));
            vec![number(Some(one.code)), segment, side, polygon(&one.polygon)]
        }),
    )?;
    fields.add(
        307,
        all.patterns.iter().map(|one| {
            vec![text(Some(&one.class)), text(one.subclass.as_ref()), text(one.whorl_delta.as_ref())]
        }),
    )?;
    fields.add(314, all.tonal_reversal.iter().map(|value| vec![text(Some(value))]))?;
    fields.add(315, all.lateral_reversal.iter().map(|value| vec![text(Some(value))]))?;
    fields.add(
        320,
        all.cores.iter().map(|one| {
            let rest = vec![number(one.direction), number(one.radius), number(one.direction_uncertainty)];
            [numbers([one.place.x, one.place.y]), rest].concat()
        }),
    )?;
    fields.add(
        321,
        all.deltas.iter().map(|one| {
            let mut items = numbers([one.place.x, one.place.y]);
            items.extend(one.directions.map(number));
            items.extend([text(one.kind.as_ref()), number(one.radius)]);
            items.extend(one.direction_uncertainties.map(number));
            items
        }),
    )?;
    fields.add(325, flag(all.no_cores))?;
    fields.add(326, flag(all.no_deltas))?;
    fields.add(
        331,
        all.minutiae.iter().map(|one| {
            let kind = match one.kind {
                EfsKind::RidgeEnding => b"E",
                EfsKind::Bifurcation => b"B",
                EfsKind::Unknown => b"X",
            };
            let rest = vec![kind.to_vec(), number(one.radius), number(one.direction_uncertainty)];
            [numbers([one.place.x, one.place.y, one.direction.into()]), rest].concat()
        }),
    )?;
    fields.add(332, all.ridge_count_algorithm.iter().map(|value| vec![text(Some(value))]))?;
    fields.add(
        333,
        all.ridge_counts.iter().map(|one| {
            [numbers([one.from, one.to, one.count]), vec![number(one.sector), number(one.residual)]].concat()
        }),
    )?;
    fields.add(334, flag(all.no_minutiae))?;
    fields.add(
        335,
        all.count_confidences.iter().map(|one| {
            let rest = vec![text(one.method.as_ref()), number(one.confidence)];
            [numbers([one.from.x, one.from.y, one.to.x, one.to.y]), rest].concat()
        }),
    )?;
    fields.add(352, all.processing_methods.iter().map(|one| vec![text(Some(one))]))?;
    fields.add(
        353,
        all.assessment.iter().map(|one| {
            let rest =
                [&one.last_name, &one.first_name, &one.affiliation, &one.date, &one.comment, &one.complexity];
            let rest = rest.into_iter().map(|item| text(item.as_ref()));
            std::iter::once(text(Some(&one.value))).chain(rest).collect()
        }),
    )?;
    let substrate = all.substrate.iter();
    fields.add(355, substrate.map(|(code, what)| vec![text(Some(code)), text(what.as_ref())]))?;
    fields.add(
        361,
        all.correspondences.iter().map(|one| {
            let (x, y) = (one.place.map(|place| place.x), one.place.map(|place| place.y));
            let mut items = vec![text(Some(&one.label)), text(Some(&one.kind)), number(one.field)];
            items.extend([number(one.occurrence), number(x), number(y), text(one.comment.as_ref())]);
            items
        }),
    )?;
    fields.fields.sort_by_key(|(number, _)| *number); // stable
    let start = start.field(4, "U");
    fields.fields.into_iter().fold(start, |builder, (number, value)| builder.field(number, value)).build()
}

/// Refuses what has no place in a record: numbers beyond its digits, and carried fields that are typed.
fn check(features: &EfsFeatures, name: &str) -> Result<()> {
    let region = &features.region;
    let most = || format!("at most {MOST} in units of 10 µm, of 5 digits");
    for (what, value) in [
        ("width of the region of interest", region.width),
        ("height of the region of interest", region.height),
        ("horizontal offset of the region of interest", region.left),
        ("vertical offset of the region of interest", region.top),
    ] {
        if value > MOST {
            return Err(Error::invalid(name, what, value, most()));
        }
    }
    for minutia in &features.minutiae {
        let field = |what: &str| format!("minutia {} {what}", minutia.row);
        if minutia.place.x.max(minutia.place.y) > MOST {
            return Err(Error::invalid(name, field("place"), "beyond that", most()));
        }
        if minutia.direction > 359 {
            return Err(Error::invalid(name, field("direction"), minutia.direction, "0 to 359 degrees"));
        }
    }
    let misplaced = |number: &u16| !(300..=399).contains(number) || TYPED.contains(number);
    match features.others.iter().map(|(number, _)| *number).find(misplaced) {
        Some(number) => {
            let expected = "300 to 399, and none of those that are typed";
            Err(Error::invalid(name, "number of a carried field", number, expected))
        }
        None => Ok(()),
    }
}
