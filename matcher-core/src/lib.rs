//! Forensic biometric matching: whose fingerprint is this, whose DNA profile, why, and how often would we be wrong?
//!
//! The library compares fingerprints by their minutiae and DNA profiles by their alleles, searches galleries with them,
//! and answers with evidence: a score with its parts and the corresponding minutiae, a verdict at each locus and how
//! rarely such an agreement comes about by chance, and how much was searched. The same input gives the same bits on every
//! machine, with any number of threads and in any order of the gallery.
//!
//! # Whose print is this?
//! ```
//! use matcher_core::gallery::{Gallery, SubjectId};
//! use matcher_core::search::{Options, search};
//! use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
//!
//! // Simulated fingers stand for real ones; `formats::read_file` reads real templates.
//! let simulator = FingerSimulator::new(7, FingerprintConfig::default())?;
//! let mut gallery = Gallery::in_memory();
//! let mut probe = Vec::new();
//! for (finger, mut impressions) in simulator.fingers(30, 2).enumerate() {
//!     let other_impression = impressions.split_off(1);
//!     gallery.enrol(SubjectId::new(&format!("S{finger}"))?, impressions)?;
//!     if finger == 12 {
//!         probe = other_impression;
//!     }
//! }
//!
//! let answer = search(&gallery, &probe, &Options::default())?;
//! let best = &answer.candidates[0];
//! assert_eq!(best.subject_id.as_str(), "S12");
//! assert!(best.evidence[0].comparison.pairs.nrows() > 5); // what an examiner looks at
//! assert!(answer.complete && answer.searched == 30);
//! # Ok::<(), matcher_core::Error>(())
//! ```
//!
//! # Whose DNA profile is this?
//! ```
//! use matcher_core::dna::compare::Rule;
//! use matcher_core::dna::{Frequencies, Profile};
//! use matcher_core::gallery::ProfileTable;
//! use matcher_core::search::{ProfileOptions, search_profiles};
//! use matcher_core::simulate::dna::profiles;
//! use matcher_core::units::Theta;
//!
//! // Simulated people stand for real ones; `formats::profiles::read_file` reads real profiles.
//! let population = Frequencies::builtin("nist1036")?;
//! let people: Vec<Profile> = profiles(1_000, &population, 7, Theta::ZERO)?.collect();
//! let table = ProfileTable::of(&people)?;
//! let trace = Profile::new("trace", people[617].loci()[..12].iter().map(|(locus, genotype)| {
//!     (locus.name(), genotype.alleles().iter().map(ToString::to_string).collect::<Vec<_>>())
//! }))?;
//!
//! let rule = Rule::builtin("codis_moderate").expect("a shipped rule");
//! let options = ProfileOptions { frequencies: Some(&population), ..ProfileOptions::default() };
//! let answer = search_profiles(&table, &trace, &rule, &options)?;
//! let best = &answer.candidates[0];
//! assert_eq!((best.id.as_str(), best.comparison.counts.agreeing), (people[617].id(), 12));
//! assert!(best.log10_rmp.expect("frequencies were given").value() < -10.0);
//! assert!(answer.complete && answer.searched == 1_000);
//! # Ok::<(), matcher_core::Error>(())
//! ```
//!
//! # Whom does a family miss?
//! ```
//! use matcher_core::dna::kinship::{Model, Pedigree};
//! use matcher_core::dna::{Frequencies, Profile};
//! use matcher_core::gallery::ProfileTable;
//! use matcher_core::search::{Kin, RelativeOptions, search_relatives};
//! use matcher_core::simulate::dna::{family, profiles};
//! use matcher_core::units::Theta;
//!
//! // A simulated family stands for a real one: two children of one couple, one of them missing.
//! let population = Frequencies::builtin("nist1036-cauc")?;
//! let pedigree = Pedigree::new([
//!     ("mother", None, None, None),
//!     ("father", None, None, None),
//!     ("sister", Some("father"), Some("mother"), None),
//!     ("MP", Some("father"), Some("mother"), None),
//! ])?;
//! let people = family(&pedigree, &population, &Model::default(), 7)?;
//! let of = |id: &str| people.iter().find(|profile| profile.id() == id).expect("everybody was simulated");
//! let mut bodies: Vec<Profile> = profiles(500, &population, 8, Theta::ZERO)?.collect();
//! bodies.push(of("MP").clone().with_id("body 17")?);
//!
//! let kin = Kin::of_family(&pedigree, &[of("mother"), of("sister")], "MP")?;
//! let model = Model::default().with_theta(Theta::new(0.01)?);
//! let options = RelativeOptions { model: model.clone(), ..RelativeOptions::default() };
//! let answer = search_relatives(&ProfileTable::of(&bodies)?, &kin, &population, &options)?;
//! assert_eq!(answer.candidates[0].id, "body 17");
//! let report = kin.report(&bodies[500], &population, &model)?; // every locus, and all that the answer rests on
//! assert_eq!(report.log10_lr().and_then(|lr| lr.value()), Some(answer.candidates[0].log10_lr));
//! # Ok::<(), matcher_core::Error>(())
//! ```
//!
//! # Map
//! | module | what it is |
//! |---|---|
//! | [`error`], [`provenance`], [`units`], [`work`] | what can be wrong, what made a result, quantities, threads and progress |
//! | [`simd`] | the hottest loops, for each level of processors |
//! | [`fingerprint`] | templates, and whether two are of one finger |
//! | [`dna`] | profiles, whether two agree, and how much that means; how people are related, and which body is whom |
//! | [`formats`] | minutiae records and text, files of DNA profiles and kinship cases, read and written |
//! | `picture` | prints with their minutiae, and what a comparison paired, as SVG and PNG (feature `extract`) |
//! | [`simulate`] | seeded fingers and impressions, also as images, seeded DNA profiles and families |
//! | [`gallery`], [`search`] | many subjects, and one probe against them |
//! | [`evaluation`] | error rates with their intervals, the power of a kinship case |
//!
//! # Limits
//! A score supports an examiner; it decides nothing.

pub mod dna;
pub mod error;
pub mod evaluation;
pub mod fingerprint;
pub mod formats;
pub mod gallery;
pub mod image;
mod memory;
#[cfg(feature = "extract")]
pub mod picture;
pub mod provenance;
pub mod search;
pub mod simd;
pub mod simulate;
pub mod units;
pub mod work;

pub use error::{Error, Result};

/// Compiles the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
