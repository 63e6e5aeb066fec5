//! One profile against many: all that agree under a rule, and how much was looked at.
//!
//! The rows of a [`ProfileTable`](crate::gallery::ProfileTable) are filtered 64 at a time by tests that the rule and the
//! probe are compiled to. The tests let pass whatever might agree; each row that passes is then compared in full, so a
//! search gives exactly the hits that comparing everything would give. What a row cannot say is compared in full anyway.

mod all_pairs;
mod answer;
mod compile;
mod duplicates;
mod hits;
mod index;
mod merge;
mod options;
mod piece;
mod scan;

pub use all_pairs::{AllPairs, AllPairsOptions, ClosePair, Wildcards, compare_all};
pub use answer::{ProfileCandidate, ProfileCandidates, SearchedBy};
pub use duplicates::{find_duplicate_dna, find_duplicate_profiles};
pub use index::ProfileIndex;
pub use merge::merge_profile_candidates;
pub use options::ProfileOptions;
pub(super) use scan::compare_rows;
pub use scan::{search_dna, search_profiles, search_profiles_many};
