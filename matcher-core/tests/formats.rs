//! Reading and writing files of other programs. They lie outside the project: the environment variable `MATCHER_DATA`
//! names their folder, and without it these tests skip and say so.

use matcher_core::fingerprint::{FingerPosition, Minutia, MinutiaKind, Quality, Template};
use matcher_core::formats::{
    CoresAndDeltas, Format, ReadOptions, Reading, Strictness, read, read_file, write, write_file, write_views,
};
use matcher_core::units::{Angle, Dpi};
use serde_json::Value;
use std::path::{Path, PathBuf};

fn data(folder: &str) -> Option<PathBuf> {
    let found = std::env::var_os("MATCHER_DATA").map(|root| Path::new(&root).join(folder));
    if found.is_none() {
        println!("skipped: MATCHER_DATA is not set");
    }
    found
}

fn strict() -> ReadOptions {
    ReadOptions { strictness: Strictness::Strict, ..ReadOptions::default() }
}

fn lenient(folder: &Path, name: &str) -> Reading {
    read_file(folder.join(name), &ReadOptions::default()).unwrap()
}

fn messages(reading: &Reading) -> Vec<String> {
    reading.diagnostics.iter().map(ToString::to_string).collect()
}

fn rows(template: &Template) -> Vec<Minutia> {
    let mut rows = template.minutiae().to_vec();
    rows.sort_by_key(|m| m.source_index);
    rows
}

fn within_a_degree(a: Angle, b: Angle) -> bool {
    f64::from(a.distance(b)) * 360.0 / 65536.0 <= 1.0
}

#[test]
fn the_vectors_of_nist_are_sound_but_for_their_extended_data() {
    let Some(folder) = data("formats/fmr") else { return };
    let ansi = lenient(&folder, "nistbe_fmr.ansi2004");
    assert_eq!((ansi.format, ansi.templates.len()), (Format::Incits378_2004, 3));
    assert_eq!(
        messages(&ansi),
        [
            "view 2: extended data is followed by 2 bytes left over, expected the end of the record after the last view \
          (what is left over is not read)",
            // The length of the area is 2 bytes short.
            "view 2: cores and deltas is cut at byte 38 with 1 bytes present, expected 3 bytes from byte 37 on (2 cores \
          and 3 deltas are kept)",
        ]
    );
    let found = CoresAndDeltas::of(&ansi.templates[2]).unwrap().unwrap();
    assert_eq!((found.cores.len(), found.cores[0].direction), (2, Angle::from_degrees(180.0)));
    assert_eq!(found.deltas.len(), 3);
    let iso = lenient(&folder, "nistbe_fmr.iso2005");
    assert_eq!((iso.format, iso.templates.len()), (Format::Iso19794_2_2005, 2));
    assert_eq!(
        messages(&iso),
        [
            "view 1: extended data is cut: 42 bytes declared, 41 present, expected 42 bytes (what is present is kept)"
        ]
    );
    assert_eq!(iso.templates[1].extended_data().len(), 41);

    let first = &ansi.templates[0];
    assert_eq!(first.size(), Some((512, 512)));
    assert_eq!(first.resolution().x, Dpi::STANDARD);
    assert_eq!(first.finger_position(), FingerPosition::LeftIndex);
    assert_eq!((first.quality().unwrap().percent(), first.capture_equipment()), (90, 0x00b5));
    assert_eq!(first.extractor(), Some("cbeff:0042.0011"));
    assert_eq!(iso.templates[0].extractor(), None);

    for (a, b) in ansi.templates.iter().zip(&iso.templates) {
        let (a, b) = (rows(a), rows(b));
        assert_eq!(a.len(), b.len());
        for (a, b) in a.iter().zip(&b) {
            assert_eq!((a.x, a.y, a.kind, a.quality), (b.x, b.y, b.kind, b.quality));
            assert!(within_a_degree(a.direction, b.direction));
        }
    }
    for name in ["nistbe_fmr.ansi2004", "nistbe_fmr.iso2005"] {
        let error = read_file(folder.join(name), &strict()).unwrap_err().to_string();
        assert!(error.contains(name) && error.contains("extended data"), "{error}");
    }
}

#[test]
fn defects_of_other_programs_are_named() {
    let Some(folder) = data("formats/fmr") else { return };
    let fpio = lenient(&folder, "fpio_ansi378v2004.dat");
    assert_eq!(fpio.format, Format::Incits378_2004);
    assert_eq!(
        messages(&fpio),
        [
            "version is \"020\\0\", expected \" 20\\0\" (read as incits378-2004)",
            "record length is 340, expected 342, the bytes present",
            "view 1: extended data ridge counts is 5 bytes, expected a multiple of 3 after the method byte (kept as it \
             is)",
            "view 1: extended data ridge count row is 68 and 1 more beyond the list, expected 0 to 22, the number of \
             minutiae (kept as it is)",
            "minutia angle is beyond 179 in 2 of 49 minutiae, expected 0 to 179, units of 2 degrees (all are read in \
             the units of ISO/IEC 19794-2, 360/256 degrees)",
        ]
    );
    assert_eq!(
        messages(&lenient(&folder, "fpio_iso19794p2v2005.dat")),
        [
            "view 1: extended data is made of areas whose lengths leave out their own 4 header bytes, expected area \
          lengths that count them (kept as it is)"
        ]
    );
    let biomdi = lenient(&folder, "biomdi_iso2005_C2.raw");
    assert_eq!(messages(&biomdi), ["record length is 340, expected 341, the bytes present"]);
    for name in ["fpio_ansi378v2004.dat", "fpio_iso19794p2v2005.dat", "biomdi_iso2005_C2.raw"] {
        assert!(read_file(folder.join(name), &strict()).is_err(), "{name}");
    }
    // This one is sound.
    assert!(read_file(folder.join("biomdi_378-2004_B2.raw"), &strict()).unwrap().diagnostics.is_empty());
}

#[test]
fn values_agree_with_another_program() {
    let Some(folder) = data("formats/fmr") else { return };
    for (name, format, units) in [
        // The raw units of this file are those of ISO.
        ("fpio_ansi378v2004", Format::Incits378_2004, 256),
        ("fpio_iso19794p2v2005", Format::Iso19794_2_2005, 256),
        ("fpio_iso19794p2v2011", Format::Iso19794_2_2011, 256),
        ("fpio_ansi378v2009", Format::Incits378_2009, 180),
        ("fpio_ansi378v2009am1", Format::Incits378_2009Am1, 180),
    ] {
        let reading = lenient(&folder, &format!("{name}.dat"));
        assert_eq!(reading.format, format);
        let json = std::fs::read_to_string(folder.join(format!("{name}.json"))).unwrap();
        let json: Value = serde_json::from_str(&json).unwrap();
        let number = |value: &Value| value.as_u64().unwrap();
        let views = json["fingerprints"].as_array().unwrap();
        assert_eq!(views.len(), reading.templates.len());
        for (view, template) in views.iter().zip(&reading.templates) {
            // The later editions state these by view.
            let stated = |field: &str| number(view.get(field).unwrap_or(&json[field]));
            let size = template.size().map(|(w, h)| (u64::from(w), u64::from(h)));
            assert_eq!(size, Some((stated("width"), stated("height"))));
            assert_eq!(u64::from(template.resolution().x.per_centimetre()), stated("resolutionX"));
            assert_eq!(u64::from(template.resolution().y.per_centimetre()), stated("resolutionY"));
            assert_eq!(u64::from(template.view()), number(&view["view"]));
            let quality = view.get("quality").unwrap_or(&view["qrecords"][0]["quality"]);
            assert_eq!(u64::from(template.quality().unwrap().percent()), number(quality));
            assert_eq!(u64::from(template.capture_equipment()), stated("sensorId"));
            let product = format!("cbeff:{:04x}.{:04x}", 66, 17);
            assert_eq!(template.extractor(), json.get("vendorId").map(|_| product.as_str()));
            assert_eq!(
                (view["scanType"].as_str(), template.impression().unwrap().code()),
                (Some("LIVE_PLAIN"), 0)
            );
            let position = template.finger_position().name().replace(' ', "_").to_uppercase();
            assert_eq!(view["position"], position);
            let theirs = view["minutiae"].as_array().unwrap();
            let ours = rows(template);
            assert_eq!(ours.len(), theirs.len());
            for (ours, theirs) in ours.iter().zip(theirs) {
                assert_eq!(ours.x.to_f64(), number(&theirs["positionX"]) as f64);
                assert_eq!(ours.y.to_f64(), number(&theirs["positionY"]) as f64);
                assert_eq!(u64::from(ours.direction.to_fraction(units)), number(&theirs["angle"]));
                assert_eq!(u64::from(ours.quality.unwrap().percent()), number(&theirs["quality"]));
                let kind = match ours.kind {
                    MinutiaKind::Other if name.starts_with("fpio_ansi378v2009") => "EITHER",
                    MinutiaKind::Other => "OTHER",
                    MinutiaKind::RidgeEnding => "ENDING",
                    MinutiaKind::Bifurcation => "BIFURCATION",
                };
                assert_eq!(theirs["type"], kind);
            }
            let extended = template.extended_data();
            match (view["counts"].as_object(), view["extensions"].as_array().map(Vec::as_slice)) {
                // The ridge counts of this one are made of area lengths that are wrong; they are told, and kept.
                (Some(_), _) if format == Format::Incits378_2004 => assert!(!extended.is_empty()),
                (Some(counts), _) => {
                    let edges = counts["edges"].as_array().unwrap();
                    let mut expected = vec![0, 1, 0, 5 + 3 * edges.len() as u8, 1];
                    for edge in edges {
                        expected.extend(["from", "to", "count"].map(|name| number(&edge[name]) as u8));
                    }
                    assert_eq!(extended, expected, "{name}");
                }
                (None, Some([area])) if format == Format::Iso19794_2_2011 => {
                    assert_eq!((number(&area["type"]), &area["data"]), (0x0221, &Value::from("AUS8NiFD")));
                    assert_eq!(extended, [2, 0x21, 0, 10, 1, 0x44, 0xbc, 0x36, 0x21, 0x43]);
                }
                (None, Some([])) => assert!(extended.is_empty()),
                _ => assert_eq!(format, Format::Iso19794_2_2005),
            }
        }
    }
}

#[test]
fn defects_of_later_records_are_named() {
    let Some(folder) = data("formats/fmr") else { return };
    let told = |name| messages(&lenient(&folder, name));
    assert_eq!(told("fpio_ansi378v2009.dat"), ["record length is 363, expected 364, the bytes present"]);
    assert!(told("fpio_iso19794p2v2011.dat").is_empty());
    assert!(told("fpio_ansi378v2009am1.dat").is_empty());
    let draft = lenient(&folder, "nistbe_fmr.ansi2007");
    assert_eq!(draft.format, Format::Incits378_2009);
    assert_eq!(messages(&draft), ["header is 20 bytes, expected 21 bytes (read as in the draft of 2007)"]);
    // It is the print of the annexes, as all these are.
    let ours = lenient(&folder, "fpio_ansi378v2009.dat");
    assert_eq!(draft.templates, ours.templates);
}

#[test]
fn images_are_refused_by_name() {
    let Some(root) = data("formats") else { return };
    for (name, what) in [("wsq/wsq-original.wsq", "WSQ"), ("wsq/wsq-converted.png", "PNG")] {
        let error = read_file(root.join(name), &ReadOptions::default()).unwrap_err().to_string();
        assert!(error.contains(what) && error.contains(name), "{error}");
    }
    for entry in std::fs::read_dir(root.join("wsq")).unwrap() {
        let error = read_file(entry.unwrap().path(), &ReadOptions::default()).unwrap_err().to_string();
        assert!(error.starts_with("format not recognised") && error.contains("it seems to be"), "{error}");
    }
}

#[test]
fn every_template_survives_a_round_trip() {
    let Some(root) = data("fingerprint") else { return };
    let mut folders = vec![root];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "fmr") {
                let reading = read_file(&path, &strict()).unwrap();
                let bytes = write_views(&reading.templates, reading.format).unwrap();
                assert_eq!(bytes, std::fs::read(&path).unwrap(), "{}", path.display());
                let again = read(&bytes, &strict()).unwrap();
                assert_eq!(again.templates, reading.templates, "{}", path.display());
                files += 1;
            }
        }
    }
    println!("{files} files");
    assert!(files > 0);
}

#[test]
fn records_of_several_views_survive_a_round_trip() {
    let Some(folder) = data("formats/fmr") else { return };
    for name in [
        "nistbe_fmr.ansi2004",
        "nistbe_fmr.iso2005",
        "biomdi_378-2004_B2.raw",
        "biomdi_iso2005_C2.raw",
        "nistbe_fmr.ansi2007",
        "fpio_ansi378v2009.dat",
        "fpio_ansi378v2009am1.dat",
        "fpio_iso19794p2v2011.dat",
    ] {
        let reading = lenient(&folder, name);
        let bytes = write_views(&reading.templates, reading.format).unwrap();
        assert_eq!(read(&bytes, &ReadOptions::default()).unwrap().templates, reading.templates, "{name}");
    }
}

#[test]
fn one_format_becomes_another() {
    let Some(folder) = data("formats/fmr") else { return };
    let print = lenient(&folder, "nistbe_fmr.iso2005").templates.remove(0);
    let ours = rows(&print);
    let top = ours.iter().map(|m| m.y.steps()).min().unwrap();
    for format in Format::ALL {
        let again = read(&write(&print, format).unwrap(), &strict()).unwrap();
        assert_eq!(again.format, format);
        let theirs = rows(&again.templates[0]);
        assert_eq!(ours.len(), theirs.len());
        let raised = if matches!(format, Format::Xyt | Format::An2kLegacy) { top } else { 0 };
        // Half a unit of 10 µm is 25 steps of 1/256 pixel.
        let unit = match format {
            Format::An2kEfs | Format::An2kLegacy | Format::Iso19794_2CardNormal => 26,
            Format::Iso19794_2CardCompact => 256,
            _ => 0,
        };
        for (a, b) in ours.iter().zip(&theirs) {
            assert!(a.x.steps().abs_diff(b.x.steps()) <= unit, "{format}");
            assert!((a.y.steps() - raised).abs_diff(b.y.steps()) <= 2 * unit, "{format}");
            let coarse = format == Format::Iso19794_2CardCompact && a.direction.distance(b.direction) <= 512;
            assert!(coarse || within_a_degree(a.direction, b.direction));
            match format {
                Format::An2kEfs | Format::Iso19794_2CardNormal | Format::Iso19794_2CardCompact => {
                    assert_eq!(b.quality, None);
                }
                // Of 62 steps.
                Format::An2kLegacy => {
                    let percent = |m: &Minutia| m.quality.map_or(0, Quality::percent);
                    assert!(percent(a).abs_diff(percent(b)) <= 1);
                }
                _ => assert_eq!(a.quality, b.quality),
            }
        }
    }
}

#[test]
fn a_file_is_written_whole_or_not_at_all() {
    let folder = std::env::temp_dir().join(format!("matcher-write-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let print = |width| Template::builder().size(width, 400).build().unwrap().template;
    let file = folder.join("print.fmr");
    write_file(&[print(300)], Format::Iso19794_2_2005, &file).unwrap();
    write_file(&[print(500)], Format::Iso19794_2_2005, &file).unwrap(); // replaces the other
    assert!(write_file(&[print(20_000)], Format::Iso19794_2_2005, &file).is_ok());
    assert!(write_file(&[print(300), print(301)], Format::Iso19794_2_2005, &file).is_err());
    assert!(write_file(&[print(300)], Format::Iso19794_2_2005, &folder).is_err(), "a folder");
    let reading = read_file(&file, &ReadOptions::default()).unwrap();
    assert_eq!(reading.templates[0].size(), Some((20_000, 400)), "the last that could be written");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "nothing is left beside it");
    std::fs::remove_dir_all(&folder).unwrap();
}
