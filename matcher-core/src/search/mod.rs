//! One probe against a gallery: who is most likely the same person, and how much was looked at.
//!
//! [`search`] answers a [`CandidateList`]: the best candidates with their evidence, and how many subjects were searched,
//! not comparable, or not reached. It is fast or exhaustive ([`Mode`]); a candidate has the same score in both.
//!
//! [`find_duplicate_prints`] and [`find_duplicate_dna`] compare all subjects with all, and answer [`Links`].

mod candidates;
mod cascade;
mod clock;
mod codes;
mod duplicates;
mod fingerprints;
mod fingers;
mod fused;
mod index;
mod joint;
mod options;
mod profiles;
mod query;
mod relatives;
mod runner;
mod select;
mod staged;
mod top;

pub use candidates::{Candidate, CandidateList, Evidence};
pub use cascade::{Cascade, CascadeReport, Mode, PrintStage, Stages, SubjectStages};
pub use duplicates::{
    DuplicateOptions, DuplicateStages, Link, LinkKind, Links, StageCounts, find_duplicate_prints,
};
pub use fingerprints::{search, search_many};
pub use index::{IndexUse, Lookup};
pub use joint::{DnaFinding, JointCandidate, JointCandidates, JointOptions, LrScale, search_joint};
pub use options::{Options, Positions};
pub use profiles::{
    AllPairs, AllPairsOptions, ClosePair, ProfileCandidate, ProfileCandidates, ProfileIndex, ProfileOptions,
    SearchedBy, Wildcards, compare_all, find_duplicate_dna, find_duplicate_profiles,
    merge_profile_candidates, search_dna, search_profiles, search_profiles_many,
};
pub use relatives::{
    Kin, RelativeCandidate, RelativeCandidates, RelativeOptions, search_relatives, search_relatives_in,
};
pub use staged::{Decision, Gathering, PartSays, PartSearch};
