//! What an index file from nowhere may hold: nothing of it ends in a panic, nor in an answer that a scan does not give.

use super::*;
use crate::gallery::{Gallery, IndexConfig, SubjectId};
use crate::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use crate::work::{Threads, Watch};
use proptest::prelude::*;

/// An index of some prints as a file; what it covers lies in memory, so no segment is named.
fn written(folder: &Path) -> PathBuf {
    let simulator = FingerSimulator::new(5, FingerprintConfig::default()).unwrap();
    let mut gallery = Gallery::in_memory();
    for finger in 0..30 {
        gallery
            .enrol(SubjectId::new(&format!("S{finger}")).unwrap(), simulator.impressions(finger, 1))
            .unwrap();
    }
    let config = IndexConfig { cells: Some(16), ..IndexConfig::default() };
    let built = super::super::build::build(&gallery, &config, Threads::ONE, Watch::default()).unwrap();
    let path = path(folder);
    write(&path, &built).unwrap();
    path
}

fn scratch(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("matcher-index-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn what_was_written_comes_back() {
    let folder = scratch("back");
    let index = open(&written(&folder)).unwrap();
    assert_eq!(index.centres.len(), 1);
    let unknown = &index.lists[0];
    assert_eq!(unknown.starts.len(), 17);
    assert!(unknown.codes.len() > 30 * 10 && unknown.codes.len() == unknown.slots.len());
    let wishes = index.wishes(crate::simd::Level::active(), &[[0, 0], [!0, 7]], 3);
    assert_eq!(wishes.len(), 6);
    assert!(wishes.is_sorted());
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn the_same_file_for_any_threads() {
    let (one, two) = (scratch("one"), scratch("two"));
    let [a, b] = [&one, &two].map(|folder| std::fs::read(written(folder)).unwrap());
    assert_eq!(a, b);
    for folder in [one, two] {
        std::fs::remove_dir_all(folder).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn no_bytes_make_it_panic(cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8), end: bool) {
        static GOOD: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(|| {
            let folder = scratch("good");
            let bytes = std::fs::read(written(&folder)).unwrap();
            std::fs::remove_dir_all(&folder).unwrap();
            bytes
        });
        let mut bytes = GOOD.clone();
        for (place, byte) in cuts {
            if end {
                bytes.truncate(place.index(bytes.len() + 1));
            }
            if !bytes.is_empty() {
                let place = place.index(bytes.len());
                bytes[place] = byte;
            }
        }
        let folder = scratch("hostile");
        let path = folder.join("prints.idx");
        std::fs::write(&path, &bytes).unwrap();
        if let Ok(index) = open(&path) {
            let level = crate::simd::Level::active();
            let codes = [[1u64, 2], [!0, 0]];
            let wishes = index.wishes(level, &codes, 16);
            for position in FingerPosition::ALL {
                let _ = index.votes(level, position, (&codes, &wishes), 128);
            }
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}

#[test]
fn lists_that_contradict_each_other_are_refused() {
    use super::super::super::store::ContainerWriter;
    let folder = scratch("lists");
    let path = path(&folder);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let method = crate::fingerprint::Algorithm::standard().method().clone();
    let write = |starts: &[u64], slots: &[u32], slots_said: u32, cells: usize| {
        let header = vec![7; HEADER];
        let segments = vec![Covered { position: 0, header, slots: slots_said }];
        let outline = serde_json::to_vec(&Outline { method: method.clone(), cells, segments }).unwrap();
        let mut writer = ContainerWriter::create(&path, KIND, VERSION).unwrap();
        writer.section(OUTLINE, 0, [outline]).unwrap();
        writer.section(CENTRES, 0, [vec![0u8; 16 * 16]]).unwrap();
        for number in 0..FingerPosition::ALL.len() as u32 {
            let codes = vec![0u8; 16 * slots.len()];
            let bytes: [&[u8]; 3] = [bytemuck::cast_slice(starts), &codes, bytemuck::cast_slice(slots)];
            for (tag, bytes) in LISTS.into_iter().zip(bytes) {
                writer.section(tag, number, [bytes]).unwrap();
            }
        }
        writer.finish().unwrap();
        open(&path)
    };
    let mut starts = [0u64; 17];
    starts[16] = 3;
    let index = write(&starts, &[0, 1, u32::MAX], 2, 16).unwrap();
    let level = crate::simd::Level::active();
    let all: Vec<(u32, u8)> = (0..40).map(|cell| (cell, 0)).collect(); // cells that are none, too
    let votes = index.votes(level, FingerPosition::Unknown, (&[[0, 0]], &all), 10).unwrap();
    assert_eq!(votes, [100, 100], "a slot that cannot be has no vote");
    assert!(write(&starts, &[0, 1], 2, 16).is_err(), "they end elsewhere");
    assert!(write(&starts[..16], &[0, 1, 1], 2, 16).is_err(), "a cell is missing");
    starts[3] = 9;
    assert!(write(&starts, &[0, 1, 1], 2, 16).is_err(), "they run backwards");
    assert!(write(&[0; 17], &[], 2, 32).is_err(), "it says another number of cells");
    std::fs::remove_dir_all(&folder).unwrap();
}
