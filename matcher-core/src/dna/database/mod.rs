//! What to expect of a whole database: how many pairs of strangers agree, and how many hits come by chance alone.
//!
//! The more comparisons, the more chance agreements. ENFSI recommends to report with a hit how many adventitious ones to
//! expect in a database of this size; the matrix of expected pairs says whether a database holds more agreeing pairs
//! than strangers explain: relatives, duplicates, or another theta.

mod adventitious;
mod expected_pairs;

pub use adventitious::{Adventitious, in_all_pairs, in_search};
pub use expected_pairs::{PairProbability, expected_matrix, mean_match_probability, pair_probability};
