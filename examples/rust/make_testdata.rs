//! How are the files of `testdata/fingerprint` made?
//!
//! `make testdata` runs this. Everything is simulated from one seed, so the files are the same on every machine, belong
//! to nobody, and can be made again; they are ISO/IEC 19794-2:2005 records.

use matcher_core::error::{Error, Result};
use matcher_core::fingerprint::{FingerPosition, Template};
use matcher_core::formats::{Format, write_file};
use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use std::fs;
use std::path::{Path, PathBuf};

/// Any number would do, as long as it stays.
const SEED: u64 = 19_794;
/// Subjects in the gallery, each with two fingers.
const SUBJECTS: u64 = 200;
const FINGERS: [FingerPosition; 2] = [FingerPosition::RightIndex, FingerPosition::LeftIndex];
/// Subjects of whom there is a probe: another impression of the right index finger.
const SEARCHED: [u64; 3] = [17, 101, 160];
/// A subject who is not in the gallery.
const STRANGER: u64 = 5_000;
/// Fingers and impressions of the labelled set.
const LABELLED: (usize, u32) = (12, 4);

fn main() -> Result<()> {
    let target =
        PathBuf::from(std::env::args_os().nth(1).unwrap_or_else(|| "testdata".into())).join("fingerprint");
    let simulator = FingerSimulator::new(SEED, FingerprintConfig::default())?;
    let name = |index: u64| format!("S{index:04}.fmr");

    for index in 0..SUBJECTS {
        let views: Vec<Template> = simulator.subject(index, &FINGERS).impressions(0).collect();
        save(&target.join("gallery").join(name(index)), &views)?;
    }
    for index in SEARCHED.into_iter().chain([STRANGER]) {
        let probe: Vec<Template> = simulator.subject(index, &FINGERS[..1]).impressions(1).collect();
        let file = if index == STRANGER { "stranger.fmr".to_owned() } else { format!("of_{}", name(index)) };
        save(&target.join("probes").join(file), &probe)?;
    }
    for (finger, impressions) in simulator.fingers(LABELLED.0, LABELLED.1).enumerate() {
        for (impression, template) in impressions.iter().enumerate() {
            let file = format!("{}_{}.fmr", 101 + finger, 1 + impression);
            save(&target.join("labelled").join(file), std::slice::from_ref(template))?;
        }
    }
    println!("made {}", target.display());
    Ok(())
}

/// Writes the views as one record.
fn save(path: &Path, views: &[Template]) -> Result<()> {
    let failed = |source| Error::Io { path: path.to_owned(), source };
    fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).map_err(failed)?;
    write_file(views, Format::Iso19794_2_2005, path)
}
