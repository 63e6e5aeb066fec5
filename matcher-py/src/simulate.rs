//! `matcher.simulate`: seeded fingers, galleries and DNA profiles.

use crate::convert;
use crate::dna::frequency_arguments::{FrequenciesArgument, loci_of};
use crate::dna::kinship::arguments::{MutationArgument, model};
use crate::dna::kinship::pedigree::one;
use crate::dna::profile::Profile;
use crate::errors::{OrRaise, invalid};
use crate::fingerprint::template::Template;
use crate::gallery::Gallery;
use crate::watch::Listener;
use matcher_core::fingerprint::FingerPosition;
use matcher_core::gallery as core;
use matcher_core::simulate::dna::{FamilySimulator, ProfileConfig, ProfileSimulator};
use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use matcher_core::units::Theta;
use matcher_core::work::{Counter, Threads};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Subjects that are simulated and enrolled at once.
const PIECE: u64 = 1024;

/// The order in which a subject's fingers are simulated: the most telling first.
const POSITIONS: [FingerPosition; 10] = [
    FingerPosition::RightIndex,
    FingerPosition::LeftIndex,
    FingerPosition::RightThumb,
    FingerPosition::LeftThumb,
    FingerPosition::RightMiddle,
    FingerPosition::LeftMiddle,
    FingerPosition::RightRing,
    FingerPosition::LeftRing,
    FingerPosition::RightLittle,
    FingerPosition::LeftLittle,
];

pub(crate) fn simulator(py: Python<'_>, seed: u64) -> PyResult<FingerSimulator> {
    FingerSimulator::new(seed, FingerprintConfig::default()).or_raise(py)
}

/// Iterator of fingers, each a list of impressions; made as they are asked for.
#[pyclass(frozen, module = "matcher.simulate")]
pub(crate) struct Fingers {
    simulator: Arc<FingerSimulator>,
    next: AtomicU64,
    total: u64,
    impressions: u32,
}

#[pymethods]
impl Fingers {
    fn __len__(&self) -> usize {
        self.total.saturating_sub(self.next.load(Ordering::Relaxed)) as usize
    }

    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> Option<Vec<Template>> {
        let finger = self.next.fetch_add(1, Ordering::Relaxed);
        if finger >= self.total {
            self.next.store(self.total, Ordering::Relaxed);
            return None;
        }
        let impressions = py.detach(|| self.simulator.impressions(finger, self.impressions));
        Some(impressions.into_iter().map(Template::from).collect())
    }
}

/// Simulated fingers: the same for the same seed on every machine.
///
/// Parameters
/// ----------
/// n : int
///     Fingers.
/// impressions : int
///     Impressions of each: mated prints, differently placed, turned, distorted, cropped and noisy.
/// seed : int
///     0 or more. Finger k of a seed does not depend on ``n``.
///
/// Returns
/// -------
/// iterator of list of Template
///     One list a finger, made as it is asked for.
///
/// Examples
/// --------
/// >>> from matcher import simulate
/// >>> [len(impressions) for impressions in simulate.fingers(3, impressions=2, seed=7)]
/// [2, 2, 2]
#[pyfunction]
pub(crate) fn simulate_fingers(py: Python<'_>, n: u64, impressions: u32, seed: u64) -> PyResult<Fingers> {
    let simulator = Arc::new(simulator(py, seed)?);
    Ok(Fingers { simulator, next: AtomicU64::new(0), total: n, impressions })
}

/// Iterator of profiles; made as they are asked for.
#[pyclass(frozen, module = "matcher.simulate")]
pub(crate) struct Profiles {
    simulator: Arc<ProfileSimulator>,
    next: AtomicU64,
    total: u64,
}

#[pymethods]
impl Profiles {
    fn __len__(&self) -> usize {
        self.total.saturating_sub(self.next.load(Ordering::Relaxed)) as usize
    }

    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self) -> Option<Profile> {
        let index = self.next.fetch_add(1, Ordering::Relaxed);
        if index >= self.total {
            self.next.store(self.total, Ordering::Relaxed);
            return None;
        }
        Some(Profile::from(self.simulator.profile(index)))
    }
}

/// Simulated DNA profiles of people who are not related: the same for the same seed on every machine.
///
/// Parameters
/// ----------
/// n : int
///     People.
/// frequencies : Frequencies or str
///     The population; the name of a table that comes with the library will do.
/// seed : int
///     0 or more. Person k of a seed does not depend on ``n``.
/// theta : float, default 0
///     Probability that the two alleles of a person are of common descent.
/// loci : iterable of str, optional
///     All autosomal ones of the table unless given; amelogenin among them is passed over.
/// amelogenin : bool, default False
///     Whether it is typed: half of the people are men.
/// partial : float, default 0
///     Share of profiles that may be partial; ``drop_out`` and ``locus_missing`` apply to these alone.
/// drop_out : float, default 0
///     Probability that a copy of an allele drops out.
/// locus_missing : float, default 0
///     Probability that a locus is missing.
///
/// Returns
/// -------
/// iterator of Profile
///     Named "P0000001" and on.
///
/// Examples
/// --------
/// >>> from matcher import simulate
/// >>> people = list(simulate.profiles(3, "nist1036-cauc", seed=7))
/// >>> people[2]
/// <Profile "P0000003": 29 loci, single>
#[pyfunction]
#[pyo3(signature = (n, frequencies, seed, theta=0.0, *, loci=None, amelogenin=false, partial=0.0, drop_out=0.0,
    locus_missing=0.0))]
#[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
pub(crate) fn simulate_profiles(
    py: Python<'_>,
    n: u64,
    frequencies: FrequenciesArgument,
    seed: u64,
    theta: f64,
    loci: Option<&Bound<'_, PyAny>>,
    amelogenin: bool,
    partial: f64,
    drop_out: f64,
    locus_missing: f64,
) -> PyResult<Profiles> {
    let theta = Theta::new(theta).or_raise(py)?;
    let loci = loci.map(|names| loci_of(py, names)).transpose()?;
    let config = ProfileConfig { theta, loci, amelogenin, partial, drop_out, locus_missing };
    let simulator = ProfileSimulator::new(seed, &frequencies.0, config).or_raise(py)?;
    Ok(Profiles { simulator: Arc::new(simulator), next: AtomicU64::new(0), total: n })
}

/// A simulated family: genes are dropped through the pedigree, so that relatives share what they inherit.
///
/// Parameters
/// ----------
/// pedigree : Pedigree
///     Who is related to whom.
/// frequencies : Frequencies or str
///     The population; the name of a table that comes with the library will do.
/// seed : int
///     0 or more; the same for the same seed on every machine.
/// mutation : Mutation or dict of str to Mutation, optional
///     As in :func:`matcher.dna.kinship`; nothing mutates unless given.
/// theta : float, default 0
///     Co-ancestry of the founders.
/// loci : iterable of str, optional
///     All that are autosomal or on the X chromosome unless given.
/// number : int, default 0
///     Which family of the seed: each is another one.
///
/// Returns
/// -------
/// dict of str to Profile
///     By the id of the person, parents before their children.
///
/// Examples
/// --------
/// >>> from matcher import simulate
/// >>> from matcher.dna import Pedigree, kinship_lr
/// >>> people = simulate.family(Pedigree([("C", "F", None), ("F", None, None)]), "nist1036-cauc", seed=7)
/// >>> list(people), kinship_lr(people["F"], people["C"], "parent-child", "nist1036-cauc").excluding
/// (['F', 'C'], [])
#[pyfunction]
#[pyo3(signature = (pedigree, frequencies, seed, mutation=None, theta=0.0, *, loci=None, number=0))]
#[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
pub(crate) fn simulate_family<'py>(
    py: Python<'py>,
    pedigree: &Bound<'py, PyAny>,
    frequencies: FrequenciesArgument,
    seed: u64,
    mutation: Option<MutationArgument>,
    theta: f64,
    loci: Option<&Bound<'py, PyAny>>,
    number: u64,
) -> PyResult<Bound<'py, PyDict>> {
    let pedigree = one(pedigree)?.inner;
    let loci = loci.map(|names| loci_of(py, names)).transpose()?;
    let model = model(py, theta, mutation, false, None)?;
    let simulated = py.detach(|| {
        let simulator = FamilySimulator::new(seed, &pedigree, &frequencies.0, &model, loci.as_deref())?;
        Ok(simulator.family(number))
    });
    let people = PyDict::new(py);
    for profile in simulated.or_raise(py)? {
        people.set_item(profile.id().to_owned(), Profile::from(profile))?;
    }
    Ok(people)
}

/// Fills a gallery with simulated subjects.
///
/// Parameters
/// ----------
/// subjects : int
///     How many.
/// fingers : int
///     Fingers of each, 1 to 10; one impression a finger.
/// seed : int
///     0 or more; the same for the same seed on every machine.
/// into : Gallery, optional
///     A gallery to add to; a new one in memory unless given. In a lasting one, each 1024 subjects are a durable change.
/// threads : int, optional
///     All cores unless given.
/// progress : callable or bool, optional
///     A function of (done, total) subjects, or True for a bar.
///
/// Returns
/// -------
/// Gallery
///     The gallery; subjects are named "simulated-000000000000" and on.
///
/// Examples
/// --------
/// >>> from matcher import simulate
/// >>> len(simulate.gallery(100, fingers=2, seed=7))
/// 100
#[pyfunction]
#[pyo3(signature = (subjects, fingers, seed, into=None, *, threads=None, progress=None))]
pub(crate) fn simulate_gallery(
    py: Python<'_>,
    subjects: u64,
    fingers: usize,
    seed: u64,
    into: Option<Py<Gallery>>,
    threads: Option<isize>,
    progress: Option<Bound<'_, PyAny>>,
) -> PyResult<Py<Gallery>> {
    let Some(positions) = POSITIONS.get(..fingers).filter(|positions| !positions.is_empty()) else {
        return Err(invalid(py, "fingers", fingers, "1 to 10"));
    };
    let simulator = simulator(py, seed)?;
    let threads = convert::threads(py, threads)?;
    let into = match into {
        Some(gallery) => gallery,
        None => Py::new(py, Gallery::new(core::Gallery::in_memory()))?,
    };
    let listener = Listener::new(py, "simulating", progress, None)?;
    let target = into.get();
    listener
        .run(py, threads, |watch| {
            let counter = watch.counter(subjects as usize);
            fill(&simulator, subjects, positions, threads, &counter, target)
        })?
        .ok_or_else(crate::gallery::closed)?
        .or_raise(py)?;
    Ok(into)
}

/// Simulates and enrols piece by piece; `None` where the gallery is closed.
fn fill(
    simulator: &FingerSimulator,
    subjects: u64,
    positions: &[FingerPosition],
    threads: Threads,
    counter: &Counter<'_>,
    target: &Gallery,
) -> Option<matcher_core::Result<()>> {
    for start in (0..subjects).step_by(PIECE as usize) {
        if counter.cancelled() {
            break;
        }
        let indexes: Vec<u64> = (start..subjects.min(start + PIECE)).collect();
        let simulated = threads.map(&indexes, |&index| {
            let subject = simulator.subject(index, positions);
            Ok(core::Enrolment::from((
                core::SubjectId::new(&subject.id())?,
                subject.impressions(0).collect(),
            )))
        });
        let batch = simulated.and_then(|all| all.into_iter().collect::<matcher_core::Result<Vec<_>>>());
        let enrolled = match batch {
            Ok(batch) => target.change_unlocked(|gallery| gallery.enrol_many(batch, threads))?,
            Err(error) => Err(error),
        };
        if enrolled.is_err() {
            return Some(enrolled);
        }
        counter.add(indexes.len());
    }
    Some(Ok(()))
}
