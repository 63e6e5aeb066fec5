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
//! # Map
//! | module | what it is |
//! |---|---|
//! | [`error`], [`provenance`], [`units`], [`work`] | what can be wrong, what made a result, quantities, threads and progress |
//! | [`simd`] | the hottest loops, for each level of processors |
//! | [`fingerprint`] | templates, and whether two are of one finger |
//! | [`dna`] | profiles, whether two agree, and how much that means |
//! | [`formats`] | minutiae records and text, files of DNA profiles, read and written |
//! | [`simulate`] | seeded fingers and impressions, seeded DNA profiles |
//! | [`gallery`], [`search`] | many subjects, and one probe against them |
//! | [`evaluation`] | error rates with their intervals |
//!
//! # Limits
//! A score supports an examiner; it decides nothing.

pub mod dna;
pub mod error;
pub mod evaluation;
pub mod fingerprint;
pub mod formats;
pub mod gallery;
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
