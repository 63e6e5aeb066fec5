//! A scene as pixels, antialiased, in PNG.
//!
//! `tiny-skia` draws without SIMD and with the mathematics of the `libm` crate, so the bytes are the same on every machine.

use super::letters;
use super::png::{self, Layout};
use super::scene::{Anchor, Form, Ink, Point, Scene, Shape};
use crate::error::{Error, Result};
use crate::image::GrayImage;
use tiny_skia::{
    Color, FilterQuality, LineCap, LineJoin, Paint, PathBuilder, Pixmap, PixmapPaint, PremultipliedColorU8,
    Stroke, Transform,
};

/// The most pixels of a picture, and of an image in it: 256 MB while it is drawn.
const MAX_PIXELS: f64 = 64e6;

/// Draws the scene and writes it.
pub(super) fn write(scene: &Scene) -> Result<Vec<u8>> {
    let mut canvas = blank(scene.width.ceil(), scene.height.ceil(), "picture size")?;
    canvas.fill(Color::WHITE);
    for shape in &scene.shapes {
        draw(&mut canvas, shape)?;
    }
    // Nothing shows through a white canvas, so no colour is multiplied by an opacity.
    let colours = canvas.pixels().iter().flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]);
    let colours: Vec<u8> = colours.collect();
    png::write(&colours, (canvas.width(), canvas.height()), Layout::Colour, Some(scene.dpi))
}

fn blank(width: f64, height: f64, field: &str) -> Result<Pixmap> {
    let canvas = (width * height <= MAX_PIXELS).then(|| Pixmap::new(width as u32, height as u32)).flatten();
    canvas.ok_or_else(|| {
        let expected = "at most 64 million pixels: choose a smaller magnification, or write SVG";
        Error::invalid("picture", field, format!("{width} x {height}"), expected)
    })
}

fn draw(canvas: &mut Pixmap, shape: &Shape) -> Result<()> {
    if let Form::Image { image, corner, size } = &shape.form {
        return draw_image(canvas, image, *corner, *size);
    }
    let mut path = PathBuilder::new();
    match &shape.form {
        Form::Image { .. } => {}
        Form::Lines { points, closed } => {
            trace(&mut path, points);
            if *closed {
                path.close();
            }
        }
        Form::Circle { middle, radius } => {
            path.push_circle(middle.0 as f32, middle.1 as f32, *radius as f32);
        }
        Form::Words { at, size, anchor, words } => {
            let before = letters::width(words, *size)
                * match anchor {
                    Anchor::Start => 0.0,
                    Anchor::Middle => 0.5,
                    Anchor::End => 1.0,
                };
            for stroke in letters::strokes(words, (at.0 - before, at.1), *size) {
                trace(&mut path, &stroke);
            }
        }
    }
    // Words of spaces alone have no strokes.
    let Some(path) = path.finish() else { return Ok(()) };
    if let Some((ink, width)) = shape.line {
        let mut stroke = |ink: Ink, width: f64| {
            let stroke = Stroke {
                width: width as f32,
                line_cap: LineCap::Round,
                line_join: LineJoin::Round,
                ..Stroke::default()
            };
            canvas.stroke_path(&path, &paint(ink), &stroke, Transform::identity(), None);
        };
        if shape.halo > 0.0 {
            stroke(Ink::WHITE.with_opacity(ink.opacity), width + 2.0 * shape.halo);
        }
        stroke(ink, width);
    }
    Ok(())
}

fn trace(path: &mut PathBuilder, points: &[Point]) {
    for (index, &(x, y)) in points.iter().enumerate() {
        if index == 0 {
            path.move_to(x as f32, y as f32);
        } else if points[index - 1] == (x, y) {
            // A dot: a line of no length has no direction for its round ends.
            path.line_to(x as f32 + 0.01, y as f32);
        } else {
            path.line_to(x as f32, y as f32);
        }
    }
}

fn paint(ink: Ink) -> Paint<'static> {
    let [red, green, blue] = ink.colour;
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color_rgba8(red, green, blue, (ink.opacity * 255.0).round() as u8);
    paint
}

/// Draws an image over a rectangle; a much finer one is first averaged, so that ridges do not turn into others.
fn draw_image(canvas: &mut Pixmap, image: &GrayImage, corner: Point, size: (f64, f64)) -> Result<()> {
    let pixels = image.pixels();
    let averaged = |side: usize, drawn: f64| ((side as f64 / drawn.max(1.0)) as usize).clamp(1, side);
    let (down, across) = (averaged(image.height(), size.1), averaged(image.width(), size.0));
    let (rows, columns) = (image.height().div_ceil(down), image.width().div_ceil(across));
    let mut drawn = blank(columns as f64, rows as f64, "image size")?;
    for (index, pixel) in drawn.pixels_mut().iter_mut().enumerate() {
        let (top, left) = (index / columns * down, index % columns * across);
        let (bottom, right) = ((top + down).min(image.height()), (left + across).min(image.width()));
        let mut sum = 0;
        for row in top..bottom {
            for column in left..right {
                sum += u64::from(pixels[[row, column]]);
            }
        }
        let count = ((bottom - top) * (right - left)) as u64;
        let grey = ((sum + count / 2) / count) as u8;
        *pixel = PremultipliedColorU8::from_rgba(grey, grey, grey, 255).unwrap_or(*pixel);
    }
    let scale = (size.0 * across as f64 / image.width() as f64, size.1 * down as f64 / image.height() as f64);
    let place =
        Transform::from_row(scale.0 as f32, 0.0, 0.0, scale.1 as f32, corner.0 as f32, corner.1 as f32);
    let paint = PixmapPaint { quality: FilterQuality::Bicubic, ..PixmapPaint::default() };
    canvas.draw_pixmap(0, 0, drawn.as_ref(), &paint, place, None);
    Ok(())
}
