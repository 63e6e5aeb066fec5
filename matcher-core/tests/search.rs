//! What a fast search loses on real prints among simulated ones. Needs `MATCHER_DATA`; without it the test skips, saying
//! so.

use matcher_core::evaluation::{ErrorRates, LabelledFolder};
use matcher_core::fingerprint::{Algorithm, Matcher, Template};
use matcher_core::formats::ReadOptions;
use matcher_core::gallery::{Gallery, SubjectId};
use matcher_core::search::{Options, search};
use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use matcher_core::work::Threads;
use std::path::PathBuf;

const SETS: [&str; 3] = ["FVC2002_DB1_B", "FVC2002_DB3_B", "FVC2004_DB1_B"];
const SIMULATED: u64 = 20_000;
/// Impressions of each finger that are probes.
const PROBES: usize = 2;

#[test]
fn a_fast_search_finds_the_real_mates_among_simulated_prints() {
    let Some(data) = std::env::var_os("MATCHER_DATA") else {
        println!("skipped: MATCHER_DATA is not set");
        return;
    };
    let simulator = FingerSimulator::new(99, FingerprintConfig::default()).unwrap();
    let id = |name: String| SubjectId::new(&name).unwrap();
    let fingers: Vec<u64> = (0..SIMULATED).collect();
    let simulated =
        Threads::All.map(&fingers, |&k| (id(format!("simulated-{k}")), simulator.impressions(k, 1)));
    let mut gallery = Gallery::in_memory();
    gallery.enrol_many(simulated.unwrap(), Threads::All).unwrap();

    let (mut mated, mut non_mated, mut pairs) = (Vec::new(), Vec::new(), Vec::new());
    for set in SETS {
        let folder = PathBuf::from(&data).join("fingerprint").join(set).join("leader");
        let folder = LabelledFolder::read(&folder, None, &ReadOptions::default()).unwrap();
        let name = |k: usize| id(format!("{set}-{}", folder.names[k]));
        let matcher = |print: &Template| Matcher::with(&Algorithm::standard(), print);
        let matchers = Threads::All.map(&folder.templates, matcher).unwrap();
        for (k, template) in folder.templates.iter().enumerate() {
            gallery.enrol(name(k), vec![template.clone()]).unwrap();
            for other in (0..matchers.len()).filter(|&other| other != k) {
                let score = matchers[k].score(matchers[other].probe()).unwrap();
                if folder.labels[k].identity == folder.labels[other].identity {
                    mated.push(score);
                    pairs.push((k % 8, name(k), template.clone(), name(other), score));
                } else {
                    non_mated.push(score);
                }
            }
        }
    }
    let threshold = ErrorRates::new(&mated, &non_mated).unwrap().fnmr_at_fmr(1e-4).unwrap().threshold;
    pairs.retain(|&(impression, .., score)| impression < PROBES && score >= threshold);
    assert!(pairs.len() > 400, "{} mated comparisons reach {threshold}", pairs.len());

    let mut lost = 0;
    for of_probe in pairs.chunk_by(|a, b| a.1 == b.1) {
        let (_, own, template, ..) = &of_probe[0];
        let options = Options { limit: 1000, exclude: [own.clone()].into(), ..Options::default() };
        let answer = search(&gallery, std::slice::from_ref(template), &options).unwrap();
        assert!(answer.complete && answer.cascade.as_ref().unwrap().compared < 1000);
        for (.., mate, score) in of_probe {
            lost +=
                usize::from(!answer.candidates.iter().any(|c| c.subject_id == *mate && c.score == *score));
        }
    }
    println!("{lost} of {} mated comparisons lost", pairs.len());
    assert!(lost as f64 <= 0.003 * pairs.len() as f64, "{lost} of {} mated comparisons lost", pairs.len());
}
