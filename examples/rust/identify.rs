//! Whose print is this?
//!
//! Reads a folder of template files as a gallery (a file is a subject), searches it with a probe, and prints the best
//! candidates with what an examiner looks at: the corresponding minutiae.
//!
//! `cargo run --release -p matcher-examples --example identify -- GALLERY PROBE`, for instance with
//! `testdata/fingerprint/gallery testdata/fingerprint/probes/of_S0101.fmr`.

use matcher_core::error::{Error, Result};
use matcher_core::evaluation::list_templates;
use matcher_core::fingerprint::matcher::DECISION_THRESHOLD;
use matcher_core::formats::{ReadOptions, read_file};
use matcher_core::gallery::{Gallery, SubjectId};
use matcher_core::search::{Options, search};
use matcher_core::work::Threads;
use std::path::PathBuf;

fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(folder), Some(probe)) = (arguments.next(), arguments.next()) else {
        return Err(Error::invalid("", "number of arguments", 0, "2: GALLERY and PROBE"));
    };

    // Enrol: one file, one subject, each view one of its prints.
    let mut subjects = Vec::new();
    for path in list_templates(&folder)? {
        let id = path.file_stem().unwrap_or_default().to_string_lossy();
        subjects.push((SubjectId::new(&id)?, read_file(&path, &ReadOptions::default())?.templates));
    }
    let mut gallery = Gallery::in_memory();
    gallery.enrol_many(subjects, Threads::All)?;
    println!("{} subjects, {} prints", gallery.len(), gallery.stats()?.prints);

    // Search: the gallery does not change, and the answer says how much was looked at.
    let probes = read_file(&probe, &ReadOptions::default())?.templates;
    let answer = search(&gallery, &probes, &Options { limit: 5, ..Options::default() })?;
    println!(
        "searched {}, not comparable {}, complete {}",
        answer.searched, answer.not_comparable, answer.complete
    );
    for candidate in &answer.candidates {
        let mark = if candidate.score >= DECISION_THRESHOLD { "look here" } else { "" };
        println!("{:2}. {:12} {:8.2}  {mark}", candidate.rank, candidate.subject_id, candidate.score);
    }

    // Evidence: which minutiae correspond.
    if let Some(evidence) = answer.candidates.first().and_then(|best| best.evidence.first()) {
        println!(
            "best candidate: {} on its {}",
            evidence.comparison.pairs.nrows(),
            evidence.finger_position.name()
        );
        for pair in evidence.comparison.pairs.rows() {
            println!("  minutia {:3} of the probe  <->  minutia {:3} of the candidate", pair[0], pair[1]);
        }
    }
    println!("{}", answer.method);
    Ok(())
}
