//! Type-9 records: minutiae of one print, in up to three dialects, to templates.
//!
//! What the dialects share stands here: the image that a record is about, the finger, the impression, and how faults of
//! a record are told. Each dialect has its own file.

use super::codes::{self, Coded};
use super::features::EfsFeatures;
use super::images::{Frames, ImageRecord};
use super::record::{self, Field, Record};
use super::{efs, legacy, m1};
use crate::error::{Problem, Result};
use crate::fingerprint::{FingerPosition, Impression, Minutia, Template, TemplateBuilder};
use crate::formats::report::Report;
use crate::formats::{Limits, ReadOptions};
use crate::units::{Pixels, Resolution};
use std::fmt;

/// How a Type-9 record states minutiae.
///
/// # Examples
/// ```
/// use matcher_core::formats::an2k::Dialect;
/// assert_eq!(Dialect::Efs.to_string(), "EFS");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// Fields 9.005 to 9.012 of the editions up to 2007, which only old data should have.
    Legacy,
    /// Fields 9.126 to 9.150, after INCITS 378.
    M1,
    /// Fields 9.300 to 9.399, the extended feature set.
    Efs,
}

impl Dialect {
    /// The one that is read where a record has several: the finest first.
    const BY_PREFERENCE: [Self; 3] = [Self::Efs, Self::M1, Self::Legacy];

    /// The name that people use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Legacy => "legacy",
            Self::M1 => "M1",
            Self::Efs => "EFS",
        }
    }

    /// The number of the field with the minutiae.
    const fn minutiae_field(self) -> u16 {
        match self {
            Self::Legacy => 12,
            Self::M1 => 137,
            Self::Efs => 331,
        }
    }

    /// Whether a field belongs to it.
    fn has(self, number: u16) -> bool {
        match self {
            Self::Legacy => (5..=12).contains(&number),
            Self::M1 => (126..=150).contains(&number),
            Self::Efs => (300..=399).contains(&number),
        }
    }

    /// The dialect that is read of a Type-9 record: the finest of those with minutiae, else of those with any field.
    pub(super) fn of(record: &Record) -> Option<Self> {
        let with = |dialect: &Self| record.field(dialect.minutiae_field()).is_some();
        let any = |dialect: &Self| record.fields().any(|field| dialect.has(field.number_of_field()));
        let all = Self::BY_PREFERENCE.into_iter();
        all.clone().find(with).or_else(|| all.clone().find(any))
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A print of a transaction: the template of one Type-9 record, and what else the record says.
#[derive(Clone, Debug)]
pub struct Print {
    /// Index of the record in the transaction, from 0.
    pub record: usize,
    /// The information designation character, which ties it to the record of its image.
    pub idc: Option<u8>,
    /// The dialect that was read.
    pub dialect: Dialect,
    /// The minutiae, in the pixels of the image with the same IDC; where there is none, at the resolution of
    /// [`ReadOptions::dpi`], 500 dpi unless said (M1 states its own).
    pub template: Template,
    /// The extended feature set in the units of the record; `None` in the other dialects.
    pub efs: Option<EfsFeatures>,
}

/// One Type-9 record while it is read.
pub(super) struct Source<'a, 'r> {
    pub(super) record: &'a Record,
    pub(super) image: Option<ImageRecord<'a>>,
    pub(super) options: &'r ReadOptions,
    name: String,
    view: usize,
    report: &'r mut Report,
}

/// Reads all Type-9 records.
pub(super) fn prints(records: &[Record], options: &ReadOptions, report: &mut Report) -> Result<Vec<Print>> {
    let mut prints = Vec::new();
    let frames = Frames::of(records);
    for (index, record) in records.iter().enumerate().filter(|(_, record)| record.kind() == 9) {
        let name = record.name(index);
        let Some(dialect) = Dialect::of(record) else {
            let expected = "minutiae in fields 9.005 to 9.012, 9.126 to 9.150 or 9.300 to 9.399 (not read)";
            let problem = Problem::new(name, "minutiae", "missing, or in fields of a vendor", expected);
            report.fault(None, problem)?;
            continue;
        };
        let (image, view) = (frames.image(record.idc()), prints.len());
        let mut source = Source { record, image, options, name, view, report };
        source.tell_other_dialects(dialect);
        let (template, efs) = match dialect {
            Dialect::Legacy => (legacy::read(&mut source)?, None),
            Dialect::M1 => (m1::read(&mut source)?, None),
            Dialect::Efs => {
                let (template, features) = efs::read(&mut source)?;
                (template, Some(features))
            }
        };
        prints.push(Print { record: index, idc: record.idc(), dialect, template, efs });
    }
    Ok(prints)
}

impl Source<'_, '_> {
    /// Notes a fault of this record.
    pub(super) fn fault(&mut self, problem: Problem) -> Result<()> {
        self.report.fault(Some(self.view), problem.within(&self.name))
    }

    /// Notes what is allowed and should be known.
    pub(super) fn remark(&mut self, problem: Problem) {
        self.report.remark(Some(self.view), problem.within(&self.name));
    }

    fn tell_other_dialects(&mut self, read: Dialect) {
        let others = Dialect::BY_PREFERENCE.into_iter().filter(|dialect| *dialect != read);
        for other in others.filter(|other| self.record.field(other.minutiae_field()).is_some()) {
            let field = format!("field 9.{:03}", other.minutiae_field());
            let value = format!("there as well, minutiae in the {other} fields");
            self.remark(Problem::new("", field, value, format!("one dialect ({read} is read)")));
        }
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.options.limits
    }

    /// Refuses too many minutiae, before any is read.
    pub(super) fn check_minutiae(&self, field: Option<Field<'_>>) -> Result<()> {
        let count = field.map_or(0, |field| field.subfields().count());
        self.limits().check_minutiae(&self.name, count)
    }

    /// A whole number in a range, or `None`, which is noted as a fault with what was done about it.
    pub(super) fn whole(
        &mut self,
        text: Option<&[u8]>,
        field: &str,
        range: std::ops::RangeInclusive<i64>,
        done: &str,
    ) -> Result<Option<i64>> {
        let value = text.and_then(record::number::<i64>).filter(|value| range.contains(value));
        if value.is_none() {
            let expected = format!("a whole number, {} to {} ({done})", range.start(), range.end());
            self.fault(Problem::new("", field, shown(text), expected))?;
        }
        Ok(value)
    }

    /// The finger that a code states.
    pub(super) fn position(&mut self, text: Option<&[u8]>, field: &str) -> Result<FingerPosition> {
        let expected = "a code of a finger, 0 to 12 (read as unknown)";
        let code = text.and_then(record::number::<u8>);
        let position = code.and_then(codes::position);
        if position.is_none() {
            self.fault(Problem::new("", field, shown(text), expected))?;
        } else if !code.is_some_and(codes::is_one_finger) {
            self.remark(Problem::new("", field, shown(text), expected));
        }
        Ok(position.unwrap_or_default())
    }

    /// How the impression was taken (9.003).
    pub(super) fn impression(&mut self) -> Result<Option<Impression>> {
        let text = self.record.field(3).map(|field| field.value());
        let impression = text.and_then(record::number).map_or(Coded::Unknown, codes::impression);
        if impression == Coded::Unknown {
            let expected = "a code of an impression type (read as unknown)";
            self.fault(Problem::new("", "field 9.003 (impression type)", shown(text), expected))?;
        }
        Ok(impression.value())
    }

    /// The resolution and, where an image record states both, the size of the image that the record is about.
    pub(super) fn frame(&self) -> (Resolution, Option<(u16, u16)>) {
        let stated = self.image.as_ref().and_then(|image| Some((image.resolution?, image.size?)));
        let side = |pixels: u32| u16::try_from(pixels).ok().filter(|&pixels| pixels > 0);
        match stated {
            Some((resolution, (width, height))) => (resolution, side(width).zip(side(height))),
            None => (self.options.dpi.map_or(Resolution::STANDARD, Resolution::square), None),
        }
    }

    /// Whether a place lies inside the image; one that does not is told.
    pub(super) fn is_inside(
        &mut self,
        row: u32,
        x: Pixels,
        y: Pixels,
        size: Option<(u16, u16)>,
    ) -> Result<bool> {
        let Some((width, height)) = size else { return Ok(true) };
        for (axis, value, limit) in [("x", x, width), ("y", y, height)] {
            if !(0..=i32::from(limit) * 256).contains(&value.steps()) {
                let expected = format!("0 to {limit} pixels, inside the image (dropped)");
                self.fault(Problem::new("", format!("minutia {row} {axis}"), value.to_f64(), expected))?;
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Compares a stated number of minutiae with the rows that are there.
    pub(super) fn check_count(&mut self, field: u16, rows: usize) -> Result<()> {
        let stated = self.record.field(field).map(|field| field.value());
        if stated.and_then(record::number) != Some(rows) {
            let expected = format!("{rows}, the minutiae that are there");
            let field = format!("field 9.{field:03} (number of minutiae)");
            self.fault(Problem::new("", field, shown(stated), expected))?;
        }
        Ok(())
    }

    /// The template of all that was read.
    pub(super) fn finish(&mut self, builder: TemplateBuilder, rows: Vec<Minutia>) -> Result<Template> {
        if rows.is_empty() {
            self.remark(Problem::new("", "number of minutiae", 0, "1 or more to compare anything"));
        }
        let built = rows.into_iter().fold(builder, TemplateBuilder::minutia_of_row).build()?;
        for problem in built.diagnostics {
            self.fault(problem)?;
        }
        Ok(built.template)
    }
}

/// A value as messages show it, cut short.
pub(super) fn shown(text: Option<&[u8]>) -> String {
    text.map_or_else(
        || "missing".to_owned(),
        |text| format!("\"{}\"", text.get(..20).unwrap_or(text).escape_ascii()),
    )
}
