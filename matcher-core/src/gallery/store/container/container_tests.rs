//! Containers: what goes in comes out, and what is not what was written is found.

use super::layout::{ALIGN, BLOCK, HEADER};
use super::*;
use crate::error::Error;
use proptest::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

const KIND: [u8; 8] = *b"MTCHTEST";
const VERSION: u32 = 3;

/// A folder of its own for a test, gone when the test is done.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("matcher-container-{}-{number}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("test.seg")
    }

    /// Writes bytes into a new file, because a mapped one must not change, and opens them.
    fn open_bytes(&self, bytes: &[u8]) -> crate::Result<Container> {
        let path = self.0.join("changed.seg");
        let _ = fs::remove_file(&path);
        fs::write(&path, bytes).unwrap();
        Container::open(&path, KIND, VERSION)
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn write(path: &Path, sections: &[(Tag, u32, &[u8])]) {
    let mut writer = ContainerWriter::create(path, KIND, VERSION).unwrap();
    for (tag, number, bytes) in sections {
        writer.section(*tag, *number, [bytes]).unwrap();
    }
    writer.finish().unwrap();
}

/// Bytes that do not repeat in any block.
fn noise(len: usize) -> Vec<u8> {
    (0..len as u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 19) as u8).collect()
}

/// A small file, as it lies on disk.
fn small(folder: &Folder) -> Vec<u8> {
    write(&folder.file(), &[(*b"meta", 0, &noise(70)), (*b"void", 0, &[]), (*b"code", 9, &noise(64))]);
    fs::read(folder.file()).unwrap()
}

/// Makes the checksums of table and header fit what stands there.
fn fix_sums(bytes: &mut [u8]) {
    let table = u64::from_le_bytes(bytes[16..24].try_into().unwrap());
    if let Some(table) = usize::try_from(table).ok().and_then(|table| bytes.get(table..)) {
        let sum = crc32fast::hash(table);
        bytes[32..36].copy_from_slice(&sum.to_le_bytes());
    }
    let sum = crc32fast::hash(&bytes[..60]);
    bytes[60..64].copy_from_slice(&sum.to_le_bytes());
}

#[test]
fn typed_sections_come_back() {
    let folder = Folder::new();
    let longs: Vec<u64> = (0..100_000).map(|i| i * i).collect();
    let shorts: Vec<u16> = (0..33).collect();
    let mut writer = ContainerWriter::create(&folder.file(), KIND, VERSION).unwrap();
    let bytes: &[u8] = bytemuck::cast_slice(&longs);
    writer.section(*b"long", 0, bytes.chunks(1001)).unwrap();
    writer.section(*b"name", 0, ["one".to_owned(), String::new(), "two".to_owned()]).unwrap();
    writer.section(*b"long", 7, [bytemuck::cast_slice::<u16, u8>(&shorts)]).unwrap();
    assert!(format!("{writer:?}").contains("sections: 3"));
    writer.finish().unwrap();

    let container = Container::open(&folder.file(), KIND, VERSION).unwrap();
    assert_eq!((container.version(), container.path()), (VERSION, folder.file().as_path()));
    assert_eq!(container.file_len() as u64, fs::metadata(folder.file()).unwrap().len());
    assert!(container.section(*b"long", 1).is_none() && container.section(*b"cold", 0).is_none());
    let section = container.section(*b"long", 0).unwrap();
    section.check().unwrap();
    assert_eq!(*section.column::<u64>(0..section.len()).unwrap(), longs);
    assert_eq!(*section.column::<u64>(8_000..8_080).unwrap(), longs[1000..1010]);
    assert_eq!(container.section(*b"name", 0).unwrap().bytes(), b"onetwo");
    let section = container.section(*b"long", 7).unwrap().clone();
    drop(container); // a section keeps the file
    assert_eq!(*section.column::<u16>(0..66).unwrap(), shorts);
    assert!(format!("{section:?}").starts_with("Section"));
    assert_eq!(folder.names(), ["test.seg"]);
}

#[test]
fn sections_start_at_multiples_of_64_and_every_block_is_checked() {
    let folder = Folder::new();
    let lens = [0, 1, 63, 64, 65, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 100, 0];
    let parts: Vec<Vec<u8>> = lens.iter().map(|&len| noise(len)).collect();
    let sections: Vec<(Tag, u32, &[u8])> =
        parts.iter().enumerate().map(|(i, bytes)| (*b"code", i as u32, bytes.as_slice())).collect();
    write(&folder.file(), &sections);
    let container = Container::open(&folder.file(), KIND, VERSION).unwrap();
    assert_eq!(container.sections().len(), lens.len());
    for (section, bytes) in container.sections().zip(&parts) {
        assert_eq!(section.bytes(), bytes);
        assert_eq!(section.bytes().as_ptr().align_offset(ALIGN), 0);
        assert_eq!((section.tag(), section.len()), (*b"code", bytes.len()));
        section.check().unwrap();
        section.check().unwrap();
    }
    assert_eq!(container.check_all(), []);
}

#[test]
fn ranges_outside_a_section_are_refused() {
    let folder = Folder::new();
    small(&folder);
    let container = Container::open(&folder.file(), KIND, VERSION).unwrap();
    let section = container.section(*b"meta", 0).unwrap();
    section.check_range(70..70).unwrap();
    section.check_range(3..70).unwrap();
    #[expect(clippy::reversed_empty_ranges, reason = "a hostile one")]
    let reversed = 8..0;
    // The zeros after a section, and the next section, are not its own.
    for range in [0..71, 64..128, 71..71, reversed, 0..usize::MAX, usize::MAX..usize::MAX] {
        assert!(matches!(section.check_range(range.clone()), Err(Error::Damaged { .. })));
        assert!(matches!(section.column::<u8>(range), Err(Error::Damaged { .. })));
    }
    let error = section.check_range(2..71).unwrap_err().to_string();
    assert!(error.ends_with("section meta 0: bytes 2 to 71 are not in its 70 bytes"), "{error}");
    let error = section.column::<u64>(4..20).unwrap_err().to_string();
    assert!(error.contains("section meta 0: of the file, bytes 68 to 84 are no values"), "{error}");
}

#[test]
fn a_damaged_block_is_named_and_the_others_can_be_used() {
    let folder = Folder::new();
    write(&folder.file(), &[(*b"meta", 0, &noise(1000)), (*b"code", 3, &noise(3 * BLOCK))]);
    let mut bytes = fs::read(folder.file()).unwrap();
    let start = HEADER + 1024;
    bytes[start + BLOCK + 17] ^= 4;
    let container = folder.open_bytes(&bytes).unwrap();
    let section = container.section(*b"code", 3).unwrap();
    for range in [0..BLOCK, 2 * BLOCK..3 * BLOCK, BLOCK..BLOCK] {
        section.check_range(range).unwrap();
    }
    for range in [0..BLOCK + 1, BLOCK..BLOCK + 1, 2 * BLOCK - 1..2 * BLOCK + 1, 0..section.len()] {
        for _again in 0..2 {
            let error = section.check_range(range.clone()).unwrap_err().to_string();
            assert!(
                error.contains("changed.seg is damaged: section code 3, block 1: checksum is "),
                "{error}"
            );
        }
    }
    assert!(container.section(*b"meta", 0).unwrap().check().is_ok());
    let damages = container.check_all();
    assert_eq!(damages.len(), 1);
    assert!(damages[0].to_string().starts_with("section code 3, block 1:"), "{}", damages[0]);
}

#[test]
fn every_changed_byte_is_found() {
    let folder = Folder::new();
    let good = small(&folder);
    assert_eq!(folder.open_bytes(&good).unwrap().check_all(), []);
    for at in 0..good.len() {
        for change in [1, 0x10, 0x80, 0xff] {
            let mut bytes = good.clone();
            bytes[at] ^= change;
            let found = match folder.open_bytes(&bytes) {
                Ok(container) => !container.check_all().is_empty(),
                Err(Error::Damaged { .. }) => true,
                Err(Error::NotAGallery { .. }) => at < 8,
                Err(other) => panic!("byte {at}: {other}"),
            };
            assert!(found, "byte {at} changed by {change}");
        }
    }
}

#[test]
fn every_other_length_is_refused() {
    let folder = Folder::new();
    let good = small(&folder);
    for len in 0..good.len() {
        assert!(matches!(folder.open_bytes(&good[..len]), Err(Error::Damaged { .. })), "{len} bytes");
    }
    for more in [1, 63, 64, 65, 5000] {
        let longer = [good.clone(), vec![0; more]].concat();
        let error = folder.open_bytes(&longer).unwrap_err().to_string();
        assert!(
            error.contains(&format!("it has {} bytes, expected {}", longer.len(), good.len())),
            "{error}"
        );
    }
}

#[test]
fn other_kinds_and_newer_versions_are_named() {
    let folder = Folder::new();
    let good = small(&folder);
    let reason = |kind, newest| match Container::open(&folder.file(), kind, newest) {
        Err(Error::NotAGallery { reason, .. }) => reason,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        reason(*b"MTCH\0\0\0\x01", 3),
        r#"it starts with "MTCHTEST", expected "MTCH\x00\x00\x00\x01""#
    );
    assert_eq!(reason(KIND, 2), "it is of version 3, expected at most 2");
    assert_eq!(Container::open(&folder.file(), KIND, 4).unwrap().version(), 3);
    assert!(matches!(folder.open_bytes(b"other"), Err(Error::NotAGallery { .. })));
    // A newer version may lay out its table in another way; a damaged one says nothing about itself.
    let mut newer = good;
    newer[8] = 4;
    assert!(matches!(folder.open_bytes(&newer), Err(Error::Damaged { .. })));
    newer[16..24].fill(0xff);
    fix_sums(&mut newer);
    assert!(matches!(folder.open_bytes(&newer), Err(Error::NotAGallery { .. })));
    let missing = Container::open(&folder.0.join("missing.seg"), KIND, VERSION);
    assert!(matches!(missing, Err(Error::Io { .. })));
}

#[test]
fn the_layout_is_the_one_that_is_written_down() {
    let folder = Folder::new();
    let bytes = small(&folder);
    assert_eq!(bytes.len(), 64 + 128 + 64 + 3 * 24 + 2 * 4);
    assert_eq!(bytes[..8], KIND);
    assert_eq!(bytes[8..32], [3, 0, 0, 0, 3, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0x50, 1, 0, 0, 0, 0, 0, 0]);
    assert_eq!(bytes[36..60], [0; 24]);
    assert_eq!(bytes[64..134], noise(70));
    assert_eq!(bytes[134..192], [0; 58]);
    let table = &bytes[256..];
    assert_eq!(table[48..72], *b"code\x09\0\0\0\xc0\0\0\0\0\0\0\0\x40\0\0\0\0\0\0\0");
    assert_eq!(table[72..76], crc32fast::hash(&bytes[64..192]).to_le_bytes());
    assert_eq!(table[76..], crc32fast::hash(&bytes[192..256]).to_le_bytes());
    assert_eq!(bytes[32..36], crc32fast::hash(table).to_le_bytes());
    assert_eq!(bytes[60..64], crc32fast::hash(&bytes[..60]).to_le_bytes());
}

#[test]
fn a_file_without_sections_is_one() {
    let folder = Folder::new();
    write(&folder.file(), &[]);
    let container = Container::open(&folder.file(), KIND, VERSION).unwrap();
    assert_eq!((container.sections().len(), container.file_len()), (0, HEADER));
    assert_eq!(container.check_all(), []);
}

#[test]
fn nothing_stands_under_the_name_before_it_is_finished() {
    let folder = Folder::new();
    let mut writer = ContainerWriter::create(&folder.file(), KIND, VERSION).unwrap();
    writer.section(*b"code", 0, [noise(BLOCK * 2)]).unwrap();
    assert_eq!(folder.names(), ["test.seg.matcher-tmp"]);
    drop(writer);
    assert_eq!(folder.names(), [""; 0]);
    // What a killed writer left is replaced, and so is a file of the same name, whose readers keep the old bytes.
    fs::write(folder.0.join("test.seg.matcher-tmp"), [9; 999]).unwrap();
    write(&folder.file(), &[(*b"code", 0, b"old")]);
    let old = Container::open(&folder.file(), KIND, VERSION).unwrap().section(*b"code", 0).unwrap();
    if cfg!(unix) {
        write(&folder.file(), &[(*b"code", 0, b"newer")]);
        let new = Container::open(&folder.file(), KIND, VERSION).unwrap().section(*b"code", 0).unwrap();
        assert_eq!((old.bytes(), new.bytes()), (b"old".as_slice(), b"newer".as_slice()));
        old.check().and_then(|()| new.check()).unwrap();
    }
    assert_eq!(folder.names(), ["test.seg"]);
}

#[test]
fn a_writer_that_cannot_write_names_the_file_and_leaves_nothing() {
    let folder = Folder::new();
    for path in [folder.0.join("no folder").join("a.seg"), PathBuf::new()] {
        match ContainerWriter::create(&path, KIND, VERSION) {
            Err(Error::Io { path: named, .. }) => assert_eq!(named, path),
            other => panic!("{other:?}"),
        }
    }
    // A folder that is not empty stands in the place of the file: it cannot be renamed.
    fs::create_dir_all(folder.file().join("inside")).unwrap();
    let writer = ContainerWriter::create(&folder.file(), KIND, VERSION).unwrap();
    assert!(matches!(writer.finish(), Err(Error::Io { path, .. }) if path == folder.file()));
    assert_eq!(folder.names(), ["test.seg"]);
}

#[test]
fn a_section_is_written_once_and_a_writer_that_failed_does_not_finish() {
    let folder = Folder::new();
    let mut writer = ContainerWriter::create(&folder.file(), KIND, VERSION).unwrap();
    writer.section(*b"code", 0, [b"one"]).unwrap();
    let error = writer.section(*b"code", 0, [b"two"]).unwrap_err();
    assert!(matches!(&error, Error::Invalid(problem) if problem.field == "section code 0"), "{error}");
    // A caller whose parts panic leaves half a section behind.
    let broken = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let parts = [1, 0].into_iter().map(|i| [1 / i; 4]);
        writer.section(*b"half", 0, parts)
    }));
    assert!(broken.is_err());
    assert!(matches!(writer.section(*b"more", 0, [b"x"]), Err(Error::Io { .. })));
    assert!(matches!(writer.finish(), Err(Error::Io { .. })));
    assert_eq!(folder.names(), [""; 0]);
}

#[test]
fn a_section_that_stands_twice_in_the_table_is_refused() {
    let folder = Folder::new();
    let mut bytes = small(&folder);
    let at = 256 + 24; // the second entry
    bytes[at..at + 4].copy_from_slice(b"meta");
    fix_sums(&mut bytes);
    let error = folder.open_bytes(&bytes).unwrap_err().to_string();
    assert!(error.contains("section meta 0 stands twice"), "{error}");
}

#[test]
fn threads_check_the_same_blocks() {
    let folder = Folder::new();
    let bytes = noise(9 * BLOCK + 5);
    write(&folder.file(), &[(*b"code", 0, &bytes)]);
    let mut damaged = fs::read(folder.file()).unwrap();
    damaged[HEADER + 4 * BLOCK] ^= 1;
    for (file, bad) in [(fs::read(folder.file()).unwrap(), None), (damaged, Some(4))] {
        let section = folder.open_bytes(&file).unwrap().section(*b"code", 0).unwrap();
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let section = &section;
                scope.spawn(move || {
                    for step in 0..10 {
                        let block = (thread * 3 + step) % 10;
                        let range = block * BLOCK..section.len().min((block + 1) * BLOCK);
                        assert_eq!(section.check_range(range).is_err(), bad == Some(block));
                    }
                });
            }
        });
        assert_eq!(section.check().is_err(), bad.is_some());
    }
}

/// Numbers that break sums and comparisons, near those of a small file.
fn telling() -> impl Strategy<Value = u64> {
    let near =
        prop::sample::select(vec![0, 1, 64, 70, 128, 192, 256, 328, 336, 1 << 32, u64::MAX >> 1, u64::MAX]);
    (near, -2_i64..3).prop_map(|(number, step)| number.wrapping_add_signed(step))
}

proptest! {
    #[test]
    fn no_header_or_table_leads_outside_the_file(
        numbers in prop::collection::vec((0_usize..14, telling()), 0..3),
        flips in prop::collection::vec((8_usize..144, any::<u8>()), 0..4),
        cut in prop::option::of(0_usize..400),
    ) {
        let folder = Folder::new();
        let mut bytes = small(&folder);
        // Places of numbers of eight bytes: in the header, and in the table.
        let places: Vec<usize> = [8, 12, 16, 24, 256, 260].into_iter().chain((264..328).step_by(8)).collect();
        for (place, number) in numbers {
            bytes[places[place]..][..8].copy_from_slice(&number.to_le_bytes());
        }
        for (at, byte) in flips {
            let at = if at < HEADER { at } else { 256 + at - HEADER };
            bytes[at] = byte;
        }
        bytes[8..12].copy_from_slice(&VERSION.to_le_bytes());
        if let Some(len) = cut {
            bytes.resize(len.max(HEADER), 0);
            let len = bytes.len() as u64;
            bytes[24..32].copy_from_slice(&len.to_le_bytes());
        }
        fix_sums(&mut bytes);
        if let Ok(container) = folder.open_bytes(&bytes) {
            let mut total = 0;
            for section in container.sections() {
                total += section.bytes().len();
                prop_assert!(section.bytes().as_ptr().align_offset(ALIGN) == 0);
                prop_assert!(section.column::<u8>(0..section.len()).is_ok());
                let _ = section.check();
                prop_assert!(container.section(section.tag(), section.number()).is_some());
            }
            prop_assert!(total <= bytes.len());
            let _ = container.check_all();
        }
    }
}
