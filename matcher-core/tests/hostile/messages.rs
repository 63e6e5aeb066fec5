//! What the parts of a search are sent, whatever the bytes are: refused, or gone on with.

use matcher_core::fingerprint::Template;
use matcher_core::gallery::{Gallery, SubjectId};
use matcher_core::search::{Decision, Gathering, Options, PartSays, PartSearch};
use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use matcher_core::work::{Threads, Watch};
use std::sync::LazyLock;

/// A gallery of three people, and one of them asked for, with one print and with two.
struct Asked {
    gallery: Gallery,
    probes: Vec<Vec<Template>>,
}

static ASKED: LazyLock<Asked> = LazyLock::new(|| {
    let simulator = FingerSimulator::new(31, FingerprintConfig::default()).unwrap();
    let mut gallery = Gallery::in_memory();
    for finger in 0..3 {
        let id = SubjectId::new(&format!("S{finger}")).unwrap();
        gallery.enrol(id, simulator.impressions(finger, 1)).unwrap();
    }
    let both = [1, 2].map(|finger| simulator.impressions(finger, 2).remove(1)).to_vec();
    Asked { gallery, probes: vec![both[..1].to_vec(), both] }
});

fn options<'a>() -> Options<'a> {
    Options { threads: Threads::ONE, limit: 5, ..Options::default() }
}

/// A search that has begun with some of the probes, and what it says first.
fn begun(queries: usize) -> (PartSearch, PartSays) {
    PartSearch::begin(&ASKED.gallery, &ASKED.probes[..queries], &options(), 7).unwrap()
}

/// All messages of a search with these probes: what to begin with, for who changes them.
pub(crate) fn sound() -> Vec<Vec<u8>> {
    let mut messages = Vec::new();
    for queries in 1..=ASKED.probes.len() {
        let ((mut part, mut said), mut gathering) = (begun(queries), Gathering::default());
        messages.push([b"p".to_vec(), said.to_bytes().unwrap()].concat());
        while let Some(decision) = gathering.decide(&[said]).unwrap() {
            messages.push([b"d".to_vec(), decision.to_bytes().unwrap()].concat());
            said = part.go_on(&decision, None, Watch::default()).unwrap();
            messages.push([b"p".to_vec(), said.to_bytes().unwrap()].concat());
        }
    }
    messages
}

static SOUND: LazyLock<Vec<Vec<u8>>> = LazyLock::new(sound);

/// What is read is written and read again as it was; a search that hears it goes on or refuses it. The first byte says with
/// how many probes, and whether the rest is the message or what is changed in a sound one: 2 bytes a place, and the byte.
pub(crate) fn check(bytes: &[u8]) {
    let Some((&kind, rest)) = bytes.split_first() else { return };
    let queries = 1 + usize::from(kind & 1);
    if kind & 0x80 == 0 {
        return check_message(kind, queries, rest);
    }
    let mut message = SOUND[usize::from(kind >> 1) % SOUND.len()][1..].to_vec();
    let length = message.len();
    for &[low, high, byte] in rest.as_chunks().0 {
        message[usize::from(u16::from_le_bytes([low, high])) % length] = byte;
    }
    check_message(kind, queries, &message);
}

fn check_message(kind: u8, queries: usize, bytes: &[u8]) {
    if let Ok(said) = PartSays::from_bytes(bytes) {
        assert!(PartSays::from_bytes(&said.to_bytes().unwrap()).unwrap() == said);
        let (mut part, sound) = begun(queries);
        for said in
            [vec![said.clone()], vec![said.clone(), said.clone()], vec![said.clone(), sound], vec![said]]
        {
            let mut gathering = Gathering::default();
            gathering.missing(usize::from(kind));
            if let Ok(Some(decision)) = gathering.decide(&said) {
                decision.to_bytes().unwrap();
                let _ = part.go_on(&decision, None, Watch::default());
            }
            let _ = gathering.decide(&said);
            let _ = gathering.lists();
        }
    }
    if let Ok(decision) = Decision::from_bytes(bytes) {
        assert!(Decision::from_bytes(&decision.to_bytes().unwrap()).unwrap() == decision);
        let (mut part, said) = begun(queries);
        let mut gathering = Gathering::default();
        if kind & 2 != 0
            && let Some(first) = gathering.decide(&[said]).unwrap()
        {
            part.go_on(&first, None, Watch::default()).unwrap();
        }
        for _ in 0..2 {
            let Ok(said) = part.go_on(&decision, None, Watch::default()) else { break };
            let _ = gathering.decide(&[said]);
        }
    }
}
