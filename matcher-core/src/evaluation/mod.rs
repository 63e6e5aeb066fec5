//! How well it works: numbers in, error rates with intervals out, after ISO/IEC 19795-1.
//!
//! Only [`LabelledFolder`] and [`power()`] know what is compared; all else takes scores, and who is who. The words are the standard's (mated and
//! non-mated comparisons, FMR and FNMR, FPIR and FNIR, CMC, DET), and no rate comes without how far it can be trusted.
//!
//! | question | answer |
//! |---|---|
//! | how often are two fingers taken for one, or one for two? | [`ErrorRates`] |
//! | is the mate found, at which rank; who is found wrongly? | [`IdentificationRates`] |
//! | how far may the true rate be from the counted one? | [`Rate::interval`], [`upper_bound`], [`rule_of_three`] |
//! | ... when comparisons share fingers? | [`bootstrap`] |
//! | ... all of this for a folder of prints? | [`LabelledFolder`] |
//! | can these relatives tell who a missing person is, and which further one helps most? | [`power()`], [`compare_relatives`] |
//! | how many false leads will a search of a database for relatives give? | [`false_leads`] |
//! | which files show the same finger? | [`NamingRule`], [`list_templates`] |
//!
//! # Examples
//! ```
//! use matcher_core::evaluation::{ErrorRates, NamingRule};
//! // Who is who, from the names of the files.
//! let names = ["101_1", "101_2", "102_1", "102_2"];
//! let labels = NamingRule::guess(&names)?.labels(&names)?;
//! // Any matcher; here a table.
//! let score = |a: usize, b: usize| [[0.0, 0.9, 0.1, 0.2], [0.0, 0.0, 0.3, 0.1], [0.0, 0.0, 0.0, 0.7]][a][b];
//! let (mut mated, mut non_mated) = (Vec::new(), Vec::new());
//! for a in 0..3 {
//!     for b in a + 1..4 {
//!         let kind = if labels[a].identity == labels[b].identity { &mut mated } else { &mut non_mated };
//!         kind.push(score(a, b));
//!     }
//! }
//! let rates = ErrorRates::new(&mated, &non_mated)?;
//! assert_eq!(rates.eer().value, 0.0);
//! let (_, high) = rates.eer().interval(0.95);
//! assert!(high > 0.8); // two mated comparisons show next to nothing
//! # Ok::<(), matcher_core::Error>(())
//! ```

mod bootstrap;
mod error_rates;
mod folder;
mod intervals;
mod labelled;
mod naming;
mod power;
mod ranks;
mod steps;

pub use bootstrap::{Bootstrap, BootstrapConfig, Estimate, FnmrEstimate, LabelledScore, bootstrap};
pub use error_rates::{DetPoint, EqualErrorRate, ErrorRates, OperatingPoint, Summary, SummaryPoint};
pub use folder::{FolderReport, FolderScores, LabelledFolder, PairScore};
pub use intervals::{Rate, USUAL_CONFIDENCE, clopper_pearson, rule_of_three, trials_needed, upper_bound};
pub use labelled::{NamingSource, TEMPLATE_EXTENSIONS, list_templates};
pub use naming::{Label, NamingRule};
pub use power::{
    Confined, FalseLeads, LrDistribution, PowerConfig, PowerReport, RelativesReport, SkippedLocus,
    ThresholdPower, UnitPower, Weighted, compare_relatives, false_leads, power,
};
pub use ranks::{CmcPoint, IdentificationPoint, IdentificationRates, IdentificationSummary};
