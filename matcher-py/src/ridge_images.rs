//! `simulate.ridge_images`: images of simulated fingers, with the minutiae that are really there.

use crate::errors::OrRaise;
use crate::fingerprint::image::Image;
use crate::fingerprint::template::Template;
use crate::simulate::simulator;
use matcher_core::Result;
use matcher_core::simulate::fingerprint::{FingerSimulator, Rendered, RidgeConfig};
use pyo3::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Iterator of fingers, each a list of (image, template); made as they are asked for.
#[pyclass(frozen, module = "matcher.simulate")]
pub(crate) struct RidgeImages {
    simulator: FingerSimulator,
    next: AtomicU64,
    total: u64,
    impressions: u32,
}

#[pymethods]
impl RidgeImages {
    fn __len__(&self) -> usize {
        self.total.saturating_sub(self.next.load(Ordering::Relaxed)) as usize
    }

    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Vec<(Image, Template)>>> {
        let finger = self.next.fetch_add(1, Ordering::Relaxed);
        if finger >= self.total {
            self.next.store(self.total, Ordering::Relaxed);
            return Ok(None);
        }
        let config = RidgeConfig::default();
        let drawn: Result<Vec<Rendered>> = py.detach(|| {
            (0..self.impressions).map(|k| self.simulator.ridge_image(finger, k, &config)).collect()
        });
        let of = |drawn: Rendered| (Image::from(Arc::new(drawn.image)), Template::from(drawn.template));
        Ok(Some(drawn.or_raise(py)?.into_iter().map(of).collect()))
    }
}

/// Images of simulated fingers: for tests and demonstrations, without a real person's print.
///
/// An extractor finds more on them than on real prints of the same size.
///
/// Parameters
/// ----------
/// n : int
///     Fingers.
/// impressions : int
///     Impressions of each, differently placed, turned, pressed and noisy.
/// seed : int
///     0 or more. Finger k of a seed does not depend on ``n``; it is another finger than that of :func:`fingers`.
///
/// Returns
/// -------
/// iterator of list of (Image, Template)
///     One list a finger, made as it is asked for: the image, and the minutiae that it really shows.
///
/// Examples
/// --------
/// >>> from matcher import simulate
/// >>> [(image, template)] = next(simulate.ridge_images(1, impressions=1, seed=7))
/// >>> (image.width, image.height) == (template.width, template.height)
/// True
#[pyfunction]
pub(crate) fn simulate_ridge_images(
    py: Python<'_>,
    n: u64,
    impressions: u32,
    seed: u64,
) -> PyResult<RidgeImages> {
    Ok(RidgeImages { simulator: simulator(py, seed)?, next: AtomicU64::new(0), total: n, impressions })
}
