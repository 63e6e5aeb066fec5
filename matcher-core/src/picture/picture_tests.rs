use super::*;
use crate::fingerprint::{Algorithm, Matcher, Minutia, MinutiaKind, Quality, Template, TemplateBuilder};
use crate::image::GrayImage;
use crate::units::{Angle, Dpi, Pixels, Resolution};
use ndarray::{Array2, array};

fn at(x: i16, y: i16, kind: MinutiaKind) -> Minutia {
    let direction = Angle::from_degrees(f64::from(x)).unwrap();
    let quality = Quality::new(80);
    Minutia { kind, quality, ..Minutia::new(Pixels::from_whole(x), Pixels::from_whole(y), direction) }
}

/// Three endings, two bifurcations and one of another kind, on 120 x 160 pixels.
fn template(dpi: f64) -> Template {
    let kinds = [MinutiaKind::RidgeEnding, MinutiaKind::Bifurcation, MinutiaKind::RidgeEnding];
    let minutiae = (0..5i16).map(|k| at(15 + 20 * k, 20 + 25 * k, kinds[k as usize % 3]));
    let builder = Template::builder().size(120, 160).resolution(Resolution::square(Dpi::new(dpi).unwrap()));
    let builder = minutiae.fold(builder.minutia(at(100, 30, MinutiaKind::Other)), TemplateBuilder::minutia);
    builder.build().unwrap().template
}

fn image(width: usize, height: usize, dpi: f64) -> GrayImage {
    let pixels = Array2::from_shape_fn((height, width), |(row, column)| (row * 7 + column * 3) as u8);
    GrayImage::new(pixels, Resolution::square(Dpi::new(dpi).unwrap())).unwrap()
}

/// A comparison that pairs the minutiae of these rows.
fn comparison(pairs: Array2<usize>) -> Comparison {
    Comparison {
        score: 41.5,
        not_comparable: None,
        parts: crate::fingerprint::Parts::default(),
        pairs,
        transform: Some(array![[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]),
        method: Algorithm::standard().method().clone(),
    }
}

fn count(svg: &str, class: &str) -> usize {
    svg.matches(&format!("class=\"{class}\"")).count()
}

#[test]
fn every_minutia_has_its_mark_and_its_direction() {
    let (template, image) = (template(500.0), image(120, 160, 500.0));
    let print = Print::new(&template).with_image(&image).with_id("item 3");
    let svg = Picture::of_print(&print, &PictureOptions::default()).unwrap().to_svg().unwrap();
    let classes = ["minutia ending", "minutia bifurcation", "minutia other", "direction", "image", "id"];
    assert_eq!(classes.map(|class| count(&svg, class)), [3, 2, 1, 6, 1, 1]);
    assert!(svg.contains(">3 endings<") && svg.contains(">2 bifurcations<") && svg.contains(">5 mm<"));
    // Ends of the tail of the minutia at (15, 20), which points 15 degrees up: 12 pixels from the middle of its pixel.
    let (sin, cos) = libm::sincos(15f64.to_radians());
    let end = (16.0 + 2.0 * (15.5 + 12.0 * cos), 16.0 + 2.0 * (20.5 - 12.0 * sin));
    assert!(svg.contains(&format!("L {:.2} {:.2}\"", end.0, end.1)), "{end:?}");
}

#[test]
fn pairs_are_lines_and_numbers() {
    let (probe, reference) = (template(500.0), template(1000.0));
    let comparison = comparison(array![[0, 0], [2, 1], [4, 5]]);
    let draw = |options: &PictureOptions| {
        let (probe, reference) = (Print::new(&probe).with_id("a"), Print::new(&reference).with_id("b"));
        Picture::of_comparison(&probe, &reference, &comparison, options).unwrap().to_svg().unwrap()
    };
    let svg = draw(&PictureOptions::default());
    let classes = ["pair", "number", "direction", "sheet", "id", "image"];
    assert_eq!(classes.map(|class| count(&svg, class)), [3, 6, 12, 2, 2, 0]);
    assert!(svg.contains("score 41.5, 3 pairs"));
    let svg = draw(&PictureOptions { numbers: false, score: false, ..PictureOptions::default() });
    assert_eq!((count(&svg, "pair"), count(&svg, "number")), (3, 0));
    assert!(!svg.contains("41.5"));
}

#[test]
fn both_prints_have_the_same_physical_scale() {
    let (probe, reference) = (template(500.0), template(1000.0));
    let (fine, coarse) = (image(120, 160, 1000.0), image(120, 160, 500.0));
    let (probe, reference) =
        (Print::new(&probe).with_image(&coarse), Print::new(&reference).with_image(&fine));
    let none = comparison(Array2::zeros((0, 2)));
    let picture = Picture::of_comparison(&probe, &reference, &none, &PictureOptions::default()).unwrap();
    let svg = picture.to_svg().unwrap();
    assert!(svg.contains("width=\"240.00\" height=\"320.00\" preserve"));
    assert!(svg.contains("width=\"120.00\" height=\"160.00\" preserve"));
}

#[test]
fn an_unevenly_sampled_image_is_stretched_and_its_directions_with_it() {
    let resolution = Resolution { x: Dpi::new(500.0).unwrap(), y: Dpi::new(250.0).unwrap() };
    let minutia =
        Minutia::new(Pixels::from_whole(10), Pixels::from_whole(10), Angle::from_degrees(45.0).unwrap());
    let template =
        Template::builder().size(100, 100).resolution(resolution).minutia(minutia).build().unwrap();
    let print = Print::new(&template.template);
    let sheet = Sheet::of(&print, "print", 500.0).unwrap();
    assert_eq!(sheet.size, (100.0, 200.0));
    assert_eq!(sheet.place(&minutia), (10.5, 21.0));
    let (x, y) = sheet.direction(&minutia);
    assert!((x - 0.2f64.sqrt()).abs() < 1e-6 && (y + 0.8f64.sqrt()).abs() < 1e-6);
}

#[test]
fn an_image_of_another_print_is_refused() {
    let template = template(500.0);
    let refused = |image: &GrayImage| {
        let print = Print::new(&template).with_image(image);
        Picture::of_print(&print, &PictureOptions::default()).unwrap_err().to_string()
    };
    assert_eq!(
        refused(&image(160, 120, 500.0)),
        "print: image size is 160 x 120, expected 120 x 160, as its template states"
    );
    assert_eq!(
        refused(&image(120, 160, 1000.0)),
        "print: image resolution is 1000 x 1000 dpi, expected 500 x 500 dpi, as its template states"
    );
    // A template that states no size still has its minutiae.
    let boundless = Template::builder().minutia(at(90, 90, MinutiaKind::Other)).build().unwrap().template;
    let small = image(50, 50, 500.0);
    let error = Picture::of_print(&Print::new(&boundless).with_image(&small), &PictureOptions::default());
    assert!(
        error.unwrap_err().to_string().starts_with("print: image size is 50 x 50, expected an image that")
    );
    assert!(Picture::of_print(&Print::new(&boundless), &PictureOptions::default()).is_ok());
}

#[test]
fn pairs_of_other_templates_are_refused() {
    let template = template(500.0);
    let print = Print::new(&template);
    let draw = |pairs| Picture::of_comparison(&print, &print, &comparison(pairs), &PictureOptions::default());
    assert_eq!(
        draw(array![[0, 1], [2, 6]]).unwrap_err().to_string(),
        "comparison: pair 1 reference is 6, expected a minutia of the 6 that its template has"
    );
    assert!(draw(Array2::zeros((2, 3))).is_err());
    let options = PictureOptions { magnification: f64::NAN, ..PictureOptions::default() };
    let error = Picture::of_print(&print, &options).unwrap_err().to_string();
    assert_eq!(error, "picture: magnification is NaN, expected 0.25 to 16");
}

#[test]
fn ids_are_words_and_never_markup() {
    let template = template(500.0);
    let id = "<script>\"&\u{1}";
    let print = Print::new(&template).with_id(id);
    let svg = Picture::of_print(&print, &PictureOptions::default()).unwrap().to_svg().unwrap();
    assert!(!svg.contains("<script>") && svg.contains("&lt;script&gt;&quot;&amp;\u{fffd}"));
    let mut reader = quick_xml::Reader::from_str(&svg);
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Eof => break,
            quick_xml::events::Event::Start(element) | quick_xml::events::Event::Empty(element) => {
                assert!(element.attributes().all(|attribute| attribute.is_ok()));
            }
            _ => {}
        }
    }
}

#[test]
fn a_png_has_the_size_and_the_resolution_of_the_picture() {
    let (template, pixels) = (template(500.0), image(120, 160, 500.0));
    let print = Print::new(&template).with_image(&pixels).with_id("item 3");
    let picture = Picture::of_print(&print, &PictureOptions::default()).unwrap();
    let bytes = picture.to_png().unwrap();
    assert_eq!(bytes, picture.clone().to_png().unwrap());
    let decoded = image::load_from_memory_with_format(&bytes, image::ImageFormat::Png).unwrap().to_rgb8();
    assert_eq!((decoded.width() as usize, decoded.height() as usize), picture.size());
    // 1000 picture pixels an inch are 39,370 a metre.
    assert_eq!(
        &bytes[33..50],
        [&[0, 0, 0, 9][..], b"pHYs", &[0, 0, 0x99, 0xca, 0, 0, 0x99, 0xca, 1]].concat()
    );
    // The image lies where it should: a place without marks has the grey of its pixel.
    let grey = f64::from(pixels.pixels()[[120, 20]]);
    let drawn = decoded.get_pixel(16 + 41, 16 + 241);
    assert!(drawn.0.iter().all(|&channel| (f64::from(channel) - grey).abs() < 12.0), "{drawn:?} {grey}");
}

#[test]
fn a_simulated_pair_is_drawn_to_the_same_bytes_everywhere() {
    use crate::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
    let simulator = FingerSimulator::new(1, FingerprintConfig::default()).unwrap();
    let prints = simulator.impressions(0, 2);
    let matcher = Matcher::with(&Algorithm::standard(), &prints[0]);
    let found = matcher.compare(&matcher.prepare(&prints[1])).unwrap();
    let (probe, reference) = (Print::new(&prints[0]).with_id("probe"), Print::new(&prints[1]).with_id("ref"));
    let options = PictureOptions { magnification: 1.0, ..PictureOptions::default() };
    let picture = Picture::of_comparison(&probe, &reference, &found, &options).unwrap();
    assert_eq!(count(&picture.to_svg().unwrap(), "pair"), found.pairs.nrows());
    let png = image::load_from_memory(&picture.to_png().unwrap()).unwrap().to_rgb8();
    assert_eq!(format!("{:08x}", crc32fast::hash(png.as_raw())), "4634c8a1");
}

#[test]
fn a_picture_beyond_all_bounds_is_refused() {
    let template = Template::builder().size(60_000, 60_000).build().unwrap().template;
    let picture = Picture::of_print(&Print::new(&template), &PictureOptions::default()).unwrap();
    assert!(picture.to_png().unwrap_err().to_string().contains("at most 64 million pixels"));
    assert!(picture.to_svg().is_ok());
    assert!(!format!("{picture:?}").contains("scene"));
}

#[test]
fn fine_images_are_averaged() {
    let stripes = Array2::from_shape_fn((400, 400), |(_, column)| if column % 2 == 0 { 0 } else { 200 });
    let image = GrayImage::new(stripes, Resolution::square(Dpi::new(1000.0).unwrap())).unwrap();
    let empty = Template::builder().size(400, 400).resolution(image.resolution()).build().unwrap().template;
    let options = PictureOptions { magnification: 1.0, ..PictureOptions::default() };
    let picture = Picture::of_print(&Print::new(&empty).with_image(&image), &options).unwrap();
    let png = image::load_from_memory(&picture.to_png().unwrap()).unwrap().to_rgb8();
    for column in 60..140 {
        assert!((98..=102).contains(&png.get_pixel(column, 100).0[0]));
    }
}
