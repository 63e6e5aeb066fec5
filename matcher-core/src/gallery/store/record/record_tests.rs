use super::*;
use crate::dna::{Allele, Category, Genotype, Locus, Source};
use crate::fingerprint::{FingerPosition, Impression, Minutia, MinutiaKind, Quality};
use crate::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use crate::units::{Angle, Dpi, Pixels, Resolution};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

/// A record of a subject with nothing of it.
pub(crate) fn blank(serial: u64, id: &str) -> Record {
    Record {
        serial,
        id: SubjectId::new(id).unwrap(),
        access: Access::default(),
        provenance: None,
        enrolled: None,
        fingerprints: Vec::new(),
        profiles: Vec::new(),
    }
}

/// The same with a print and a profile, other ones for every serial.
pub(crate) fn filled(serial: u64, id: &str) -> Record {
    let simulator = FingerSimulator::new(9, FingerprintConfig::default()).unwrap();
    let allele = (10 + serial % 7).to_string();
    let loci = [("TH01", ["9.3", allele.as_str()]), ("rs17", ["A", "-"])];
    Record {
        access: Access::default().owned_by("NL").unwrap().tagged(["red"]).unwrap(),
        provenance: Some(format!("sheet {serial}")),
        enrolled: Some(1_700_000_000 + serial),
        fingerprints: simulator.impressions(serial, 1),
        profiles: vec![Profile::new(&format!("{id}/1"), loci).unwrap()],
        ..blank(serial, id)
    }
}

fn minutiae() -> impl Strategy<Value = Vec<Minutia>> {
    let kind = (0u8..3).prop_map(|code| MinutiaKind::from_code(code).unwrap());
    let quality = option::of((0u8..=100).prop_map(|percent| Quality::new(percent).unwrap()));
    let step = prop_oneof![Just(256), Just(32), Just(1)];
    (step, vec((0i32..60_000, 0i32..60_000, any::<u16>(), kind, quality, any::<u32>()), 0..60)).prop_map(
        |(step, rows)| {
            let minutia = |(x, y, direction, kind, quality, source_index)| Minutia {
                x: Pixels::from_steps(x / step * step),
                y: Pixels::from_steps(y / step * step),
                direction: Angle::from_steps(direction),
                kind,
                quality,
                source_index,
            };
            rows.into_iter().map(minutia).collect()
        },
    )
}

prop_compose! {
    fn template()(
        minutiae in minutiae(),
        keeps_rows in any::<bool>(),
        (dpi_x, dpi_y) in (5_000u32..=1_000_000, 5_000u32..=1_000_000),
        is_standard in any::<bool>(),
        size in option::of((235u16.., 235u16..)),
        (position, impression) in (0u8..11, option::of(0u8..10)),
        (view, quality) in (any::<u8>(), option::of(0u8..=100)),
        (equipment, extractor) in (any::<u16>(), option::of(".{0,20}")),
        extended in vec(any::<u8>(), 0..40),
        brought in any::<bool>(),
    ) -> Template {
        let mut builder = Template::builder()
            .finger_position(FingerPosition::from_code(position).unwrap())
            .view(view)
            .capture_equipment(equipment)
            .extended_data(extended);
        if !is_standard {
            let [x, y] = [dpi_x, dpi_y].map(|dpi| Dpi::try_from(dpi).unwrap());
            builder = builder.resolution(Resolution { x, y });
        }
        if let Some((width, height)) = size {
            builder = builder.size(width, height);
        }
        if let Some(code) = impression {
            builder = builder.impression(Impression::from_code(code).unwrap());
        }
        if let Some(percent) = quality {
            builder = builder.quality(Quality::new(percent).unwrap());
        }
        if let Some(extractor) = extractor {
            builder = builder.extractor(extractor);
        }
        for minutia in minutiae {
            builder = if keeps_rows { builder.minutia_of_row(minutia) } else { builder.minutia(minutia) };
        }
        let template = builder.build().unwrap().template;
        if brought { template.at_500_dpi() } else { template }
    }
}

fn allele() -> impl Strategy<Value = Allele> {
    let text = prop_oneof![
        (1u16..=u16::MAX).prop_map(|tenths| format!("{}.{}", tenths / 10, tenths % 10)),
        (1u16..50).prop_map(|whole| whole.to_string()),
        (1u16..50).prop_map(|whole| format!("{whole}.X")),
        (1u16..500).prop_map(|tenths| format!("{}.{}>", tenths / 10, tenths % 10)),
        (1u16..500).prop_map(|tenths| format!("<{}.{}", tenths / 10, tenths % 10)),
        prop::sample::select(vec!["A", "C", "G", "T", "X", "Y", "OL", "-", "*", "seq_a:1", "[AGAT]9"])
            .prop_map(str::to_owned),
    ];
    text.prop_map(|text| text.parse().unwrap())
}

fn genotype(most: usize) -> impl Strategy<Value = Genotype> {
    let peak = (allele(), prop_oneof![Just(0.0f32), 0.0f32..1e6, Just(f32::MIN_POSITIVE)]);
    (vec(peak, 1..=most), any::<bool>()).prop_map(|(peaks, has_heights)| {
        let alleles: Vec<Allele> = peaks.iter().map(|(allele, _)| *allele).collect();
        if has_heights { Genotype::with_heights(&peaks) } else { Genotype::new(&alleles) }.unwrap()
    })
}

prop_compose! {
    fn profile()(
        id in "[^\u{0}]{1,12}",
        is_mixture in any::<bool>(),
        partial in any::<bool>(),
        category in option::of(prop::sample::select(Category::ALL)),
        known in prop::sample::subsequence(super::profile::LOCI, 0..20),
        named in prop::sample::subsequence(vec!["rs1490413", "new locus", "D99S1", "Ω-7"], 0..4),
        singles in vec(genotype(4), 24),
        mixtures in vec(genotype(32), 24),
    ) -> Profile {
        let mut builder = Profile::builder(&id).partial(partial).category(category.map(|(category, _)| category));
        if is_mixture {
            builder = builder.source(Source::Mixture);
        }
        let genotypes = if is_mixture { mixtures } else { singles };
        for (name, genotype) in known.into_iter().chain(named).zip(genotypes) {
            builder = builder.genotype(Locus::new(name).unwrap(), genotype);
        }
        builder.build().unwrap()
    }
}

prop_compose! {
    fn record()(
        serial in any::<u64>(),
        id in "[^\\p{C}]{1,20}",
        owner in option::of("[a-zA-Z]{1,9}"),
        viewers in option::of(vec("[a-z]{1,5}", 0..5)),
        tags in vec("[a-z]{1,5}", 0..5),
        provenance in option::of(".{0,50}"),
        enrolled in option::of(any::<u64>()),
        fingerprints in vec(template(), 0..4),
        profiles in vec(profile(), 0..3),
    ) -> Record {
        let mut access = Access::default().tagged(tags).unwrap();
        if let Some(owner) = owner {
            access = access.owned_by(&owner).unwrap();
        }
        if let Some(viewers) = viewers {
            access = access.visible_to(viewers).unwrap();
        }
        Record { access, provenance, enrolled, fingerprints, profiles, ..blank(serial, &id) }
    }
}

/// Bytes with the checksum that they ought to have.
fn resealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let covered = bytes.len().saturating_sub(CHECKSUM);
    bytes.truncate(covered);
    let checksum = crc32fast::hash(&bytes);
    bytes.extend_from_slice(&checksum.to_le_bytes());
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn records_come_back_as_they_were(record in record()) {
        let bytes = record.encode();
        let again = Record::decode(&bytes).unwrap();
        prop_assert!(again == record);
        prop_assert_eq!(again.encode(), bytes);
    }

    #[test]
    fn mutations_under_a_good_checksum_never_panic(
        record in record(),
        places in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = record.encode();
        for (place, value) in places {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        if let Ok(decoded) = Record::decode(&resealed(bytes.clone())) {
            prop_assert!(Record::decode(&decoded.encode()).unwrap() == decoded);
        }
        // Inside the body, too: the length is made right again.
        let mut body = record.body();
        body.truncate(cut.index(body.len()));
        let mut writer = Writer::default();
        writer.raw(&MAGIC);
        writer.u8(VERSION);
        writer.block(&body);
        writer.raw(&[0; CHECKSUM]);
        prop_assert!(Record::decode(&resealed(writer.into_bytes())).is_err());
    }
}

#[test]
fn every_flip_and_every_cut_is_refused() {
    let bytes = filled(17, "A-17").encode();
    assert!(Record::decode(&bytes).is_ok());
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << bit;
            let message = Record::decode(&flipped).unwrap_err().to_string();
            assert!(message.starts_with("record: checksum is "), "{message}");
        }
        assert!(Record::decode(&bytes[..at]).is_err());
    }
}

#[test]
fn a_newer_version_is_named() {
    let mut bytes = blank(1, "a").encode();
    bytes[4] = 2;
    assert_eq!(Record::decode(&resealed(bytes)).unwrap_err().to_string(), "record: version is 2, expected 1");
}

#[test]
fn sizes_are_small() {
    let simulator = FingerSimulator::new(1, FingerprintConfig::default()).unwrap();
    let mut most = 0;
    let mut all = 0;
    for finger in 0..40 {
        let template = simulator.impressions(finger, 1).remove(0);
        for (step, turn) in [(256, 0), (32, 0), (32, 12_345)] {
            let mut builder = Template::builder().size(500, 600).extractor("matcher-simulate/1");
            for (k, m) in template.minutiae().iter().cycle().take(40).enumerate() {
                let moved = |pixels: Pixels, k: usize| {
                    let steps = pixels.steps() + 37 * k as i32 % 256;
                    Pixels::from_steps(steps / step * step)
                };
                builder = builder.minutia(Minutia {
                    x: moved(m.x, k * 3),
                    y: moved(m.y, k * 5),
                    direction: Angle::from_steps(m.direction.steps().wrapping_add(turn)),
                    quality: Quality::new((k * 7 % 100) as u8),
                    ..*m
                });
            }
            let record = Record {
                fingerprints: vec![builder.build().unwrap().template],
                ..blank(70_000, "S-0070000")
            };
            let bytes = record.encode().len();
            all += bytes;
            most = most.max(bytes);
        }
    }
    println!("a print of 40 minutiae: {} bytes on average, {most} at most", all / 120);
    assert!(most <= 320, "{most}");
    let loci: Vec<(&str, [&str; 2])> = super::profile::LOCI[..24]
        .iter()
        .enumerate()
        .map(|(k, name)| (*name, [["12", "9.3"][usize::from(k % 6 == 0)], "17"]))
        .collect();
    let record =
        Record { profiles: vec![Profile::new("S-0070000", loci).unwrap()], ..blank(70_000, "S-0070000") };
    println!("a profile of 24 loci: {} bytes", record.encode().len());
    assert!(record.encode().len() <= 150);
}

#[test]
fn records_are_found_among_other_bytes() {
    let record = filled(3, "c").encode();
    let mut bytes = [&MAGIC[..2], &MAGIC, &[1, 0xff]].concat();
    let start = bytes.len();
    bytes.extend_from_slice(&record);
    bytes.extend_from_slice(b"more");
    assert_eq!(Record::find(&bytes), Some(start..start + record.len()));
    assert_eq!(Record::find(&bytes[..bytes.len() - 5]), None);
}

#[test]
fn debug_shows_no_payload() {
    let text = format!("{:?}", filled(5, "secret"));
    assert_eq!(text, "Record { serial: 5, fingerprints: 1, profiles: 1, .. }");
}

/// Galleries that were written by the first version open for ever.
#[test]
fn the_first_version_is_pinned() {
    let at = |x, y, direction, kind, quality| Minutia {
        kind,
        quality: Quality::new(quality),
        ..Minutia::new(Pixels::from_whole(x), Pixels::from_whole(y), Angle::from_steps(direction))
    };
    let template = Template::builder()
        .size(300, 400)
        .finger_position(FingerPosition::RightIndex)
        .impression(Impression::LiveScanPlain)
        .minutia(at(20, 90, 0x4000, MinutiaKind::RidgeEnding, 80))
        .minutia(at(10, 30, 0x1234, MinutiaKind::Bifurcation, 60))
        .build()
        .unwrap()
        .template;
    let heights =
        Genotype::with_heights(&[("X".parse().unwrap(), 100.0), ("Y".parse().unwrap(), 0.5)]).unwrap();
    let profile = Profile::builder("p")
        .category(Some(Category::Arrestee))
        .locus("TH01", ["9.3", "7"])
        .and_then(|builder| builder.locus("rs1", ["A"]))
        .map(|builder| builder.genotype(Locus::new("AMEL").unwrap(), heights))
        .and_then(crate::dna::ProfileBuilder::build)
        .unwrap();
    let access = Access::default().owned_by("NL").and_then(|a| a.visible_to(["BE"])).unwrap();
    let record = Record {
        access: access.tagged(["red"]).unwrap(),
        provenance: Some("lab".to_owned()),
        enrolled: Some(300),
        fingerprints: vec![template],
        profiles: vec![profile],
        ..blank(5, "A-1")
    };
    // By hand, line by line: head; who and whence; print; its columns; profile; checksum.
    let golden = "f14d5252 01 6c 05 03412d31 1f \
                  024e4c 01024245 0103726564 036c6162 ac02 \
                  01 06 02 00 ac02 9003 00 02 8078 \
                  000a04f0 80280903 28 e848020c0030b7 02000101 7a020328 00000101 \
                  01 0170 04 084172726573746565 03 15 02 07c001 25 82 000158 000159 0000c842 0000003f \
                  00 03727331 01 000141 \
                  789322bc";
    let digits = golden.replace(' ', "").into_bytes();
    let digit = |digit: u8| char::from(digit).to_digit(16).unwrap() as u8;
    let bytes: Vec<u8> = digits.chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect();
    assert_eq!(record.encode(), bytes);
    assert!(Record::decode(&bytes).unwrap() == record);
}
