//! Files of kinship cases: who is related to whom under which hypothesis, what was typed of them, with which frequencies.
//!
//! | format | what it is | read | written |
//! |---|---|---|---|
//! | [`case-file`](CaseFormat::CaseFile) | the project's own, in TOML: [below](self#a-case-file) | yes | yes |
//! | [`familias`](CaseFormat::Familias) | projects of Familias 3 (`.fam`), DVI included | yes | no |
//! | PED | pedigrees with or without markers (LINKAGE, PLINK): [`read_pedigrees`] | yes | [`write_pedigrees`] |
//!
//! Projects of Familias are not written. Their layout is published nowhere and begins with `DO NOT EDIT!`: most lines
//! are numbers without a name, and which of them are there depends on the version and on the settings of the program. One
//! line too few would put numbers into wrong places, and only Familias itself could show that none is. A project that was
//! read becomes a case file by [`write_case`], and its families a PED file by [`write_pedigrees`].
//!
//! # What a reader promises
//! It never panics, and takes a small multiple of its input as memory; [`CaseLimits`] bound both. What does not fit the
//! structure of a file is an error that names line, field and value: half a case is worse than none. What has a meaning
//! that no likelihood here has is told in [`CaseReading::remarks`]; what had to be read as something else is told there
//! too, and is an error for a [strict](Strictness::Strict) reader.
//!
//! # A case file
//! ```toml
//! question = "Is AF the father of C?"
//! frequencies = "nist1036-cauc"        # a table of the library, or a file beside this one
//! rare = "5/2N"                        # or "weir", "budowle", a frequency
//! theta = 0.01
//! mutation = { model = "stepwise", male = 0.0035, female = 0.0007, rate2 = 1e-6, range = 0.1 }
//! mutation_at.SE33 = { model = "equal", rate = 0.005 }   # other than at the other loci; "none" for no mutation
//! profiles = "profiles.csv"            # or tables as below
//! priors = { H1 = 0.5, H2 = 0.5 }
//!
//! [[hypothesis]]
//! name = "H1"
//! people = [
//!   { id = "AF", sex = "male" },
//!   { id = "M", sex = "female" },
//!   { id = "C", father = "AF", mother = "M" },
//! ]
//! # ... and others: all are compared against the last
//!
//! [profiles.AF]
//! TH01 = ["6", "9.3"]
//! ```
//! For disasters `[[family]]` with `name`, `people` and `missing = ["..."]`, and `post_mortem = "bodies.csv"` or
//! `[post_mortem.V1]`, and `post_mortem_sex = { V1 = "male" }` where something else than amelogenin told it.
//!
//! Less usual: `prune_untyped = true`, `dropout = { AF = 0.05 }`, `inbreeding = 0.1` of a person, and a table
//! `[frequencies]` with `name`, `provenance`, `people` or `counted.TH01` (the sample), `silent.TH01`, `x_linked`, `linked
//! = [{ loci = ["vWA", "D12S391"], rho = 0.089 }]` and either `file` (with `population` where it holds several) or
//! `loci.TH01 = { "6" = 0.2, ... }`.
//!
//! Keys that are not known are errors. Files have to lie beside the case: no absolute path, no `..`.
//!
//! # What Familias means by it
//! - Mutation models 0 to 4 are equal, proportional, stepwise, stepwise and stationary, and extended stepwise. The two
//!   plain stepwise ones are read as extended stepwise, the stationary one with the transform `PM`, as pedFamilias does.
//! - `DatabaseSize` counts alleles; the minor allele frequency becomes the [rule for rare
//!   alleles](crate::dna::RareAllele::Fixed); the dropout probability holds for people whose dropouts are considered.
//! - Alleles whose names none has here are changed: `Rest allele` is `Rest_allele`.
//! - A parent who is not stated is not in the pedigree; pedFamilias adds such parents, who then may pass on mutations.
//! - Whether untyped founders are left out is not stated: they are kept. Familias leaves them out where theta is 0, so
//!   with a mutation model that is not stationary its number comes with
//!   [`prune_untyped`](crate::dna::kinship::Model::prune_untyped).
//! - In the DVI section a family's pedigree is the one that is not called `Reference pedigree`. Missing are `Missing
//!   person`, and the untyped `Missing male 1` and the like who are related to somebody. Of a single parent whose sex
//!   nothing says it is assumed, and told, that she is a woman.
//! - Names that two families use get the family before them: `F1: Father`.
//! - Results, priors, settings of simulations and of the search are not read, nor is X linkage, which is not stated.
//!
//! # Examples
//! ```
//! use matcher_core::formats::cases::{CaseOptions, no_files, read_case, write_case};
//! let text = r#"
//!     question = "Is AF the father of C?"
//!     frequencies = "nist1036-cauc"
//!     profiles = { AF = { TH01 = ["6", "9.3"] }, C = { TH01 = ["6", "7"] } }
//!     hypothesis = [
//!         { name = "father", people = [{ id = "AF", sex = "male" }, { id = "C", father = "AF" }] },
//!         { name = "unrelated", people = [{ id = "AF", sex = "male" }, { id = "C" }] },
//!     ]
//! "#;
//! let case = read_case(text.as_bytes(), &CaseOptions::default(), &no_files)?.case;
//! assert_eq!((case.hypotheses.len(), case.profiles[1].id()), (2, "C"));
//! assert_eq!(read_case(&write_case(&case)?, &CaseOptions::default(), &no_files)?.case, case);
//!
//! let wrong = text.replace("question", "qestion");
//! let error = read_case(wrong.as_bytes(), &CaseOptions::default(), &no_files).unwrap_err().to_string();
//! assert!(error.starts_with("case, line 2: key or value is unknown field `qestion`"));
//! # Ok::<(), matcher_core::Error>(())
//! ```

mod beside;
mod case_file;
mod familias;
mod format;
mod limits;
mod ped;
mod ped_header;
mod ped_write;
mod rates;
mod relatives;
mod sniff;
mod text;

pub use format::CaseFormat;
pub use limits::CaseLimits;
pub use ped::{PedigreeOptions, PedigreeReading, read_pedigrees};
pub use ped_header::read_map;
pub use ped_write::{write_pedigrees, write_pedigrees_file};
pub use sniff::sniff_case;

use super::files;
use super::report::{Diagnostic, Report, Strictness};
use crate::dna::kinship::Case;
use crate::error::{Error, Result};
use beside::Beside;
use relatives::Budget;
use std::path::Path;

/// How to read a case; the default finds the format itself and is lenient.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseOptions {
    /// The format, or `None` to find it by [`sniff_case`].
    pub format: Option<CaseFormat>,
    /// What to do about faults.
    pub strictness: Strictness,
    /// How much to read at most.
    pub limits: CaseLimits,
}

/// What was read.
#[derive(Clone, Debug)]
pub struct CaseReading {
    /// The case.
    pub case: Case,
    /// The format of the input.
    pub format: CaseFormat,
    /// What was read as something else or is not used, in the order in which it was found.
    pub remarks: Vec<Diagnostic>,
}

/// Reads a case from bytes. Files that it names are asked of `beside`, with names that were looked at already: relative,
/// separated by `/`, without `..`.
///
/// # Errors
/// - [`Error::UnknownFormat`]: the bytes are of no format read here.
/// - [`Error::Invalid`] names line, field and value of the first fault: a key or line that the format does not have, a
///   number outside its range, a person who cannot be, a limit that is exceeded; and what
///   [`Case::check`] refuses.
/// - what `beside` says.
pub fn read_case(
    bytes: &[u8],
    options: &CaseOptions,
    beside: &dyn Fn(&str) -> Result<Vec<u8>>,
) -> Result<CaseReading> {
    options.limits.check_bytes(bytes.len())?;
    let format = options.format.map_or_else(|| sniff_case(bytes), Ok)?;
    let mut report = Report::new(options.strictness, bytes.len());
    let (text, problem) = text::decoded(bytes);
    problem.map_or(Ok(()), |problem| report.fault(None, problem))?;
    let mut budget = Budget::new(options.limits.people);
    let case = match format {
        CaseFormat::Familias => familias::read(&text, &mut budget, &mut report)?,
        CaseFormat::CaseFile => {
            let beside = Beside::new(beside);
            case_file::read(&text, &beside, options.strictness, &mut budget, &mut report)?
        }
    };
    Ok(CaseReading { case, format, remarks: report.finish() })
}

/// Reads a case from a file. Files that it names have to lie in its folder or below. A case without a name takes that of
/// the file.
///
/// # Errors
/// Those of [`read_case`], with the path as the record, and [`Error::Io`] for a path that cannot be read or is not a
/// regular file.
pub fn read_case_file(path: impl AsRef<Path>, options: &CaseOptions) -> Result<CaseReading> {
    let path = path.as_ref();
    let bytes = files::read(path, options.limits.bytes)?;
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let open = |name: &str| beside::read_in(folder, name, options.limits.bytes);
    let mut reading = read_case(&bytes, options, &open).map_err(|error| files::named(path, error))?;
    if reading.case.name.is_empty() {
        reading.case.name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    }
    Ok(reading)
}

/// Refuses every file: for cases that have to hold all they need.
///
/// # Errors
/// Always.
pub fn no_files(name: &str) -> Result<Vec<u8>> {
    Err(Error::invalid("", "file", text::shown(name), "none: this case has to hold all that it needs"))
}

/// Writes a case as a case file, with all that it has: frequencies of the library by their name, others in the file.
///
/// What the file cannot say is left out: categories and peak heights of profiles.
///
/// # Errors
/// What [`Case::check`] refuses; a profile of several people.
pub fn write_case(case: &Case) -> Result<Vec<u8>> {
    case_file::write(case)
}
