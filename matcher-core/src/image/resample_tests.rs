//! Sizes, places and greys against the formulas, and that nothing aliases.

use super::*;

fn resolution(x: f64, y: f64) -> Resolution {
    Resolution { x: Dpi::new(x).unwrap(), y: Dpi::new(y).unwrap() }
}

/// Greys by a formula of the place in pixels.
fn image(width: usize, height: usize, resolution: Resolution, grey: impl Fn(f64, f64) -> f64) -> GrayImage {
    let pixels = Array2::from_shape_fn((height, width), |(y, x)| grey(x as f64, y as f64).round() as u8);
    GrayImage::new(pixels, resolution).unwrap()
}

#[test]
fn what_is_at_500_dpi_stays_as_it_is() {
    let image = image(30, 20, Resolution::STANDARD, |x, y| 4.0 * x + 5.0 * y);
    assert!(matches!(image.at_500_dpi().unwrap(), Cow::Borrowed(same) if *same == image));
}

#[test]
fn sizes_are_rounded_each_axis_on_its_own() {
    let size = |width, height, x, y| {
        let image = image(width, height, resolution(x, y), |_, _| 9.0);
        let standard = image.at_500_dpi().unwrap().into_owned();
        assert_eq!(standard.resolution(), Resolution::STANDARD);
        assert!(standard.pixels().iter().all(|grey| *grey == 9));
        (standard.width(), standard.height())
    };
    assert_eq!(size(326, 357, 512.0, 512.0), (318, 349));
    assert_eq!(size(300, 300, 1000.0, 250.0), (150, 600));
    assert_eq!((size(5, 7, 1000.0, 1000.0), size(1, 1, 9999.0, 51.0)), ((2, 4), (1, 10)));
}

#[test]
fn a_ramp_stays_a_ramp_and_its_places_go_back() {
    for dpi in [300.0, 512.0, 569.0, 635.0, 1000.0, 1200.0] {
        let image = image(200, 200, resolution(dpi, 500.0), |x, _| x);
        let standard = image.at_500_dpi().unwrap();
        for x in 12..standard.width() - 12 {
            let (own, y) = image.from_500_dpi(x as f64, 5.0);
            let grey = f64::from(standard.pixels()[[5, x]]);
            // Keys' kernel with a = -0.75 keeps no ramp exactly; it is off by up to 0.05 of its pixels.
            assert!((grey - own).abs() <= 0.7 && y == 5.0, "{dpi} {x} {own} {grey}");
        }
    }
}

#[test]
fn weights_are_those_of_keys_at_the_quarters() {
    // Enlarging 250 dpi twice takes the places 1/4 and 3/4.
    let taps = taps(4, Dpi::new(250.0).unwrap());
    let keys = |d: f64| (kernel(d) * f64::from(1 << WEIGHT_BITS)).round() as i32;
    assert_eq!((taps[1].first, &taps[1].weights[..]), (-1, &[1.25, 0.25, 0.75, 1.75].map(keys)[..]));
    assert_eq!((kernel(0.0), kernel(1.0), kernel(2.0), kernel(-2.5)), (1.0, 0.0, 0.0, 0.0));
    assert_eq!(kernel(0.5), 0.59375);
    for dpi in [50.0, 437.5, 512.0, 625.0, 626.0, 1000.0, 10_000.0] {
        for tap in super::taps(50, Dpi::new(dpi).unwrap()) {
            assert_eq!(tap.weights.iter().sum::<i32>(), 1 << WEIGHT_BITS);
        }
    }
}

#[test]
fn edges_are_repeated() {
    let image = image(9, 9, resolution(400.0, 400.0), |x, _| if x < 4.0 { 0.0 } else { 255.0 });
    let standard = image.at_500_dpi().unwrap();
    assert!(standard.pixels().column(0).iter().all(|grey| *grey == 0));
    assert!(standard.pixels().column(10).iter().all(|grey| *grey == 255));
}

#[test]
fn a_zone_plate_shows_no_rings_that_are_not_there() {
    // Rings whose spacing falls to 2 pixels at the edge; beyond 4 pixels they are too fine for half the resolution.
    let n = 512.0;
    let plate = |x: f64, y: f64| {
        let squared = (x - n / 2.0) * (x - n / 2.0) + (y - n / 2.0) * (y - n / 2.0);
        127.5 + 127.5 * libm::cos(std::f64::consts::PI * squared / n)
    };
    let standard = image(512, 512, resolution(1000.0, 1000.0), plate).at_500_dpi().unwrap().into_owned();
    let range = |from: f64, to: f64| {
        let greys = standard.pixels();
        let ring = greys.indexed_iter().filter(|((y, x), _)| {
            let radius = libm::hypot(*x as f64 - 127.5, *y as f64 - 127.5);
            (from..to).contains(&radius)
        });
        let greys: Vec<u8> = ring.map(|(_, grey)| *grey).collect();
        greys.iter().max().unwrap() - greys.iter().min().unwrap()
    };
    assert!(range(20.0, 40.0) > 200, "{}", range(20.0, 40.0)); // rings that are there stay
    assert!(range(105.0, 125.0) < 25, "{}", range(105.0, 125.0)); // and no others come
}

#[test]
fn an_image_that_would_grow_beyond_bounds_is_refused() {
    let wide = image(10_000, 1, resolution(50.0, 500.0), |_, _| 0.0);
    let error = wide.at_500_dpi().unwrap_err().to_string();
    assert_eq!(
        error,
        "image size at 500 dpi is 100000 x 1, expected at most 65535 pixels a side and 100000000 in all: \
         is 50 x 500 dpi right?"
    );
    assert!(image(2_000, 2_000, resolution(50.0, 50.0), |_, _| 0.0).at_500_dpi().is_err());
}

#[test]
fn the_extremes_are_taken() {
    for (width, height) in [(1, 1), (1, 10_000), (2, 3)] {
        for dpi in [50.0, 499.99, 512.0, 10_000.0] {
            let thin = image(width, height, resolution(500.0, dpi), |_, _| 77.0);
            let Ok(standard) = thin.at_500_dpi() else { continue };
            assert!(standard.pixels().iter().all(|grey| *grey == 77));
        }
    }
}
