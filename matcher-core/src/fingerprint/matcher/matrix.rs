//! Every probe against every reference.

use super::{Algorithm, Matcher, Prepared};
use crate::error::Result;
use crate::fingerprint::Template;
use crate::threads::Threads;
use ndarray::Array2;

/// Scores of all probes (rows) against all references (columns), each the same number as
/// [`Matcher::score`](super::Matcher::score) gives.
///
/// # Errors
/// [`Error::Threads`](crate::Error::Threads) where the operating system gives no threads.
///
/// # Examples
/// ```
/// use matcher_core::fingerprint::{Algorithm, Template, matcher::score_matrix};
/// use matcher_core::threads::Threads;
/// let blank = [Template::builder().build()?.template];
/// let scores = score_matrix(&Algorithm::standard(), &blank, &blank, Threads::ONE)?;
/// assert_eq!(scores[[0, 0]], 0.0); // nothing to compare
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn score_matrix(
    algorithm: &Algorithm,
    probes: &[Template],
    references: &[Template],
    threads: Threads,
) -> Result<Array2<f64>> {
    let references: Vec<Prepared> = threads.map(references, |template| algorithm.prepare(template))?;
    let rows = threads.map(probes, |probe| scores(&Matcher::with(algorithm, probe), &references))?;
    let mut matrix = Array2::zeros((probes.len(), references.len()));
    for (mut to, from) in matrix.rows_mut().into_iter().zip(rows) {
        to.iter_mut().zip(from?).for_each(|(to, from)| *to = from);
    }
    Ok(matrix)
}

fn scores(matcher: &Matcher, references: &[Prepared]) -> Result<Vec<f64>> {
    references.iter().map(|reference| matcher.score(reference)).collect()
}
