//! The directories of a TIFF file or of Exif (TIFF 6.0, `BigTIFF`): just enough for the resolution, the number of pages
//! and the colours of a palette. The pixels are left to the crate `image`.

/// The most directories that are counted: enough to say that there are many.
const MAX_DIRECTORIES: usize = 1_000;

/// A field's number and what stands behind it.
pub(super) mod tag {
    pub(in super::super) const NEW_SUBFILE_TYPE: u16 = 254;
    pub(in super::super) const BITS_PER_SAMPLE: u16 = 258;
    pub(in super::super) const PHOTOMETRIC: u16 = 262;
    pub(in super::super) const X_RESOLUTION: u16 = 282;
    pub(in super::super) const Y_RESOLUTION: u16 = 283;
    pub(in super::super) const RESOLUTION_UNIT: u16 = 296;
    pub(in super::super) const COLOUR_MAP: u16 = 320;
}

/// A file with its byte order and its width of offsets.
#[derive(Clone, Copy)]
pub(super) struct Tiff<'a> {
    file: &'a [u8],
    little: bool,
    /// `BigTIFF`: offsets and counts of 8 bytes.
    big: bool,
}

/// One directory: as a rule, one page.
pub(super) struct Directory<'a> {
    tiff: Tiff<'a>,
    /// Where its entries begin, and how many there are.
    entries: (u64, u64),
    next: u64,
}

/// One entry of a directory.
pub(super) struct Field<'a> {
    tiff: Tiff<'a>,
    kind: u16,
    data: &'a [u8],
    /// Where `data` begins in the file.
    pub(super) offset: usize,
}

impl<'a> Tiff<'a> {
    /// By the first bytes; `None` where they are not those of TIFF.
    pub(super) fn new(file: &'a [u8]) -> Option<Self> {
        let (little, big) = match file.get(..4)? {
            b"II*\0" => (true, false),
            b"MM\0*" => (false, false),
            b"II+\0" => (true, true),
            b"MM\0+" => (false, true),
            _ => return None,
        };
        Some(Self { file, little, big })
    }

    /// The first directory: what is decoded.
    pub(super) fn first(self) -> Option<Directory<'a>> {
        let offset = if self.big { self.number(8, 8)? } else { self.number(4, 4)? };
        self.directory(offset)
    }

    fn directory(self, offset: u64) -> Option<Directory<'a>> {
        let (width, entry) = if self.big { (8, 20) } else { (2, 12) };
        let count = self.number(offset, width)?;
        let first = offset.checked_add(width)?;
        let end = count.checked_mul(entry)?.checked_add(first)?;
        // The last directory may be cut before the place of its successor, which it has none of.
        let next = self.number(end, if self.big { 8 } else { 4 }).unwrap_or(0);
        self.slice(first, count * entry)?;
        Some(Directory { tiff: self, entries: (first, count), next })
    }

    fn slice(self, offset: u64, length: u64) -> Option<&'a [u8]> {
        let start = usize::try_from(offset).ok()?;
        self.file.get(start..start.checked_add(usize::try_from(length).ok()?)?)
    }

    fn number(self, offset: u64, width: u64) -> Option<u64> {
        self.slice(offset, width).map(|bytes| self.value(bytes))
    }

    /// A number of at most 8 bytes.
    fn value(self, bytes: &[u8]) -> u64 {
        let append = |number, byte: &u8| number << 8 | u64::from(*byte);
        if self.little { bytes.iter().rev().fold(0, append) } else { bytes.iter().fold(0, append) }
    }
}

impl<'a> Directory<'a> {
    /// The entry of a tag.
    pub(super) fn field(&self, tag: u16) -> Option<Field<'a>> {
        let tiff = self.tiff;
        let (width, length) = if tiff.big { (8, 20) } else { (4, 12) };
        let (first, count) = self.entries;
        let mut at = (0..count).map(|entry| first + entry * length);
        let at = at.find(|at| tiff.number(*at, 2) == Some(u64::from(tag)))?;
        let kind = tiff.number(at + 2, 2)? as u16;
        let size = tiff.number(at + 4, width)?.checked_mul(size_of_kind(kind)?)?;
        let own = at + 4 + width;
        let offset = if size <= width { own } else { tiff.number(own, width)? };
        let data = tiff.slice(offset, size)?;
        Some(Field { tiff, kind, data, offset: usize::try_from(offset).ok()? })
    }

    /// A whole number.
    pub(super) fn number(&self, tag: u16) -> Option<u64> {
        self.field(tag)?.numbers().next()
    }

    /// A fraction, or a whole number.
    pub(super) fn fraction(&self, tag: u16) -> Option<f64> {
        let field = self.field(tag)?;
        if field.kind != RATIONAL {
            return field.numbers().next().map(|number| number as f64);
        }
        let (numerator, denominator) = field.data.split_at_checked(4)?;
        let denominator = field.tiff.value(denominator.get(..4)?);
        (denominator > 0).then(|| field.tiff.value(numerator) as f64 / denominator as f64)
    }
}

const RATIONAL: u16 = 5;

/// Bytes of one value: byte, text, short, long, rational, and the 8-byte long of `BigTIFF`.
fn size_of_kind(kind: u16) -> Option<u64> {
    match kind {
        1 | 2 => Some(1),
        3 => Some(2),
        4 => Some(4),
        RATIONAL | 16 => Some(8),
        _ => None,
    }
}

impl<'a> Field<'a> {
    /// Its whole numbers; none of a fraction.
    pub(super) fn numbers(&self) -> impl Iterator<Item = u64> + use<'a> {
        let tiff = self.tiff;
        let width = match self.kind {
            1 => 1,
            3 => 2,
            4 => 4,
            16 => 8,
            _ => usize::MAX,
        };
        self.data.chunks_exact(width).map(move |bytes| tiff.value(bytes))
    }
}

/// How many pages there are; reduced copies of a page and masks are none. `None` where there is no directory.
pub(super) fn pages(file: &[u8]) -> Option<usize> {
    let tiff = Tiff::new(file)?;
    let mut next = tiff.first();
    next.as_ref()?;
    let (mut pages, mut seen) = (0, 0);
    while let Some(directory) = next {
        let kind = directory.number(tag::NEW_SUBFILE_TYPE).unwrap_or(0);
        pages += usize::from(kind & 0b101 == 0);
        seen += 1;
        next =
            (directory.next != 0 && seen < MAX_DIRECTORIES).then(|| tiff.directory(directory.next)).flatten();
    }
    Some(pages)
}

/// A file of 8-bit indexes into a palette as one that states grey, and the 256 colours: red, green, blue, 0 to 65,535.
/// `None` for any other file.
pub(super) fn without_palette(file: &[u8]) -> Option<(Vec<u8>, Vec<[u16; 3]>)> {
    let directory = Tiff::new(file)?.first()?;
    let photometric = directory.field(tag::PHOTOMETRIC)?;
    if photometric.numbers().next() != Some(3) || directory.number(tag::BITS_PER_SAMPLE) != Some(8) {
        return None;
    }
    let map: Vec<u16> = directory.field(tag::COLOUR_MAP)?.numbers().map(|value| value as u16).collect();
    let [red, green, blue] = [map.get(..256)?, map.get(256..512)?, map.get(512..768)?];
    let colours = red.iter().zip(green).zip(blue).map(|((red, green), blue)| [*red, *green, *blue]).collect();
    let mut grey = file.to_vec();
    // Grey is 1 where a palette is 3, and only the byte that is 3 differs.
    let stated = grey.get_mut(photometric.offset..photometric.offset + photometric.data.len())?;
    *stated.iter_mut().find(|byte| **byte == 3)? = 1;
    Some((grey, colours))
}
