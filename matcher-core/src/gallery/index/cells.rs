//! Cells: the space of codes parted by `faiss`, so that each has about as many codes.

use super::{CELLS, IndexConfig, Words, padded};
use crate::error::{Error, Result};
use crate::simd::hamming::Block;
use faiss::cluster::{Clustering, ClusteringParameters};
use faiss::index::flat::FlatIndex;

/// Bits of a code.
const BITS: u32 = 128;

/// The codes that the cells are around: k-means over codes as points of -1 and 1, and the signs of the means.
///
/// # Limits
/// What comes out depends on the sample, its order and the seed; and, because faiss sums in floating point, on the version
/// of faiss, on the BLAS library and on the processor. No answer depends on it but through the index.
///
/// # Errors
/// [`Error::Invalid`] where faiss refuses.
pub(super) fn fitted(sample: &[Words], cells: usize, config: &IndexConfig) -> Result<Vec<Words>> {
    let refused = |error: faiss::error::Error| Error::invalid("index", "fit of the cells", error, "no error");
    let mut parameters = ClusteringParameters::new();
    parameters.set_niter(config.rounds);
    parameters.set_seed(config.seed);
    parameters.set_min_points_per_centroid(1);
    parameters.set_max_points_per_centroid(config.sample as u32 + 1);
    let mut clustering = Clustering::new_with_params(BITS, cells as u32, &parameters).map_err(refused)?;
    let mut nearest = FlatIndex::new_l2(BITS).map_err(refused)?;
    let points: Vec<f32> = sample.iter().flatten().flat_map(|&word| signs(word)).collect();
    clustering.train(&points, &mut nearest).map_err(refused)?;
    let centres = clustering.centroids().map_err(refused)?;
    let word = |half: &[f32]| (0..).zip(half).fold(0, |word, (k, &x)| word | u64::from(x > 0.0) << k);
    Ok(centres.iter().map(|centre| [word(&centre[..64]), word(&centre[64..])]).collect())
}

fn signs(word: u64) -> impl Iterator<Item = f32> {
    (0..64).map(move |k| if word >> k & 1 == 1 { 1.0 } else { -1.0 })
}

/// As the kernel reads them; their number is a multiple of its columns.
pub(super) fn blocks(centres: &[Words]) -> Vec<Block> {
    debug_assert!(centres.len().is_multiple_of(CELLS));
    let rows: Vec<[u32; 8]> = centres.iter().map(padded).collect();
    Block::from_codes(&rows)
}
