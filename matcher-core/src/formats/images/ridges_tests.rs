//! Drawn prints on grounds of every kind.

use super::*;
use crate::units::{Dpi, Resolution};

/// A disc of concentric ridges, 9 pixels apart at 500 dpi, on a ground.
fn print(ridge: u8, valley: u8, ground: u8, radius: f64, dpi: f64) -> GrayImage {
    let side = (dpi * 0.6) as usize;
    let middle = side as f64 / 2.0;
    let pixels = Array2::from_shape_fn((side, side), |(y, x)| {
        let from_middle = libm::hypot(x as f64 - middle, y as f64 - middle);
        let on_ridge = (from_middle / (0.018 * dpi)).fract() < 0.5;
        if from_middle > radius * dpi {
            ground
        } else if on_ridge {
            ridge
        } else {
            valley
        }
    });
    GrayImage::new(pixels, Resolution::square(Dpi::new(dpi).unwrap())).unwrap()
}

#[test]
fn the_ground_decides() {
    for dpi in [300.0, 500.0, 512.0, 1000.0] {
        assert_eq!(Ridges::of(&print(40, 220, 235, 0.2, dpi)), Ridges::Dark, "{dpi}");
        assert_eq!(Ridges::of(&print(215, 35, 20, 0.2, dpi)), Ridges::Light, "{dpi}");
    }
}

#[test]
fn where_it_does_not_the_image_stays() {
    let filled = print(200, 50, 0, 1.0, 500.0);
    let grey_ground = print(200, 50, 120, 0.2, 500.0);
    let nothing = print(30, 30, 30, 0.2, 500.0);
    for image in [filled, grey_ground, nothing] {
        assert_eq!(Ridges::of(&image), Ridges::Find);
        assert_eq!(Ridges::Find.darkened(image.clone()).unwrap(), image);
    }
    for (height, width) in [(1, 1), (1, 10_000), (10_000, 1), (15, 400)] {
        let image = GrayImage::new(Array2::zeros((height, width)), Resolution::STANDARD).unwrap();
        assert_eq!(Ridges::of(&image), Ridges::Find);
    }
}

#[test]
fn a_black_frame_around_the_paper_deceives_nobody() {
    let dark = print(40, 220, 235, 0.2, 500.0);
    let mut framed = Array2::zeros((500, 500));
    framed.slice_mut(s![100..400, 100..400]).assign(&dark.pixels());
    let framed = GrayImage::new(framed, Resolution::STANDARD).unwrap();
    assert_ne!(Ridges::of(&framed), Ridges::Light);
}

#[test]
fn inverting_is_told_or_found() {
    let light = print(215, 35, 20, 0.2, 500.0);
    let dark = print(40, 220, 235, 0.2, 500.0);
    assert_eq!(Ridges::Find.darkened(light.clone()).unwrap(), dark);
    assert_eq!(Ridges::Light.darkened(dark.clone()).unwrap(), light);
    assert_eq!(Ridges::Dark.darkened(light.clone()).unwrap(), light);
}
