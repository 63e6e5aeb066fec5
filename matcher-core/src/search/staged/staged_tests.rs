//! What a search over parts promises: the answer of one gallery that holds all of them, to the bit.

use super::super::options::Positions;
use super::*;
use crate::error::{Error, Result};
use crate::fingerprint::FingerPosition::{self, LeftIndex, LeftThumb, RightIndex, RightThumb, Unknown};
use crate::fingerprint::Template;
use crate::gallery::{Gallery, SubjectId};
use crate::search::{CandidateList, Cascade, Mode, Options, search_many};
use crate::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use crate::work::Watch;
use std::time::Duration;

const FINGERS: [FingerPosition; 4] = [RightThumb, RightIndex, LeftThumb, LeftIndex];

/// Lets few of a small gallery pass.
fn narrow<'a>(limit: usize) -> Options<'a> {
    let cascade = Cascade {
        code_share: 0.2,
        code_least: 5,
        relaxed_share: 0.08,
        relaxed_least: 3,
        subject_code_share: 0.3,
        subject_code_least: 6,
        subject_relaxed_share: 0.1,
        subject_relaxed_least: 3,
        subject_minutiae: 0,
        ..Cascade::default()
    };
    Options { limit, cascade, ..Options::default() }
}

fn simulator() -> FingerSimulator {
    FingerSimulator::new(31, FingerprintConfig::default()).unwrap()
}

/// People with two to four fingers, every fifth with one of an unknown position.
fn person(k: u64, impression: u32) -> Vec<Template> {
    let fingers: &[FingerPosition] = if k % 5 == 4 { &[Unknown] } else { &FINGERS[k as usize % 3..] };
    simulator().subject(k, fingers).impressions(impression).collect()
}

fn enrolled(people: impl Iterator<Item = u64>) -> Gallery {
    let mut gallery = Gallery::in_memory();
    for k in people {
        gallery.enrol(SubjectId::new(&format!("S{k:02}")).unwrap(), person(k, 0)).unwrap();
    }
    gallery
}

/// One print, a pair, all fingers of somebody, somebody who is not there, and what cannot be compared.
fn probes() -> Vec<Vec<Template>> {
    let nothing = Template::builder().build().unwrap().template;
    vec![person(7, 1)[..1].to_vec(), person(12, 1)[..2].to_vec(), person(3, 1), person(99, 1), vec![nothing]]
}

/// Searches the parts, each of which is lost after so many stages and begun again.
fn gathered(
    parts: &[Gallery],
    options: &Options<'_>,
    elsewhere: usize,
    lost: Option<usize>,
) -> Vec<CandidateList> {
    let probes = probes();
    let begin = |part: &Gallery| PartSearch::begin(part, &probes, options, elsewhere).unwrap();
    let (mut going, mut said): (Vec<_>, Vec<_>) = parts.iter().map(begin).unzip();
    let mut gathering = Gathering::default();
    let mut decisions = Vec::new();
    loop {
        let heard: Vec<PartSays> =
            said.iter().map(|s| PartSays::from_bytes(&s.to_bytes().unwrap()).unwrap()).collect();
        assert_eq!(heard, said, "what is sent arrives as it was");
        let Some(decision) = gathering.decide(&heard).unwrap() else { break };
        if lost == Some(decisions.len()) {
            for (going, part) in going.iter_mut().zip(parts) {
                *going = begin(part).0;
                for decision in &decisions {
                    going.go_on(decision, None, Watch::default()).unwrap();
                }
            }
        }
        let decision = Decision::from_bytes(&decision.to_bytes().unwrap()).unwrap();
        said = going.iter_mut().map(|part| part.go_on(&decision, None, Watch::default()).unwrap()).collect();
        decisions.push(decision);
    }
    gathering.lists().unwrap()
}

#[test]
fn any_split_gives_the_answer_of_one_gallery() {
    const PEOPLE: u64 = 30;
    let whole = enrolled(0..PEOPLE);
    for (mode, positions, limit) in [
        (Mode::Fast, Positions::Same, 20),
        (Mode::Fast, Positions::Any, 2),
        (Mode::Exhaustive, Positions::Same, 5),
    ] {
        let options = Options { mode, positions, ..narrow(limit) };
        let expected = search_many(&whole, &probes(), &options).unwrap();
        assert_eq!(expected[0].candidates[0].subject_id.as_str(), "S07");
        if mode == Mode::Fast {
            let stages = expected[0].cascade.as_ref().unwrap().stages[0].clone();
            assert!(stages.relaxed_passed < stages.code_passed && stages.code_passed < stages.prints);
        }
        for parts in [1, 2, 5] {
            let part = |which| enrolled((0..PEOPLE).filter(move |k| k * k % 11 % parts == which));
            let galleries: Vec<Gallery> = (0..parts).map(part).collect();
            for (elsewhere, lost) in [(0, None), (1000, Some(0)), (0, Some(1)), (1000, Some(2))] {
                let got = gathered(&galleries, &options, elsewhere, lost);
                assert_eq!(got, expected, "{mode:?} {parts} parts, {elsewhere} elsewhere, lost {lost:?}");
            }
        }
    }
}

#[test]
fn one_list_where_all_fits_in_a_line_and_an_empty_part() {
    let whole = enrolled(0..9);
    let options = Options::default();
    let expected = search_many(&whole, &probes(), &options).unwrap();
    assert_eq!(gathered(&[enrolled(0..0), enrolled(0..9)], &options, 0, None), expected);
    assert_eq!(expected[0].cascade.as_ref().unwrap().loss, Some(0.0), "all were compared in full");
}

#[test]
fn what_is_missing_or_not_reached_is_said() {
    let (here, options) = (enrolled(0..20), narrow(5));
    let mut gathering = Gathering::default();
    let (mut part, said) = PartSearch::begin(&here, &probes(), &options, 0).unwrap();
    let decision = gathering.decide(&[said]).unwrap().unwrap();
    gathering.missing(30);
    let mut said = part.go_on(&decision, Some(Duration::ZERO), Watch::default()).unwrap();
    while let Some(decision) = gathering.decide(&[said]).unwrap() {
        said = part.go_on(&decision, None, Watch::default()).unwrap();
    }
    for list in gathering.lists().unwrap() {
        assert!(!list.complete && list.not_searched >= 30, "{}", list.not_searched);
        assert_eq!(list.searched + list.not_comparable + list.not_searched, 50);
        assert_eq!(list.cascade.unwrap().loss, None);
    }
}

#[test]
fn what_does_not_fit_together_is_refused() -> Result<()> {
    let (here, there) = (enrolled(0..12), enrolled(12..20));
    let options = narrow(5);
    let wrong = |said: &[PartSays], message: &str| {
        let refused = Gathering::default().decide(said).unwrap_err().to_string();
        assert!(refused.contains(message), "{refused}");
    };
    let (mut part, one) = PartSearch::begin(&here, &probes(), &options, 0)?;
    let (_, other) = PartSearch::begin(&there, &probes()[..2], &options, 0)?;
    wrong(&[], "number is 0");
    wrong(&[one.clone(), other], "queries is 2");
    let (_, other) = PartSearch::begin(&there, &probes(), &narrow(6), 0)?;
    wrong(&[one.clone(), other], "limit is 6");
    let (_, other) = PartSearch::begin(&there, &probes(), &Options { limit: 5, ..Options::default() }, 0)?;
    wrong(&[one.clone(), other], "parameters of the fast search");
    let (_, other) =
        PartSearch::begin(&there, &probes(), &Options { mode: Mode::Exhaustive, ..narrow(5) }, 0)?;
    wrong(&[one.clone(), other], "");

    let mut gathering = Gathering::default();
    let first = gathering.decide(&[one])?.unwrap();
    let said = part.go_on(&first, None, Watch::default())?;
    let refused = part.go_on(&Decision(vec![]), None, Watch::default()).unwrap_err();
    assert!(matches!(refused, Error::Invalid { .. }));
    assert!(gathering.decide(std::slice::from_ref(&said)).unwrap().is_some());
    assert!(Gathering::default().lists().is_ok_and(|lists| lists.is_empty()));
    assert!(gathering.lists().unwrap_err().to_string().contains("not there yet"));
    for bytes in [&b""[..], b"[", b"{}", b"[{\"asked\":1}]"] {
        assert!(PartSays::from_bytes(bytes).is_err() && Decision::from_bytes(bytes).is_err());
    }
    // Sums that no prints have are refused, and harm nothing.
    let spread = Spread { prints: 1, sum: u128::MAX, squares: 0 };
    assert!(spread.check().is_err());
    Ok(())
}
