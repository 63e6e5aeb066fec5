//! Every reader under cuts and changes of sound files, and twins of the fuzz targets that have no test of their own.
//!
//! What is held of a reader stands in one file of `hostile/`, which its fuzz target shares: see `fuzz/README.md`.
//!
//! `make test` takes some cuts and changes of each file. With `MATCHER_SOAK` set it is all: every prefix and 16 changes of
//! every byte of files below 10 kB, and 10,000 of larger ones.

#[path = "hostile/cases.rs"]
mod cases;
#[path = "hostile/comparison.rs"]
mod comparison;
#[path = "hostile/frequencies.rs"]
mod frequencies;
#[path = "hostile/gallery.rs"]
mod gallery;
#[cfg(feature = "extract")]
#[path = "hostile/images.rs"]
mod images;
#[path = "hostile/messages.rs"]
mod messages;
#[path = "hostile/minutiae.rs"]
mod minutiae;
#[path = "hostile/profiles.rs"]
mod profiles;
#[path = "hostile/rules.rs"]
mod rules;
#[path = "hostile/samples.rs"]
mod samples;
#[path = "hostile/transactions.rs"]
mod transactions;

use matcher_core::dna::compare::Rule;
use proptest::prelude::*;
use samples::{Sample, real, shipped};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// Files below this size are gone through byte by byte.
const SMALL: usize = 10_000;
/// Cuts and changes of a larger file.
const ROUNDS: usize = 10_000;
/// No input of these takes longer, on a machine that does much else.
const SLOW: Duration = Duration::from_secs(20);

fn is_soak() -> bool {
    std::env::var_os("MATCHER_SOAK").is_some()
}

/// Numbers that are the same in every run, so that a finding can be found again.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end.max(1)
    }
}

/// Sixteen other values of a byte: each bit turned around, and what readers look for.
fn others(byte: u8) -> impl Iterator<Item = u8> {
    (0..8).map(move |bit| byte ^ (1 << bit)).chain([0, 0xff, b'0', b'9', b'\n', b',', b'"', 0x1d])
}

/// Cuts and changes every sample: all of them in a soak, else some hundred; and says how many it looked at.
fn sweep(name: &str, samples: &[Sample], check: impl Fn(&[u8])) {
    let (start, mut count) = (Instant::now(), 0usize);
    let mut timed = |sample: &Sample, bytes: &[u8]| {
        let before = Instant::now();
        check(bytes);
        assert!(before.elapsed() < SLOW, "{}: {:?}", sample.name, before.elapsed());
        count += 1;
    };
    for sample in samples {
        let sound = &sample.bytes;
        timed(sample, sound);
        let mut bytes = sound.clone();
        if is_soak() && sound.len() < SMALL {
            (0..sound.len()).for_each(|end| timed(sample, &sound[..end]));
            for at in 0..sound.len() {
                for other in others(sound[at]) {
                    bytes[at] = other;
                    timed(sample, &bytes);
                }
                bytes[at] = sound[at];
            }
            continue;
        }
        let rounds = if is_soak() { ROUNDS } else { (300_000 / (sound.len() + 10_000)).max(8) };
        let mut random = Random(1);
        for round in 0..rounds {
            // Half of them where the structure is densest.
            let at = random.below(if round % 2 == 0 { sound.len() } else { sound.len().min(2_000) });
            if round % 4 < 2 {
                timed(sample, &sound[..at]);
            } else if !sound.is_empty() {
                bytes[at] = others(sound[at]).nth(random.below(16)).unwrap();
                timed(sample, &bytes);
                bytes[at] = sound[at];
            }
        }
    }
    println!("{name}: {} files, {count} inputs, {:.1?}", samples.len(), start.elapsed());
}

#[test]
fn minutiae_cut_and_changed() {
    let mut all = samples::minutiae();
    all.extend(shipped("fingerprint/probes").into_iter().take(2));
    all.extend(real(&["formats/fmr"]));
    sweep("minutiae", &all, minutiae::check);
}

#[test]
fn transactions_cut_and_changed() {
    // Those of other programs are cut and changed in `hostile_transactions.rs`.
    let mut all = samples::minutiae();
    all.extend(shipped("formats"));
    all.retain(|sample| sample.name.contains("an2k"));
    sweep("transactions", &all, transactions::check);
}

#[cfg(feature = "extract")]
#[test]
fn images_cut_and_changed() {
    let mut all = samples::images(12, 9);
    all.extend(shipped("formats").into_iter().filter(|sample| !sample.name.contains("an2k")));
    all.extend(real(&["formats/wsq"]).into_iter().filter(|sample| sample.bytes.len() < 100_000));
    sweep("images", &all, images::check);
}

#[test]
fn profiles_cut_and_changed() {
    let mut all = shipped("dna");
    all.extend(real(&["dna/formats"]));
    sweep("profiles", &all, profiles::check);
}

#[test]
fn cases_cut_and_changed() {
    let mut all = shipped("cases");
    all.extend(real(&["dna/formats/familias"]));
    sweep("cases", &all, cases::check);
}

/// A small table of each layout.
const TABLES: [&str; 5] = [
    "Allele;D3S1358;TH01\n9,3;;0,3\n15;0,25;\n16;0,2;\nN;400;404\n",
    "locus,allele,frequency\nTH01,6,0.25\nTH01,9.3,0.5\nFGA,20,1e-3\n",
    "marker\tA1\tA2\tFREQ1\nrs1\tA\tC\t0.25\nrs2\tG\tT\t0.5\n",
    "{\"TH01\": {\"6\": 0.25, \"9.3\": 0.5}, \"FGA\": {\"20\": 0.125}}",
    "{\"meta\": {\"N\": {\"a\": 100}}, \"populations\": {\"a\": {\"TH01\": {\"6\": 0.25}}, \"b\": {\"TH01\": {\"7\": 1}}}}",
];

fn tables() -> Vec<Sample> {
    TABLES.into_iter().map(|text| Sample::made("table", text)).collect()
}

#[test]
fn frequencies_cut_and_changed() {
    let mut all = tables();
    all.extend(real(&["dna"]).into_iter().filter(|sample| sample.name.starts_with("freqs_")));
    sweep("frequencies", &all, frequencies::check);
}

/// What a rule can say, all of it.
const RULE: &str = "name = \"a\"\nsource = \"b\"\nstringency = \"moderate\"\nmin_loci = 6\nmax_mismatches = 2\nmax_excluded = 1\n\
    count_wildcards = true\nquality_classes = true\nloci = { listed = [\"TH01\", \"FGA\"] }\n[entry]\nno_mixtures = true\n\
    min_designated = 1\nreference_categories = [\"Arrestee\"]\nreference_loci = [\"TH01\"]\nmin_reference = 1\n[[pairs]]\n\
    categories = [\"Arrestee\", \"Staff\"]\nstringency = \"low\"\nmin_loci = 5\nmax_mismatches = 2\n";

fn rules_as_toml() -> Vec<Sample> {
    let shipped = Rule::all().map(|rule| Sample::made(&rule.name, toml::to_string(&rule).unwrap()));
    std::iter::once(Sample::made("all", RULE)).chain(shipped).collect()
}

#[test]
fn rules_cut_and_changed() {
    assert!(RULE.parse::<Rule>().is_ok());
    let long = format!("name = \"{}\"", "a".repeat(1 << 20)).parse::<Rule>().unwrap_err().to_string();
    assert!(long.starts_with("rule: length is 1048585 bytes, expected at most 1048576"), "{long}");
    sweep("rules", &rules_as_toml(), rules::check);
}

#[test]
fn messages_cut_and_changed() {
    let all: Vec<Sample> =
        messages::sound().into_iter().map(|bytes| Sample::made("message", bytes)).collect();
    assert!(all.len() > 6);
    sweep("messages", &all, messages::check);
}

#[cfg(feature = "extract")]
#[test]
fn models_cut_and_changed() {
    // Field 7 of an ONNX file is its graph; the rest are lengths.
    let model = [&[
        0x08, 0x08, 0x3a, 0x0c, 0x0a, 0x0a, 0x0a, 0x01, b'x', 0x12, 0x01, b'y', 0x22, 0x02, b'A', b'b',
    ][..]];
    let sound = [Sample::made("model", model.concat())];
    sweep("models", &sound, |bytes| {
        assert!(matcher_core::fingerprint::Extractor::from_bytes(bytes).is_err());
    });
}

#[test]
fn files_of_galleries_cut_and_changed() {
    let folder = std::env::temp_dir().join(format!("matcher-hostile-gallery-{}", std::process::id()));
    let homes = gallery::Homes::new(&folder);
    let (mut random, start) = (Random(3), Instant::now());
    let rounds = if is_soak() { 20_000 } else { 200 };
    for round in 0..rounds {
        let change: Vec<u8> = (0..=5 * random.below(4)).map(|_| random.below(256) as u8).collect();
        // Mostly patches; the first of them where the structure is densest.
        let how = [0, 1, 2, 2, 3, 3, 0x82, 0x82, 0x83, 0x42, 0x43, 0xc2][random.below(12)];
        let mut change =
            if round % 2 == 0 { [vec![random.below(200) as u8, 0, 0], change].concat() } else { change };
        change.resize(change.len().next_multiple_of(5), 1);
        homes.check(&[&[round as u8, how][..], &change].concat());
    }
    // Four bytes at a time of a segment whose checksums fit: among them who owns a print.
    for place in (0..8_000u16).step_by(if is_soak() { 1 } else { 56 }) {
        let [low, high] = place.to_le_bytes();
        homes.check(&[7, 0x82, low, high, 0, 3, 0xf9]);
    }
    homes.check(&[0xf9, 0xff, 0xff, 0xff, 0x81, 0x6a, 0xf9]);
    println!("gallery: {rounds} inputs, {:.1?}", start.elapsed());
}

/// A sound file with some of its bytes replaced, cut or not.
fn mutated(sound: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let changes = prop::collection::vec(
        (any::<prop::sample::Index>(), 0..4usize, prop::collection::vec(any::<u8>(), 0..4)),
        1..5,
    );
    (prop::sample::select(sound), changes, prop::option::weighted(0.3, any::<prop::sample::Index>()))
        .prop_map(|(mut bytes, changes, cut)| {
            for (at, length, new) in changes {
                let at = at.index(bytes.len().max(1)).min(bytes.len());
                let until = (at + length).min(bytes.len());
                bytes.splice(at..until, new);
            }
            if let Some(cut) = cut {
                bytes.truncate(cut.index(bytes.len().max(1)));
            }
            bytes
        })
}

static MESSAGES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(messages::sound);

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_000) })]

    #[test]
    fn any_table_of_frequencies_is_read_or_refused(
        text in "(Allele[,;\t](TH01|FGA|D3S1358)|locus,allele,frequency|marker\tA1\tA2\tFREQ1|\\{\"TH01\": \\{)\n?(([A-Z0-9.,;\t\" :{}-]{1,20})\n){0,6}",
    ) {
        frequencies::check(text.as_bytes());
    }

    #[test]
    fn mutated_tables_of_frequencies_are_read_or_refused(
        bytes in mutated(TABLES.map(|text| text.as_bytes().to_vec()).to_vec())
    ) {
        frequencies::check(&bytes);
    }

    #[test]
    fn mutated_rules_are_read_or_refused(bytes in mutated(vec![RULE.as_bytes().to_vec()])) {
        rules::check(&bytes);
    }

    #[test]
    fn mutated_messages_are_heard_or_refused(bytes in mutated(MESSAGES.clone())) {
        messages::check(&bytes);
    }

    #[test]
    fn any_two_prints_are_compared(
        head in any::<[u8; 6]>(),
        rest in prop::collection::vec(any::<u8>(), 0..700),
    ) {
        comparison::check(&[head.as_slice(), &rest].concat());
    }
}

#[cfg(feature = "extract")]
proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_000) })]

    #[test]
    fn mutated_images_are_read_or_refused(
        bytes in mutated(samples::images(12, 9).into_iter().map(|sample| sample.bytes).collect())
    ) {
        images::check(&bytes);
    }

    #[test]
    fn any_bytes_behind_those_of_wsq_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        images::check_wsq(&bytes);
    }
}
