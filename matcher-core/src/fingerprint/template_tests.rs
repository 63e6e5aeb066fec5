use super::*;
use crate::error::Error;

fn at(x: f64, y: f64) -> Minutia {
    Minutia::new(Pixels::from_f64(x).unwrap(), Pixels::from_f64(y).unwrap(), Angle::ZERO)
}

fn message(result: Result<Built>) -> String {
    match result {
        Err(error @ Error::Invalid(_)) => error.to_string(),
        other => panic!("expected an invalid value, got {other:?}"),
    }
}

#[test]
fn a_minutia_outside_the_image_is_named() {
    let build = |m| Template::builder().size(100, 200).minutia(at(1.0, 1.0)).minutia(m).build();
    assert_eq!(message(build(at(101.0, 5.0))), "minutia 1 x is 101, expected 0 to 100, inside the image");
    assert_eq!(message(build(at(5.0, -0.5))), "minutia 1 y is -0.5, expected 0 to 200, inside the image");
    assert!(build(at(100.0, 200.0)).is_ok());
    assert_eq!(message(Template::builder().size(0, 5).build()), "width is 0, expected 1 to 65535 pixels");
}

#[test]
fn the_order_of_the_input_does_not_matter() {
    let rows = [at(5.0, 9.0), at(1.0, 2.0), at(4.0, 2.0), at(8.0, 1.0)];
    let places = |rows: &[Minutia]| {
        let built = rows.iter().fold(Template::builder(), |b, &m| b.minutia(m)).build().unwrap();
        built.template.minutiae().iter().map(|m| (m.x, m.y)).collect::<Vec<_>>()
    };
    let mut reversed = rows;
    reversed.reverse();
    assert_eq!(places(&rows), places(&reversed));
}

#[test]
fn a_repeated_minutia_is_dropped_and_named() {
    let built = Template::builder().minutia(at(1.0, 1.0)).minutia(at(1.0, 1.0)).build().unwrap();
    assert_eq!(built.template.minutiae().len(), 1);
    assert_eq!(
        built.diagnostics[0].to_string(),
        "minutia 1 is the same as minutia 0, expected each minutia once (dropped)"
    );
}

#[test]
fn of_too_many_the_best_are_kept() {
    let rows = (0..300u16)
        .map(|i| Minutia { quality: Quality::new(if i < 45 { 10 } else { 90 }), ..at(f64::from(i), 7.0) });
    let built = rows.fold(Template::builder(), TemplateBuilder::minutia).build().unwrap();
    assert_eq!(built.template.minutiae().len(), MAX_MINUTIAE);
    assert!(built.template.minutiae().iter().all(|m| m.quality == Quality::new(90)));
    assert!(built.diagnostics[0].to_string().starts_with("number of minutiae is 300, expected at most 255"));
}

#[test]
fn other_resolutions_come_to_500_dpi() {
    let at_dpi = |x: f64, y: f64| {
        let resolution = Resolution { x: Dpi::new(x).unwrap(), y: Dpi::new(y).unwrap() };
        let diagonal = Minutia { direction: Angle::from_degrees(45.0).unwrap(), ..at(569.0, 1000.0) };
        let built = Template::builder().size(600, 1200).resolution(resolution).minutia(diagonal).build();
        built.unwrap().template.at_500_dpi()
    };
    let square = at_dpi(569.0, 569.0);
    assert_eq!(square.minutiae()[0].x.to_f64(), 500.0);
    assert_eq!(square.minutiae()[0].y.to_f64(), 878.75); // 878.735 to 1/8 pixel
    assert_eq!(square.minutiae()[0].direction.degrees(), 45.0);
    assert_eq!((square.resolution(), square.size()), (Resolution::STANDARD, Some((528, 1055))));

    let flat = at_dpi(500.0, 1000.0); // twice the rows: the image is really half as high
    assert_eq!((flat.minutiae()[0].x.to_f64(), flat.minutiae()[0].y.to_f64()), (569.0, 500.0));
    let expected = libm::atan2(0.5, 1.0).to_degrees();
    assert!((flat.minutiae()[0].direction.degrees() - expected).abs() < 0.01);
    assert_eq!(flat.at_500_dpi(), flat);
}

#[test]
fn serialisation_is_checked_on_the_way_back() {
    let built = Template::builder().size(50, 50).extractor("x").minutia(at(3.5, 4.0)).build().unwrap();
    let json = serde_json::to_string(&built.template).unwrap();
    assert_eq!(serde_json::from_str::<Template>(&json).unwrap(), built.template);
    assert!(serde_json::from_str::<Template>(&json.replace("[50,50]", "[1,50]")).is_err());
}

#[test]
fn a_template_comes_back_as_it_was() {
    let fine = Resolution::square(Dpi::new(1000.0).unwrap());
    let coarse = Resolution::square(Dpi::MIN);
    let near = Template::builder().resolution(fine).minutia(at(10.0, 5.0)).minutia(at(10.0625, 5.0));
    let large = Template::builder().resolution(coarse).size(65_535, 60_000).minutia(at(65_535.0, 60_000.0));
    for (builder, minutiae) in [(near, 2), (large, 1)] {
        let template = builder.build().unwrap().template.at_500_dpi();
        let again: Template = serde_json::from_str(&serde_json::to_string(&template).unwrap()).unwrap();
        assert_eq!((&again, again.minutiae().len(), again.size()), (&template, minutiae, None));
    }
    let rows: Vec<String> = (0..256)
        .map(|y| {
            format!(r#"{{"x":0,"y":{y},"direction":0,"kind":"other","quality":null,"source_index":{y}}}"#)
        })
        .collect();
    let blank = serde_json::to_string(&Template::builder().build().unwrap().template).unwrap();
    let full = blank.replace(r#""minutiae":[]"#, &format!(r#""minutiae":[{}]"#, rows.join(",")));
    let error = serde_json::from_str::<Template>(&full).unwrap_err().to_string();
    assert!(error.starts_with("number of minutiae is 256, expected at most 255"), "{error}");
}

#[test]
fn without_a_size_coordinates_have_bounds_too() {
    let build = |dpi, steps| {
        let m = Minutia { x: Pixels::from_steps(steps), ..at(0.0, 0.0) };
        Template::builder().resolution(Resolution::square(Dpi::new(dpi).unwrap())).minutia(m).build()
    };
    for (dpi, limit) in [(50.0, 65_535), (500.0, 655_350), (10_000.0, 655_350)] {
        assert!(build(dpi, limit * 256).is_ok() && build(dpi, -limit * 256).is_ok());
        let expected = format!("minutia 0 x is -{limit}.00390625, expected -{limit} to {limit}");
        assert_eq!(message(build(dpi, -limit * 256 - 1)), expected);
        assert!(build(dpi, i32::MAX).is_err() && build(dpi, i32::MIN).is_err());
    }
}

#[test]
fn debug_output_shows_no_minutiae() {
    let built = Template::builder().minutia(at(123.0, 77.0)).build().unwrap();
    let text = format!("{:?} {:?}", built.template, built.template.minutiae());
    assert!(!text.contains("123") && !text.contains("77"), "{text}");
}
