//! Header and table of a container as bytes, and what of them cannot be.

use std::fmt;

/// What a section is, in four bytes of ASCII; sections of one tag differ by their number.
pub(crate) type Tag = [u8; 4];

/// Bytes of the header.
pub(crate) const HEADER: usize = 64;
/// Sections start at multiples of this.
pub(super) const ALIGN: usize = 64;
/// Bytes under one checksum.
pub(super) const BLOCK: usize = 256 * 1024;
/// Bytes of a section in the table, without its checksums.
const ENTRY: usize = 24;
/// Where the checksum of the header stands.
const HEADER_SUM: usize = HEADER - 4;

/// The first bytes of a file.
pub(super) struct Header {
    pub(super) kind: [u8; 8],
    pub(super) version: u32,
    pub(super) sections: u32,
    pub(super) table: u64,
    pub(super) len: u64,
    pub(super) table_sum: u32,
}

impl Header {
    pub(super) fn to_bytes(&self) -> [u8; HEADER] {
        let mut bytes = [0; HEADER];
        bytes[..8].copy_from_slice(&self.kind);
        bytes[8..12].copy_from_slice(&self.version.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.sections.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.table.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.len.to_le_bytes());
        bytes[32..36].copy_from_slice(&self.table_sum.to_le_bytes());
        let sum = crc32fast::hash(&bytes[..HEADER_SUM]);
        bytes[HEADER_SUM..].copy_from_slice(&sum.to_le_bytes());
        bytes
    }

    /// The header, or what is wrong with its checksum.
    pub(super) fn of(bytes: &[u8; HEADER]) -> Result<Self, String> {
        let (words, _) = bytes.as_chunks();
        let [k0, k1, k2, k3, k4, k5, k6, k7, ..] = *bytes;
        compare("header", crc32fast::hash(&bytes[..HEADER_SUM]), word(words, HEADER_SUM / 4))?;
        Ok(Self {
            kind: [k0, k1, k2, k3, k4, k5, k6, k7],
            version: word(words, 2),
            sections: word(words, 3),
            table: long(words, 4),
            len: long(words, 6),
            table_sum: word(words, 8),
        })
    }
}

/// Where a section lies in its file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) tag: Tag,
    pub(super) number: u32,
    pub(super) start: usize,
    pub(super) len: usize,
    /// Blocks of the sections before it.
    pub(super) first_block: usize,
}

impl Entry {
    /// Its bytes with the zeros after it.
    pub(super) fn padded(&self) -> usize {
        // A section lies in a file that is in memory: it cannot overflow.
        self.len.next_multiple_of(ALIGN)
    }

    pub(super) fn blocks(&self) -> usize {
        self.padded().div_ceil(BLOCK)
    }

    pub(super) fn to_bytes(self) -> [u8; ENTRY] {
        let mut bytes = [0; ENTRY];
        bytes[..4].copy_from_slice(&self.tag);
        bytes[4..8].copy_from_slice(&self.number.to_le_bytes());
        bytes[8..16].copy_from_slice(&(self.start as u64).to_le_bytes());
        bytes[16..].copy_from_slice(&(self.len as u64).to_le_bytes());
        bytes
    }
}

/// As it is called in errors; a tag that is no ASCII is shown in escapes.
impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "section {} {}", self.tag.escape_ascii(), self.number)
    }
}

/// All sections of a file, and where their checksums start in it; or what is wrong with the table.
///
/// After this each section lies in the file, at a multiple of [`ALIGN`], behind the one before it.
pub(super) fn entries(header: &Header, bytes: &[u8]) -> Result<(Vec<Entry>, usize), String> {
    if header.len != bytes.len() as u64 {
        return Err(format!("it has {} bytes, expected {}", bytes.len(), header.len));
    }
    let offset = usize::try_from(header.table).ok().filter(|table| *table >= HEADER);
    let Some((table_at, table)) = offset.and_then(|at| Some((at, bytes.get(at..)?))) else {
        return Err(format!(
            "the table starts at byte {}, expected {HEADER} to {}",
            header.table, header.len
        ));
    };
    compare("table", crc32fast::hash(table), header.table_sum)?;
    let count = header.sections as usize;
    let Some((listed, sums)) = count.checked_mul(ENTRY).and_then(|len| table.split_at_checked(len)) else {
        return Err(format!("the table has {} bytes, too few for {count} sections", table.len()));
    };
    let mut entries: Vec<Entry> = Vec::with_capacity(count);
    let (mut end, mut blocks) = (HEADER, 0);
    for bytes in listed.as_chunks::<ENTRY>().0 {
        let (words, _) = bytes.as_chunks();
        let [t0, t1, t2, t3, ..] = *bytes;
        let (tag, number, start, len) = ([t0, t1, t2, t3], word(words, 1), long(words, 2), long(words, 4));
        let room = table_at - end;
        let fits = usize::try_from(len).ok().filter(|len| *len <= room);
        let entry = Entry { tag, number, start: end, len: fits.unwrap_or(0), first_block: blocks };
        if start != end as u64 {
            return Err(format!("{entry} starts at byte {start}, expected {end}"));
        }
        if fits.is_none() || entry.padded() > room {
            return Err(format!("{entry} has {len} bytes, expected at most {room} with the zeros after it"));
        }
        (end, blocks) = (end + entry.padded(), blocks + entry.blocks());
        entries.push(entry);
    }
    if end != table_at {
        return Err(format!("the table starts at byte {table_at}, expected {end}"));
    }
    if sums.len() != 4 * blocks {
        return Err(format!("the table has {} bytes of checksums, expected {}", sums.len(), 4 * blocks));
    }
    Ok((entries, table_at + listed.len()))
}

fn compare(what: &str, found: u32, expected: u32) -> Result<(), String> {
    if found == expected {
        return Ok(());
    }
    Err(format!("{what}: checksum is {found:08x}, expected {expected:08x}"))
}

/// A number that the caller knows to be there.
fn word(words: &[[u8; 4]], at: usize) -> u32 {
    u32::from_le_bytes(words[at])
}

/// As [`word`], of eight bytes.
fn long(words: &[[u8; 4]], at: usize) -> u64 {
    u64::from(word(words, at)) | u64::from(word(words, at + 1)) << 32
}
