//! Images of real prints. They lie outside the project: the environment variable `MATCHER_DATA` names their folder, and
//! without it these tests skip and say so.
#![cfg(feature = "extract")]

use matcher_core::formats::{ImageOptions, Ridges, read_image_file};
use matcher_core::image::GrayImage;
use std::path::{Path, PathBuf};

/// Each set's name, its resolution, and its images.
fn sets() -> Vec<(String, f64, Vec<PathBuf>)> {
    let Some(root) = std::env::var_os("MATCHER_DATA") else {
        println!("skipped: MATCHER_DATA is not set");
        return Vec::new();
    };
    let sorted = |folder: &Path| {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut entries: Vec<_> = entries.collect();
        entries.sort();
        entries
    };
    let set = |folder: &PathBuf| {
        let card = std::fs::read_to_string(folder.join("set.json")).unwrap();
        let card: serde_json::Value = serde_json::from_str(&card).unwrap();
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        (name, card["dpi"].as_f64().unwrap(), sorted(&folder.join("images")))
    };
    let folders = sorted(&Path::new(&root).join("fingerprint"));
    folders.iter().filter(|folder| folder.join("set.json").is_file()).map(set).collect()
}

/// The least share of inverted images that is found to be so, a set; the rest have no ground that tells.
const FOUND: [(&str, f64); 7] = [
    ("FVC2000_DB2_B", 0.0),
    ("FVC2002_DB1_B", 0.0),
    ("FVC2002_DB3_B", 0.0),
    ("FVC2004_DB1_B", 0.0),
    ("FVC2004_DB4_B", 0.0),
    ("MINEX3_001_025", 0.0),
    ("UareU", 0.0),
];

#[test]
fn all_are_read_with_their_resolution_and_none_is_inverted() {
    for (name, dpi, images) in sets() {
        let mut found = 0;
        for path in &images {
            let as_is = ImageOptions { ridges: Ridges::Dark, ..ImageOptions::default() };
            let image = read_image_file(path, &as_is).unwrap();
            assert_eq!((image.resolution().x.to_f64(), image.resolution().y.to_f64()), (dpi, dpi));
            assert_ne!(Ridges::of(&image), Ridges::Light, "{}", path.display());
            let inverted =
                GrayImage::new(image.pixels().mapv(|grey| 255 - grey), image.resolution()).unwrap();
            found += usize::from(Ridges::of(&inverted) == Ridges::Light);
        }
        println!("{name}: {found} of {} inverted images found", images.len());
        let least = FOUND.iter().find(|(set, _)| *set == name).map_or(0.0, |(_, share)| *share);
        assert!(found as f64 >= least * images.len() as f64, "{name}: {found} of {}", images.len());
    }
}
