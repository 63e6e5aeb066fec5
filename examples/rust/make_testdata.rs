//! How are the simulated files of `testdata/` made?
//!
//! `make testdata` runs this. Everything is simulated from one seed, so the files are the same on every machine, belong
//! to nobody, and can be made again: ISO/IEC 19794-2:2005 records, a transaction of ANSI/NIST-ITL and tables of DNA
//! profiles. Only the gallery in `gallery-1/` is made once and stays as it is: what an older version wrote has to be
//! read.

use matcher_core::dna::{Allele, Frequencies, Genotype, Inheritance, Kit, Profile};
use matcher_core::error::{Error, Result};
use matcher_core::fingerprint::{FingerPosition, Template};
use matcher_core::formats::an2k::{Dialect, Header, Record, Transaction};
use matcher_core::formats::profiles::{self, ProfileFormat};
use matcher_core::formats::{Format, write_file};
use matcher_core::gallery::{Access, Enrolment, Gallery, SubjectId};
use matcher_core::simulate::dna::{ProfileConfig, ProfileSimulator};
use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use matcher_core::work::{Threads, Watch};
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
/// People in the table of DNA profiles.
const PEOPLE: u64 = 400;
/// The person whose trace there is.
const DONOR: u64 = 271;

fn main() -> Result<()> {
    let target = std::env::args_os().nth(1).unwrap_or_else(|| "testdata".into());
    let target = PathBuf::from(target).join("fingerprint");
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
    make_transaction(&target.with_file_name("formats"), &simulator)?;
    make_profiles(&target.with_file_name("dna"))?;
    make_gallery(&target.with_file_name("gallery-1"), &simulator)
}

/// Writes a gallery of the first format, unless it is there: it must stay readable for ever, so it is never made again.
fn make_gallery(target: &Path, simulator: &FingerSimulator) -> Result<()> {
    if target.exists() {
        return Ok(());
    }
    let frequencies = Frequencies::builtin("nist1036")?;
    let people = ProfileSimulator::new(SEED, &frequencies, ProfileConfig::default())?;
    let subject = |index: u64| -> Result<Enrolment> {
        let views = simulator.subject(index, &FINGERS[..1]).impressions(0).collect();
        let access = if index == SEARCHED[1] {
            Access::default().owned_by("NL")?.visible_to(["BE"])?.tagged(["red"])?
        } else {
            Access::default()
        };
        Enrolment::new(SubjectId::new(&format!("S{index:04}"))?)
            .fingerprints(views)
            .profiles(vec![people.profile(index)])
            .access(access)
            .enrolled(1_700_000_000 + index)
            .provenance("simulated")
    };
    let mut gallery = Gallery::create(target, "criminal")?;
    // In a segment with one who is removed, and in the journal.
    let first =
        [SEARCHED[0], SEARCHED[1], 3, 4, DONOR].map(subject).into_iter().collect::<Result<Vec<_>>>()?;
    gallery.enrol_many(first, Threads::ONE)?;
    gallery.compact(Watch::default())?;
    gallery.remove(&SubjectId::new("S0003")?)?;
    gallery.enrol_many(vec![subject(SEARCHED[2])?], Threads::ONE)?;
    drop(gallery);
    let lock = target.join("lock");
    fs::remove_file(&lock).map_err(|source| Error::Io { path: lock, source })?;
    println!("made {}", target.display());
    Ok(())
}

/// Writes a transaction with a text, the prints of one finger in all dialects, and an image.
fn make_transaction(target: &Path, simulator: &FingerSimulator) -> Result<()> {
    let header = Header {
        type_of_transaction: "LFFS".to_owned(),
        destination: "DEST".to_owned(),
        originator: "ORIG".to_owned(),
        control_number: "1".to_owned(),
        ..Header::default()
    };
    let mut records = vec![Record::tagged(2, 0).field(6, "SIMULATED").build()?];
    let print = simulator.subject(SEARCHED[0], &FINGERS[..1]).impressions(1).next();
    for (template, (dialect, idc)) in std::iter::repeat(print.iter()).flatten().zip([
        (Dialect::Efs, 1),
        (Dialect::M1, 2),
        (Dialect::Legacy, 3),
    ]) {
        records.push(Record::minutiae(template, dialect, idc)?);
    }
    // Rings of 24 x 20 pixels, not compressed.
    let grey = |x: i32, y: i32| if ((x - 12).pow(2) + (y - 10).pow(2)) / 16 % 2 == 0 { 40 } else { 220 };
    let pixels = (0..20).flat_map(|y| (0..24).map(move |x| grey(x, y))).collect();
    let facts =
        [(3, "4"), (4, "ORIG"), (5, "19700101"), (6, "24"), (7, "20"), (8, "1"), (9, "500"), (10, "500")];
    let facts = facts.into_iter().chain([(11, "NONE"), (12, "8"), (13, "2")]);
    let image = facts.fold(Record::tagged(13, 4), |image, (number, value)| image.field(number, value));
    records.push(image.data(pixels).build()?);
    fs::create_dir_all(target).map_err(|source| Error::Io { path: target.to_owned(), source })?;
    let path = target.join("latent.an2k");
    Transaction::new(&header, records)?.write_file(&path)?;
    println!("made {}", path.display());
    Ok(())
}

/// Writes a table of people, and a partial trace of one of them.
fn make_profiles(target: &Path) -> Result<()> {
    let frequencies = Frequencies::builtin("nist1036")?;
    let loci = Kit::named("GlobalFiler").map(|kit| kit.loci().to_vec()).unwrap_or_default();
    let loci = loci.into_iter().filter(|locus| locus.inheritance() == Inheritance::Autosomal).collect();
    let config = ProfileConfig { loci: Some(loci), ..ProfileConfig::default() };
    let simulator = ProfileSimulator::new(SEED, &frequencies, config)?;
    let people: Vec<Profile> = (0..PEOPLE).map(|index| simulator.profile(index)).collect();
    let (wide, long) = (ProfileFormat::WideTable, ProfileFormat::LongTable);
    profiles::write_file(&people, wide, target.join("database.csv"))?;

    // Every fifth locus gave nothing, and at every fourth of the others an allele dropped out.
    let mut trace = Profile::builder("trace");
    for (k, (locus, genotype)) in simulator.profile(DONOR).loci().iter().enumerate() {
        let genotype = match (k % 5, k % 4, genotype.alleles()) {
            (4, ..) => continue,
            (_, 3, [_, second]) => Genotype::pair(*second, Allele::UNKNOWN),
            _ => genotype.clone(),
        };
        trace = trace.genotype(*locus, genotype);
    }
    profiles::write_file(&[trace.build()?], long, target.join("trace.csv"))?;
    println!("made {}", target.display());
    Ok(())
}

/// Writes the views as one record.
fn save(path: &Path, views: &[Template]) -> Result<()> {
    let failed = |source| Error::Io { path: path.to_owned(), source };
    fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).map_err(failed)?;
    write_file(views, Format::Iso19794_2_2005, path)
}
