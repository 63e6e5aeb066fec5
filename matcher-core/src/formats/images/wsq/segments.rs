//! The segments of a file: markers, tables, the frame header and the headers of blocks.
//!
//! A marker is FF and a code; fillers FF may stand before it. All markers but those of start and end are followed by the
//! length of their segment, which counts its own two bytes.

use super::block;
use super::coefficients::Coefficients;
use super::comment;
use super::filters::FilterBank;
use super::huffman::{HuffmanTable, MAX_BITS};
use super::quantiser::{Bins, Quantiser, STATED};
use crate::error::{Error, Problem, Result};
use crate::formats::cursor::Cursor;
use crate::units::Resolution;
use std::fmt;

/// Huffman tables that a file can keep at once.
const HUFFMAN_TABLES: usize = 8;

/// The code of a marker.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Marker(u8);

impl Marker {
    const SOI: Self = Self(0xa0);
    const EOI: Self = Self(0xa1);
    const SOF: Self = Self(0xa2);
    const SOB: Self = Self(0xa3);
    const DTT: Self = Self(0xa4);
    const DQT: Self = Self(0xa5);
    const DHT: Self = Self(0xa6);
    const DRT: Self = Self(0xa7);
    const COM: Self = Self(0xa8);
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = ["SOI", "EOI", "SOF", "SOB", "DTT", "DQT", "DHT", "DRT", "COM"];
        match names.get(usize::from(self.0.wrapping_sub(0xa0))) {
            Some(name) => f.write_str(name),
            None => write!(f, "FF{:02X}", self.0),
        }
    }
}

/// The frame header: the size of the image, and how grey levels were scaled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) width: usize,
    pub(super) height: usize,
    shift: f32,
    scale: f32,
}

impl Frame {
    /// The grey level of a value of the joined plane.
    pub(super) fn grey(&self, value: f32) -> u8 {
        (value * self.scale + self.shift + 0.5) as u8 // cut to 0 to 255
    }
}

/// A segment that is no table.
pub(super) enum Segment {
    /// A block whose coded data is next.
    Block(BlockHeader),
    /// The end of the image.
    End,
}

/// The header of a block.
#[derive(Clone, Copy)]
pub(super) struct BlockHeader {
    start: usize,
    table: usize,
}

/// The tables in force. Each replaces the one before of its kind.
#[derive(Default)]
pub(super) struct Tables {
    filters: Option<FilterBank>,
    quantiser: Option<Quantiser>,
    /// Whether coefficients were coded by the quantiser, so that another comes too late.
    quantiser_taken: bool,
    huffman: [Option<Box<HuffmanTable>>; HUFFMAN_TABLES],
    resolution: Option<Resolution>,
}

impl Tables {
    pub(super) fn filters(&self) -> Result<&FilterBank> {
        self.filters.as_ref().ok_or_else(|| missing(Marker::DTT, "the filters"))
    }

    pub(super) fn take_quantiser(&mut self) -> Result<Quantiser> {
        self.quantiser_taken = true;
        self.quantiser.take().ok_or_else(|| missing(Marker::DQT, "the widths of bins"))
    }

    /// What the first comment states that states it.
    pub(super) fn resolution(&self) -> Option<Resolution> {
        self.resolution
    }
}

fn missing(marker: Marker, what: &str) -> Error {
    Error::invalid(
        "",
        format!("{marker} segment"),
        "missing",
        format!("one with {what} before they are used"),
    )
}

/// A file, read segment by segment.
pub(super) struct Segments<'a> {
    cursor: Cursor<'a>,
    pub(super) tables: Tables,
}

impl<'a> Segments<'a> {
    /// After the start marker.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self> {
        let mut segments = Self { cursor: Cursor::new(bytes), tables: Tables::default() };
        match segments.marker()? {
            (_, Marker::SOI) => Ok(segments),
            (at, other) => Err(unexpected(at, other, "SOI, which WSQ files start with")),
        }
    }

    /// The frame header, after the tables before it.
    pub(super) fn frame(&mut self) -> Result<Frame> {
        loop {
            let (at, marker) = self.marker()?;
            if marker == Marker::SOF {
                return self.segment(at, marker)?.frame();
            }
            self.table(at, marker, "SOF, or a table or comment before it")?;
        }
    }

    /// The next block or the end, after the tables before it.
    pub(super) fn next(&mut self) -> Result<Segment> {
        loop {
            let (at, marker) = self.marker()?;
            match marker {
                Marker::SOB => {
                    let mut segment = self.segment(at, marker)?;
                    segment.check_length(1)?;
                    let table = usize::from(segment.fields.u8("Huffman table")?);
                    return Ok(Segment::Block(BlockHeader { start: at, table }));
                }
                Marker::EOI => return Ok(Segment::End),
                _ => self.table(at, marker, "SOB, EOI, or a table or comment before them")?,
            }
        }
    }

    /// Reads the coded data of the block whose header was just read.
    pub(super) fn read_block(&mut self, header: BlockHeader, coefficients: &mut Coefficients) -> Result<()> {
        let BlockHeader { start, table: number } = header;
        let Some(table) = self.tables.huffman.get(number).and_then(Option::as_deref) else {
            let place = format!("block at byte {start}");
            return Err(Error::invalid(
                place,
                "Huffman table",
                number,
                "one that a DHT segment before it gives",
            ));
        };
        let data = self.cursor.rest();
        let length = block::read(data, self.position(), table, coefficients)?;
        self.cursor.take(length, "coded data")?;
        Ok(())
    }

    /// The place of the next byte.
    fn position(&self) -> usize {
        self.cursor.len() - self.cursor.rest().len()
    }

    /// The next marker and its place.
    fn marker(&mut self) -> Result<(usize, Marker)> {
        let at = self.position();
        let prefix = self.cursor.u8("marker")?;
        if prefix != 0xff {
            let place = format!("byte {at}");
            return Err(Error::invalid(
                place,
                "marker",
                format!("{prefix:02X}"),
                "FF and the code of a marker",
            ));
        }
        loop {
            let code = self.cursor.u8("code of a marker")?;
            if code != 0xff {
                return Ok((at, Marker(code)));
            }
        }
    }

    /// The rest of the segment of this marker.
    fn segment(&mut self, at: usize, marker: Marker) -> Result<Fields<'a>> {
        let place = format!("{marker} segment at byte {at}");
        let within = |problem: Problem| Error::from(problem.within(&place));
        let length = usize::from(self.cursor.u16("length").map_err(within)?);
        let Some(rest) = length.checked_sub(2) else {
            return Err(Error::invalid(place, "length", length, "2 or more, as it counts its own bytes"));
        };
        let fields = Cursor::new(self.cursor.take(rest, "content").map_err(within)?);
        Ok(Fields { place, fields })
    }

    /// Reads a table or a comment.
    fn table(&mut self, at: usize, marker: Marker, expected: &str) -> Result<()> {
        match marker {
            Marker::DTT => self.tables.filters = Some(self.segment(at, marker)?.filters()?),
            Marker::DQT => {
                let segment = self.segment(at, marker)?;
                if self.tables.quantiser_taken {
                    return Err(Error::invalid(
                        segment.place,
                        "position",
                        "after a block",
                        "before the first one",
                    ));
                }
                self.tables.quantiser = Some(segment.quantiser()?);
            }
            Marker::DHT => self.segment(at, marker)?.huffman_tables(&mut self.tables.huffman)?,
            Marker::DRT => self.segment(at, marker)?.no_restarts()?,
            Marker::COM => {
                let stated = comment::resolution(self.segment(at, marker)?.fields.rest());
                self.tables.resolution = self.tables.resolution.or(stated);
            }
            other => return Err(unexpected(at, other, expected)),
        }
        Ok(())
    }
}

fn unexpected(at: usize, marker: Marker, expected: &str) -> Error {
    Error::invalid(format!("byte {at}"), "marker", marker, expected)
}

/// The content of one segment.
struct Fields<'a> {
    place: String,
    fields: Cursor<'a>,
}

impl Fields<'_> {
    /// Refuses any other length of the content.
    fn check_length(&self, expected: usize) -> Result<()> {
        if self.fields.len() == expected {
            return Ok(());
        }
        Err(Error::invalid(&self.place, "length", self.fields.len() + 2, expected + 2))
    }

    fn frame(mut self) -> Result<Frame> {
        self.check_length(15)?;
        let fields = &mut self.fields;
        fields.take(2, "grey levels of black and white")?; // as scanned; decoders do not use them
        let height = usize::from(fields.u16("rows")?);
        let width = usize::from(fields.u16("columns")?);
        let (shift, scale) = (decimal16(fields, "shift")?, decimal16(fields, "scale")?);
        // Encoder and its software follow: names only.
        if width == 0 || height == 0 {
            let stated = format!("{width} x {height}");
            return Err(Error::invalid(self.place, "image size", stated, "1 pixel or more a side"));
        }
        Ok(Frame { width, height, shift, scale })
    }

    fn filters(mut self) -> Result<FilterBank> {
        let low = usize::from(self.fields.u8("length of the low-pass filter")?);
        let high = usize::from(self.fields.u8("length of the high-pass filter")?);
        FilterBank::check_lengths(&self.place, low, high)?;
        let (low_stated, high_stated) = (FilterBank::stated(low), FilterBank::stated(high));
        self.check_length(2 + 6 * (low_stated + high_stated))?;
        let mut taps = |count| (0..count).map(|_| tap(&mut self.fields)).collect::<Result<Vec<f32>>>();
        Ok(FilterBank::from_analysis(&taps(low_stated)?, &taps(high_stated)?, low % 2 == 0))
    }

    fn quantiser(mut self) -> Result<Quantiser> {
        let mut quantiser = Quantiser { centre: 0.0, bins: [Bins::default(); STATED] };
        self.check_length(3 + 6 * STATED)?;
        quantiser.centre = decimal16(&mut self.fields, "centre of bins")?;
        for bins in &mut quantiser.bins {
            let width = decimal16(&mut self.fields, "width of bins")?;
            let zero = decimal16(&mut self.fields, "width of the bin of zero")?;
            *bins = Bins { width, zero };
        }
        Ok(quantiser)
    }

    /// One table or several.
    fn huffman_tables(mut self, tables: &mut [Option<Box<HuffmanTable>>]) -> Result<()> {
        let within = |problem: Problem| Error::from(problem.within(&self.place));
        let fields = &mut self.fields;
        loop {
            let number = fields.u8("number of the table").map_err(within)?;
            let Some(table) = tables.get_mut(usize::from(number)) else {
                let expected = format!("0 to {}", HUFFMAN_TABLES - 1);
                return Err(Error::invalid(&self.place, "number of the table", number, expected));
            };
            let counts: [u8; MAX_BITS] = fields.array("numbers of codes").map_err(within)?;
            let symbols = counts.iter().map(|&count| usize::from(count)).sum();
            let symbols = fields.take(symbols, "values of codes").map_err(within)?;
            *table = Some(Box::new(HuffmanTable::new(&self.place, counts, symbols)?));
            if fields.rest().is_empty() {
                return Ok(());
            }
        }
    }

    fn no_restarts(mut self) -> Result<()> {
        self.check_length(2)?;
        match self.fields.u16("restart interval")? {
            0 => Ok(()),
            stated => {
                Err(Error::invalid(self.place, "restart interval", stated, "0: restarts are not read here"))
            }
        }
    }
}

/// A number of 2 bytes after the power of ten that divides it.
fn decimal16(fields: &mut Cursor, name: &str) -> Result<f32> {
    let power = fields.u8(name)?;
    Ok(decimal(f32::from(fields.u16(name)?), power))
}

/// A filter tap: sign, power of ten, 4 bytes.
fn tap(fields: &mut Cursor) -> Result<f32> {
    let name = "filter coefficient";
    let negative = fields.u8(name)? != 0;
    let power = fields.u8(name)?;
    let value = decimal(fields.u32(name)? as f32, power);
    Ok(if negative { -value } else { value })
}

/// Divided by ten again and again, each time rounded: so does NBIS, and the last bit depends on it.
fn decimal(value: f32, power: u8) -> f32 {
    (0..power).fold(value, |value, _| value / 10.0)
}
