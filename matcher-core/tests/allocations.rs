//! What readers take of memory at most, measured by an allocator that counts: sound files, those cut and changed, and
//! headers that state more than there is.
//!
//! One test, in a program of its own: the counter is that of the whole process. Where a block grows it counts the old one
//! and the new one, as if nothing could be extended in its place.

#[path = "hostile/samples.rs"]
mod samples;

use matcher_core::dna::compare::Rule;
use matcher_core::formats::an2k::Transaction;
use matcher_core::formats::cases::{
    CaseOptions, PedigreeOptions, no_files, read_case, read_map, read_pedigrees,
};
use matcher_core::formats::frequencies::{FrequencyOptions, read_frequencies};
use matcher_core::formats::{ReadOptions, profiles, read};
use matcher_core::search::{Decision, PartSays};
use peak_alloc::PeakAlloc;
use samples::{Sample, real, shipped};

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// Cuts and changes of a file.
const ROUNDS: usize = 60;

/// The most bytes that were allocated at once while this ran, beside those that were before.
fn peak<T>(run: impl FnOnce() -> T) -> usize {
    let before = ALLOCATED.current_usage();
    ALLOCATED.reset_peak_usage();
    let result = run();
    let peak = ALLOCATED.peak_usage() - before;
    drop(result);
    peak
}

/// A reader of records or of tables, and how many times its input it may take, beside [`SMALL`]: 4 is what is wanted; more
/// is what was measured, and what the documentation of the limits says.
struct Reader {
    name: &'static str,
    times: usize,
    read: fn(&[u8]) -> usize,
    samples: Vec<Sample>,
}

/// What every reader may take beside a multiple of its input.
const SMALL: usize = 64 << 10;

fn minutiae(bytes: &[u8]) -> usize {
    peak(|| read(bytes, &ReadOptions::default()))
}

fn transaction(bytes: &[u8]) -> usize {
    peak(|| Transaction::read(bytes, &ReadOptions::default()))
}

fn table(bytes: &[u8]) -> usize {
    peak(|| profiles::read(bytes, &profiles::ReadOptions::default()))
}

fn case(bytes: &[u8]) -> usize {
    peak(|| read_case(bytes, &CaseOptions::default(), &no_files))
}

fn pedigrees(bytes: &[u8]) -> usize {
    peak(|| read_pedigrees(bytes, &PedigreeOptions::default()))
}

fn map(bytes: &[u8]) -> usize {
    peak(|| read_map(bytes))
}

fn frequencies(bytes: &[u8]) -> usize {
    let options = FrequencyOptions::population("Caucasian");
    peak(|| read_frequencies(bytes, &options))
        .max(peak(|| read_frequencies(bytes, &FrequencyOptions::default())))
}

fn rule(bytes: &[u8]) -> usize {
    peak(|| str::from_utf8(bytes).map(str::parse::<Rule>))
}

fn message(bytes: &[u8]) -> usize {
    peak(|| PartSays::from_bytes(bytes)).max(peak(|| Decision::from_bytes(bytes)))
}

/// A row so many times, with its number in place of `#`.
fn rows(head: &str, row: &str, count: usize) -> Vec<u8> {
    let rows = (0..count).map(|number| row.replace('#', &number.to_string()));
    std::iter::once(head.to_owned()).chain(rows).collect::<String>().into_bytes()
}

fn made(name: &str, bytes: Vec<u8>) -> Sample {
    Sample::made(name, bytes)
}

fn with(sets: Vec<Vec<Sample>>) -> Vec<Sample> {
    sets.into_iter().flatten().collect()
}

/// Rows of a made sample.
const MANY: usize = 2_000;

fn records() -> Vec<Reader> {
    let minutia = |row: [u8; 6], views: u8| {
        let view = [vec![2, 0, 80, 255], row.repeat(255), vec![0, 0]].concat();
        let body = view.repeat(usize::from(views));
        let header = [0x12, 0x34, 1, 44, 1, 144, 0, 197, 0, 197, views, 0];
        [&b"FMR\0 20\0"[..], &(24 + body.len() as u32).to_be_bytes(), &header, &body].concat()
    };
    vec![
        Reader {
            name: "minutiae",
            times: 4,
            read: minutiae,
            samples: with(vec![
                samples::minutiae(),
                shipped("fingerprint/probes"),
                shipped("formats"),
                real(&["formats/fmr"]),
                vec![
                    made("minutiae outside", minutia([0xff; 6], 4)),
                    made("minutiae twice", minutia([0x40, 9, 0, 9, 9, 9], 4)),
                    made("text", rows("", "# 20 30 90\n", MANY)),
                    made("text outside", rows("", "# 99999 30 90\n", MANY)),
                ],
            ]),
        },
        Reader {
            name: "transactions",
            times: 4,
            read: transaction,
            samples: with(vec![
                samples::minutiae(),
                shipped("formats"),
                real(&["formats/an2k"]),
                vec![
                    made("fields", rows("1.001:30\u{1d}1.003:1\u{1f}0\u{1c}", "2.#:\u{1d}", MANY)),
                    made("separators", [&b"1.001:3000\x1d1.003:"[..], &b"1\x1f0\x1e".repeat(MANY)].concat()),
                ],
            ]),
        },
    ]
}

fn tables() -> Vec<Reader> {
    vec![
        Reader {
            name: "profiles",
            times: 80,
            read: table,
            samples: with(vec![
                shipped("dna"),
                real(&["dna/formats", "dna/cases"]),
                vec![
                    made("short rows", rows("id,TH01,FGA,D3S1358,vWA,D7S820\n", "#,6,7,8,9,9\n", MANY)),
                    made("faults", rows("id,TH01_1,TH01_2\n", "#,x y,z\n", MANY)),
                    made("columns", rows("id", ",L#", MANY)),
                    made("twice", rows("id,TH01_1,TH01_2\n", "A,6,7\n", MANY)),
                    made("markers", rows("Sample,Marker,Allele1,Allele2\n", "A,L#,1,2\n", MANY)),
                    made("samples", rows("Sample,Marker,Allele1,Allele2\n", "#,FGA,1,2\n", MANY)),
                ],
            ]),
        },
        Reader {
            name: "cases",
            times: 140,
            read: case,
            samples: with(vec![
                shipped("cases"),
                real(&["dna/formats/familias"]),
                vec![
                    made("list", rows("a = [", "0,", MANY)),
                    made("keys", rows("", "k# = 1\n", MANY)),
                    made(
                        "people",
                        rows("[[hypothesis]]\nname = \"H\"\npeople = [\n", "{ id = \"#\" },\n", MANY),
                    ),
                    made("profiles", rows("", "[profiles.P#]\nTH01 = [6, 7]\n", MANY)),
                ],
            ]),
        },
        Reader {
            name: "pedigrees",
            times: 50,
            read: pedigrees,
            samples: vec![
                made(
                    "markers",
                    rows(
                        "#fid id pat mat sex TH01 FGA\n".replace('#', "").as_str(),
                        "F P# 0 0 1 6 9.3 14 0\n",
                        MANY,
                    ),
                ),
                made("people", rows("", "F # 0 0 0\n", MANY)),
                made("families", rows("", "# A 0 0 0\n", MANY)),
                made("parents", rows("", "F # a# b# 0\n", MANY)),
            ],
        },
        Reader { name: "maps", times: 4, read: map, samples: vec![made("map", rows("", "1 r 0 1\n", MANY))] },
        Reader {
            name: "frequencies",
            times: 10,
            read: frequencies,
            samples: with(vec![
                real(&["dna"]).into_iter().filter(|sample| sample.name.starts_with("freqs_")).collect(),
                vec![
                    made("array", rows("[", "0,", MANY)),
                    made("object", rows("{\"TH01\": {", "\"#\":0,", MANY)),
                    made("loci", rows("{", "\"L#\":{},", MANY)),
                    made("long", rows("locus,allele,frequency\n", "TH01,#,0\n", MANY)),
                    made("wide", rows("Allele,TH01,FGA,vWA\n", "#,0,0,0\n", MANY)),
                    made("columns", rows("Allele", ",L#", MANY)),
                ],
            ]),
        },
        Reader {
            name: "rules",
            times: 110,
            read: rule,
            samples: with(vec![
                Rule::all()
                    .map(|rule| made(&rule.name, toml::to_string(&rule).unwrap().into_bytes()))
                    .collect(),
                vec![made("list", rows("a = [", "0,", MANY)), made("keys", rows("", "k# = 1\n", MANY))],
            ]),
        },
        Reader {
            name: "messages",
            times: 4,
            read: message,
            samples: vec![
                made("array", rows("[", "0,", MANY)),
                made("decisions", rows("[\"finished\"", ",{\"more\":1}", MANY)),
            ],
        },
    ]
}

/// The reader on a sound file and on cuts and changes of it: the worst share of its input beyond [`SMALL`], and of which.
fn worst(reader: &Reader) -> (f64, String) {
    let mut worst = (0.0, String::new());
    for sample in &reader.samples {
        let sound = &sample.bytes;
        // What is made once for all is not what one input takes.
        (reader.read)(sound);
        let mut bytes = sound.clone();
        let mut state = 1u64;
        for round in 0..ROUNDS {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = (state >> 33) as usize % sound.len();
            let input = match round {
                0 => sound,
                _ if round % 2 == 0 => &sound[..at],
                _ => {
                    bytes[at] ^= 1 << (round % 8);
                    &bytes
                }
            };
            let found = (reader.read)(input);
            let share = found.saturating_sub(SMALL) as f64 / input.len().max(1) as f64;
            if share > worst.0 {
                worst = (share, format!("{} of {} bytes: {found}", sample.name, input.len()));
            }
            bytes.clone_from(sound);
        }
    }
    worst
}

#[test]
fn readers_take_no_more_than_they_say() {
    let mut beyond = Vec::new();
    for reader in records().into_iter().chain(tables()) {
        let (share, which) = worst(&reader);
        let line = format!("{}: {share:.1} times the input and 64 KiB, {which}", reader.name);
        println!("{line}, expected at most {}", reader.times);
        if share > reader.times as f64 {
            beyond.push(line);
        }
    }
    #[cfg(feature = "extract")]
    images::check();
    assert!(beyond.is_empty(), "{beyond:#?}");
}

/// Images: what they take goes by the pixels that the header states, and by how they are stored.
#[cfg(feature = "extract")]
mod images {
    use super::{peak, samples};
    use crate::samples::{Sample, real, shipped};
    use matcher_core::formats::{ImageOptions, Limits, read_image};
    use matcher_core::units::Resolution;

    /// Beside the pixels.
    const SMALL: usize = 1 << 20;

    /// Bytes a pixel, as the documentation of the readers says.
    fn times(name: &str) -> usize {
        match name {
            name if name.contains("deep") && name.contains("Tiff") => 16,
            name if name.contains("deep") => 9,
            name if name.contains("Tiff") => 6,
            name if name.ends_with("wsq") => 5,
            _ => 4,
        }
    }

    fn options(pixels: usize) -> ImageOptions {
        let limits = Limits { pixels, ..Limits::default() };
        ImageOptions { resolution: Some(Resolution::STANDARD), limits, ..ImageOptions::default() }
    }

    pub(super) fn check() {
        let mut all = samples::images(12, 9);
        all.extend(samples::images(800, 750));
        all.extend(shipped("formats"));
        all.extend(real(&["formats/wsq"]));
        let mut worst = 0.0f64;
        for sample in &all {
            let read = || read_image(&sample.bytes, &options(1 << 20));
            let Ok(image) = read() else { continue };
            let (pixels, found) = (image.pixels().len(), peak(read));
            worst = worst.max(found.saturating_sub(SMALL) as f64 / pixels as f64);
            let most = times(&sample.name) * pixels + SMALL;
            assert!(found <= most, "{}: {found} for {pixels} pixels, expected at most {most}", sample.name);
            // One pixel too many is refused before any is read.
            let refused = peak(|| assert!(read_image(&sample.bytes, &options(pixels - 1)).is_err()));
            assert!(refused <= SMALL + sample.bytes.len(), "{}: {refused}", sample.name);
            hostile(sample);
        }
        println!("images: {worst:.1} bytes a pixel and 1 MiB at most");
    }

    /// Cuts, and headers in which a byte is another: no more than the pixels that the limit allows.
    fn hostile(sample: &Sample) {
        const PIXELS: usize = 1 << 16;
        let most = times(&sample.name).max(8) * PIXELS + SMALL + sample.bytes.len();
        let check = |bytes: &[u8], what: &str, at: usize| {
            let found = peak(|| read_image(bytes, &options(PIXELS)).is_ok());
            assert!(found <= most, "{} {what} {at}: {found}, expected at most {most}", sample.name);
        };
        let mut bytes = sample.bytes.clone();
        for at in 0..bytes.len().min(120) {
            check(&sample.bytes[..at], "cut at", at);
            for other in [0, 0x7f, 0xff] {
                bytes[at] = other;
                check(&bytes, "changed at", at);
            }
            bytes[at] = sample.bytes[at];
        }
    }
}
