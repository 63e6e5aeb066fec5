//! Every probe against every reference.

use super::{Algorithm, Matcher, Prepared};
use crate::error::{Error, Result};
use crate::fingerprint::Template;
use crate::work::{Counter, Threads, Watch};
use ndarray::Array2;
use std::borrow::Borrow;

/// Scores of all probes (rows) against all references (columns), each the same number as
/// [`Matcher::score`](super::Matcher::score) gives.
///
/// # Errors
/// [`Error::Threads`] where the operating system gives no threads, [`Error::Cancelled`] where the watcher stopped it.
///
/// # Examples
/// ```
/// use matcher_core::fingerprint::{Algorithm, Template, matcher::score_matrix};
/// use matcher_core::work::{Threads, Watch};
/// let blank = [Template::builder().build()?.template];
/// let scores = score_matrix(&Algorithm::standard(), &blank, &blank, Threads::ONE, Watch::default())?;
/// assert_eq!(scores[[0, 0]], 0.0); // nothing to compare
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn score_matrix(
    algorithm: &Algorithm,
    probes: &[impl Borrow<Template> + Sync],
    references: &[impl Borrow<Template> + Sync],
    threads: Threads,
    watch: Watch<'_>,
) -> Result<Array2<f64>> {
    let counter = watch.counter(probes.len());
    let references = threads.map(references, |template| {
        if counter.stops() { Err(Error::Cancelled) } else { Ok(algorithm.prepare(template.borrow())) }
    })?;
    let references: Vec<Prepared> = references.into_iter().collect::<Result<_>>()?;
    let rows = threads.map(probes, |probe| {
        let row = scores(&Matcher::with(algorithm, probe.borrow()), &references, &counter);
        counter.add(1);
        row
    })?;
    let mut matrix = Array2::zeros((probes.len(), references.len()));
    for (mut to, from) in matrix.rows_mut().into_iter().zip(rows) {
        to.iter_mut().zip(from?).for_each(|(to, from)| *to = from);
    }
    Ok(matrix)
}

fn scores(matcher: &Matcher, references: &[Prepared], counter: &Counter<'_>) -> Result<Vec<f64>> {
    let score = |reference| if counter.stops() { Err(Error::Cancelled) } else { matcher.score(reference) };
    references.iter().map(score).collect()
}
