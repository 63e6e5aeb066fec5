//! Maps and the columns in them.

use super::*;
use crate::error::Error;
use crate::simd::nearest::Panel;
use std::fs;
use std::path::{Path, PathBuf};

/// A file of its own for a test, gone when the test is done.
struct TestFile(PathBuf);

impl TestFile {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("matcher-memory-{name}-{}", std::process::id()));
        fs::write(&path, bytes).unwrap();
        Self(path)
    }
}

impl Drop for TestFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn shared<T: Send + Sync>(value: T) -> T {
    value
}

#[test]
fn a_file_is_read_as_it_is_also_after_it_was_unlinked() {
    let bytes: Vec<u8> = (0..20_000).map(|i| (i % 251) as u8).collect();
    let file = TestFile::new("plain", &bytes);
    let map = shared(Map::open(&file.0).unwrap());
    assert_eq!(map.path(), file.0);
    assert_eq!(map.bytes(), bytes);
    assert_eq!(map.bytes().as_ptr().align_offset(4096), 0);
    assert!(format!("{map:?}").contains("len: 20000"));
    if cfg!(unix) {
        fs::remove_file(&file.0).unwrap();
        assert_eq!(map.bytes(), bytes);
    }
}

#[test]
fn an_empty_file_is_no_bytes() {
    let file = TestFile::new("empty", &[]);
    let map = Map::open(&file.0).unwrap();
    assert_eq!(map.bytes(), [0; 0]);
    let column = Column::<u64>::mapped(&map, 0..0).unwrap();
    assert!(column.is_empty() && column.is_mapped());
    assert!(Column::<u8>::mapped(&map, 0..1).is_err());
}

#[test]
fn what_is_no_file_is_an_error_that_names_it() {
    let missing = std::env::temp_dir().join("matcher-memory-missing");
    for path in [missing, std::env::temp_dir(), PathBuf::new()] {
        match Map::open(&path) {
            Err(Error::Io { path: named, .. }) => assert_eq!(named, path),
            other => panic!("{other:?}"),
        }
    }
    if Path::new("/dev/zero").exists() {
        assert!(Map::open(Path::new("/dev/zero")).is_err());
    }
}

#[test]
fn a_column_reads_the_values_of_its_range() {
    let values: Vec<u32> = (0..64).map(|i| i * 1_000_003).collect();
    let file = TestFile::new("values", bytemuck::cast_slice(&values));
    let map = Map::open(&file.0).unwrap();
    let column = shared(Column::<u32>::mapped(&map, 16..64).unwrap());
    drop(map); // the column keeps the bytes
    assert!(column.is_mapped());
    assert_eq!(*column, values[4..16]);
    let clone = column.clone();
    drop(column);
    assert!(clone.is_mapped());
    assert_eq!(std::thread::spawn(move || clone.to_vec()).join().unwrap(), values[4..16]);
}

#[test]
fn ranges_that_do_not_fit_are_refused() {
    let file = TestFile::new("ranges", &[7; 1024]);
    let map = Map::open(&file.0).unwrap();
    for start in 0..9 {
        assert_eq!(Column::<u64>::mapped(&map, start..start + 16).is_ok(), start % 8 == 0);
        assert_eq!(Column::<u64>::mapped(&map, 8..8 + start).is_ok(), start % 8 == 0);
        assert!(Column::<[u8; 3]>::mapped(&map, start..start + 9).is_ok()); // bytes lie anywhere
    }
    assert!(Column::<u64>::mapped(&map, 1024..1024).unwrap().is_empty());
    let problem = Column::<u64>::mapped(&map, 4..20).unwrap_err();
    assert_eq!(problem, "bytes 4 to 20 are no values of 8 bytes that start at a multiple of 8");
    let problem = Column::<u8>::mapped(&map, 1000..1025).unwrap_err();
    assert_eq!(problem, "bytes 1000 to 1025 are not in its 1024 bytes");
    #[expect(clippy::reversed_empty_ranges, reason = "a hostile one")]
    let reversed = 8..0;
    for range in [reversed, 1025..1025, 0..usize::MAX, usize::MAX..usize::MAX] {
        assert!(Column::<u8>::mapped(&map, range).is_err());
    }
}

#[test]
fn to_mut_copies_out_of_the_file_once() {
    let file = TestFile::new("to-mut", &[5; 64]);
    let map = Map::open(&file.0).unwrap();
    let mut column = Column::<u16>::mapped(&map, 0..8).unwrap();
    let before = column.clone();
    column.to_mut()[1] = 9;
    column.to_mut().push(10);
    assert!(!column.is_mapped());
    assert_eq!(*column, [0x0505, 9, 0x0505, 0x0505, 10]);
    assert_eq!(*before, [0x0505; 4]);
    assert_eq!(map.bytes(), [5; 64]);
    let copy = column.clone();
    column.to_mut().clear();
    assert_eq!((column.len(), copy.len()), (0, 5));
}

#[test]
fn owned_columns_are_vectors() {
    let mut column = Column::from(vec![[1_u8; 7]; 3]);
    assert!(!column.is_mapped());
    assert_eq!(*column, [[1; 7]; 3]);
    column = Column::default();
    assert!(column.is_empty() && !column.is_mapped());
    assert_eq!(format!("{:?}", Column::from(vec![77_u8])), "Column { len: 1, is_mapped: false, .. }");
}

#[test]
fn panels_lie_in_a_file_as_they_do_in_memory() {
    let panels = [Panel::from_codes(&[[1; 16], [2; 16]]), Panel::from_codes(&[[3; 16]])];
    let file = TestFile::new("panels", bytemuck::cast_slice(&panels));
    let map = Map::open(&file.0).unwrap();
    let column = Column::<Panel>::mapped(&map, 0..1024).unwrap();
    assert!(*column == panels);
    assert!(Column::<Panel>::mapped(&map, 32..544).is_err());
}
