//! The Python module `matcher._matcher`: thin bindings of `matcher-core`.
//!
//! The package `matcher` (folder `python/`) is what scripts import; it re-exports what stands here. A binding converts
//! types and errors and calls the core: it decides nothing, so Rust and Python cannot give two answers.

#![allow(
    clippy::doc_markdown,
    clippy::doc_link_with_quotes,
    reason = "docstrings are numpydoc, for Python to show"
)]
#![allow(clippy::needless_pass_by_value, reason = "arguments of Python functions come by value")]

mod batch;
mod candidates;
mod convert;
mod dna;
mod errors;
mod evaluation;
mod fingerprint;
mod gallery;
mod joint;
mod links;
mod part;
mod power;
mod query;
mod ridge_images;
mod simulate;
mod watch;

use pyo3::prelude::*;

/// Compiled part of the package `matcher`: import `matcher`, not this.
///
/// Examples
/// --------
/// >>> from matcher import _matcher
/// >>> _matcher.build_info
/// 'release ...'
#[pymodule]
mod _matcher {
    use matcher_core::evaluation::TEMPLATE_EXTENSIONS;
    use matcher_core::fingerprint::extract::model;
    use matcher_core::formats::Format;
    use pyo3::prelude::*;
    use pyo3::types::{PyDict, PyTuple};

    #[pymodule_export]
    use crate::batch::Batch;
    #[pymodule_export]
    use crate::candidates::{Candidate, CandidateList, Evidence};
    #[pymodule_export]
    use crate::dna::all_pairs::{close_pairs, compare_all};
    #[pymodule_export]
    use crate::dna::candidates::{DnaCandidate, DnaCandidateList};
    #[pymodule_export]
    use crate::dna::comparison::{ProfileComparison, compare_profiles, stringency};
    #[pymodule_export]
    use crate::dna::files::{profile_format_of, read_profile_file, read_profiles, write_profiles};
    #[pymodule_export]
    use crate::dna::frequencies::Frequencies;
    #[pymodule_export]
    use crate::dna::index::ProfileIndex;
    #[pymodule_export]
    use crate::dna::kinship::across::KinshipAcross;
    #[pymodule_export]
    use crate::dna::kinship::answer::kinship_of;
    #[pymodule_export]
    use crate::dna::kinship::case::{Case, read_case};
    #[pymodule_export]
    use crate::dna::kinship::dvi::dvi;
    #[pymodule_export]
    use crate::dna::kinship::dvi_report::DviReport;
    #[pymodule_export]
    use crate::dna::kinship::leads::{RelativeCandidate, RelativeList};
    #[pymodule_export]
    use crate::dna::kinship::mutation::Mutation;
    #[pymodule_export]
    use crate::dna::kinship::pairwise::{PairwiseKinship, kinship_lr};
    #[pymodule_export]
    use crate::dna::kinship::pedigree::Pedigree;
    #[pymodule_export]
    use crate::dna::kinship::pedigree_file::{read_pedigrees, write_pedigrees};
    #[pymodule_export]
    use crate::dna::kinship::report::KinshipReport;
    #[pymodule_export]
    use crate::dna::kit::{Kit, canonical_locus, is_known_locus, kit};
    #[pymodule_export]
    use crate::dna::probability::{MatchProbability, adventitious_hits, expected_pairs, match_probability};
    #[pymodule_export]
    use crate::dna::profile::Profile;
    #[pymodule_export]
    use crate::dna::rule::Rule;
    #[pymodule_export]
    use crate::dna::table::ProfileTable;
    #[pymodule_export]
    use crate::evaluation::{
        ErrorRates, FolderEvaluation, IdentificationRates, evaluate_folders, read_folder,
    };
    #[pymodule_export]
    use crate::fingerprint::comparison::{Comparison, Method};
    #[pymodule_export]
    use crate::fingerprint::conventions::{Suspicion, check_conventions};
    #[pymodule_export]
    use crate::fingerprint::extraction::{extract, extract_many};
    #[pymodule_export]
    use crate::fingerprint::extractor::{Extractor, model_path};
    #[pymodule_export]
    use crate::fingerprint::files::{format_of, losses, read_templates, write_templates};
    #[pymodule_export]
    use crate::fingerprint::image::{Image, image_format_of, read_image};
    #[pymodule_export]
    use crate::fingerprint::matcher::{Matcher, compare_templates, default_config, score_matrix};
    #[pymodule_export]
    use crate::fingerprint::model::{Model, cylinders};
    #[pymodule_export]
    use crate::fingerprint::pairs::compare_pairs;
    #[pymodule_export]
    use crate::fingerprint::picture::{Picture, draw, draw_comparison};
    #[pymodule_export]
    use crate::fingerprint::template::Template;
    #[pymodule_export]
    use crate::fingerprint::transaction::{Transaction, read_transaction};
    #[pymodule_export]
    use crate::gallery::{Finding, Gallery, Recovery, Subject};
    #[pymodule_export]
    use crate::joint::{JointCandidate, JointCandidateList};
    #[pymodule_export]
    use crate::links::{Link, Links};
    #[pymodule_export]
    use crate::part::{Gathering, PartSearch, merge_dna};
    #[pymodule_export]
    use crate::power::{PowerReport, compare_relatives, false_leads, power};
    #[pymodule_export]
    use crate::ridge_images::{RidgeImages, simulate_ridge_images};
    #[pymodule_export]
    use crate::simulate::{
        Fingers, Profiles, simulate_family, simulate_fingers, simulate_gallery, simulate_profiles,
    };

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        module.add("CASE_FORMATS", PyTuple::new(module.py(), crate::dna::kinship::case::formats())?)?;
        let extensions = PyDict::new(module.py());
        let views = PyDict::new(module.py());
        for format in Format::ALL {
            extensions.set_item(format.name(), format.extension())?;
            views.set_item(format.name(), format.max_views())?;
        }
        module.add("FORMAT_EXTENSIONS", extensions)?;
        module.add("FORMAT_VIEWS", views)?;
        module.add("FORMATS", PyTuple::new(module.py(), Format::ALL.iter().map(|format| format.name()))?)?;
        module.add("IMAGE_EXTENSIONS", PyTuple::new(module.py(), crate::fingerprint::image::EXTENSIONS)?)?;
        module.add("KITS", PyTuple::new(module.py(), crate::dna::kit::names())?)?;
        module.add("MODEL_SHA256", model::SHA256)?;
        module.add("MODEL_VARIABLE", model::VARIABLE)?;
        module.add("PROFILE_FORMATS", PyTuple::new(module.py(), crate::dna::files::formats())?)?;
        let relations = matcher_core::dna::kinship::Relation::named().map(|relation| relation.to_string());
        module.add("RELATIONS", PyTuple::new(module.py(), relations.collect::<Vec<_>>())?)?;
        module.add("TEMPLATE_EXTENSIONS", PyTuple::new(module.py(), TEMPLATE_EXTENSIONS)?)?;
        module.add("DECISION_THRESHOLD", matcher_core::fingerprint::matcher::DECISION_THRESHOLD)?;
        module.add("build_info", super::build_info())
    }
}

/// Build profile and target of this binary, such as `release x86_64-linux`: a report of a slow run starts with it.
fn build_info() -> String {
    let profile = if cfg!(debug_assertions) { "debug" } else { "release" };
    format!("{profile} {}-{}", std::env::consts::ARCH, std::env::consts::OS)
}
