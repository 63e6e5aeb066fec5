//! A scene as SVG 1.1: plain text, written shape by shape.

use super::png::{self, Layout};
use super::scene::{Anchor, Form, Ink, Scene, Shape};
use crate::error::Result;
use crate::image::GrayImage;
use quick_xml::escape::escape;
use std::fmt::Write;

/// Fonts by preference; every viewer has the last.
const FONTS: &str = "DejaVu Sans Mono, Menlo, Consolas, monospace";
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Writes the whole file.
pub(super) fn write(scene: &Scene) -> Result<String> {
    let (width, height) = (scene.width.ceil(), scene.height.ceil());
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" \
         xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"{FONTS}\">\n<title>{}</title>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n",
        escaped(&scene.title)
    );
    for shape in &scene.shapes {
        if shape.halo > 0.0
            && let Some((ink, width)) = shape.line
            && !matches!(shape.form, Form::Words { .. })
        {
            let halo = Ink::WHITE.with_opacity(ink.opacity);
            draw(&mut text, &shape.form, "halo", &style(None, Some((halo, width + 2.0 * shape.halo))))?;
        }
        draw(&mut text, &shape.form, shape.class, &paint(shape))?;
    }
    text.push_str("</svg>\n");
    Ok(text)
}

/// One form as an element.
fn draw(text: &mut String, form: &Form, class: &str, style: &str) -> Result<()> {
    // Writing to a string cannot fail.
    let _ = match form {
        Form::Image { image, corner: (x, y), size: (width, height) } => writeln!(
            text,
            "<image class=\"{class}\" x=\"{x:.2}\" y=\"{y:.2}\" width=\"{width:.2}\" height=\"{height:.2}\" \
             preserveAspectRatio=\"none\" xlink:href=\"data:image/png;base64,{}\"/>",
            base64(&encoded(image)?)
        ),
        Form::Lines { points, closed } => {
            let places: Vec<String> = points.iter().map(|(x, y)| format!("{x:.2} {y:.2}")).collect();
            let close = if *closed { " Z" } else { "" };
            writeln!(text, "<path class=\"{class}\" d=\"M {}{close}\"{style}/>", places.join(" L "))
        }
        Form::Circle { middle: (x, y), radius } => {
            writeln!(text, "<circle class=\"{class}\" cx=\"{x:.2}\" cy=\"{y:.2}\" r=\"{radius:.2}\"{style}/>")
        }
        Form::Words { at: (x, y), size, anchor, words } => {
            let anchor = match anchor {
                Anchor::Start => "start",
                Anchor::Middle => "middle",
                Anchor::End => "end",
            };
            writeln!(
                text,
                "<text class=\"{class}\" x=\"{x:.2}\" y=\"{y:.2}\" font-size=\"{size:.2}\" \
                 text-anchor=\"{anchor}\"{style}>{}</text>",
                escaped(words)
            )
        }
    };
    Ok(())
}

/// The attributes that say how a shape is drawn.
fn paint(shape: &Shape) -> String {
    match (&shape.form, shape.line) {
        (Form::Image { .. }, _) => String::new(),
        // Letters are filled; white about them is a line below them.
        (Form::Words { .. }, Some((ink, _))) => {
            let halo = (shape.halo > 0.0).then_some((Ink::WHITE, 2.0 * shape.halo));
            let below = if shape.halo > 0.0 { " paint-order=\"stroke\"" } else { "" };
            style(Some(ink), halo) + below
        }
        (_, line) => style(None, line),
    }
}

fn style(inside: Option<Ink>, line: Option<(Ink, f64)>) -> String {
    let inside = inside.map_or_else(|| " fill=\"none\"".to_owned(), |ink| colour("fill", ink));
    let line = line.map_or_else(String::new, |(ink, width)| {
        let ends = "stroke-linecap=\"round\" stroke-linejoin=\"round\"";
        format!("{} stroke-width=\"{width:.2}\" {ends}", colour("stroke", ink))
    });
    inside + &line
}

fn colour(what: &str, ink: Ink) -> String {
    let [red, green, blue] = ink.colour;
    let colour = format!(" {what}=\"#{red:02x}{green:02x}{blue:02x}\"");
    if ink.opacity < 1.0 { format!("{colour} {what}-opacity=\"{:.3}\"", ink.opacity) } else { colour }
}

/// Text for XML: reserved characters as entities, and those that XML 1.0 has no place for as U+FFFD.
fn escaped(words: &str) -> String {
    let allowed = |c: char| match c {
        '\t' | '\n' | '\r' => ' ',
        '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        other => other,
    };
    let words: String = words.chars().map(allowed).collect();
    escape(words.as_str()).into_owned()
}

fn encoded(image: &GrayImage) -> Result<Vec<u8>> {
    let pixels: Vec<u8> = image.pixels().iter().copied().collect();
    png::write(&pixels, (image.width() as u32, image.height() as u32), Layout::Grey, None)
}

/// Bytes as text of RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |k: usize| u32::from(three.get(k).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for k in 0..4 {
            let sextet = (bits >> (18 - 6 * k)) as usize & 63;
            text.push(if k <= three.len() { BASE64[sextet] as char } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_standard() {
        // RFC 4648, section 10.
        for (bytes, text) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn nothing_in_an_id_is_markup() {
        assert_eq!(escaped("<a href=\"x\">&'\u{0}\n"), "&lt;a href=&quot;x&quot;&gt;&amp;&apos;\u{fffd} ");
    }
}
