//! Headers made by hand, one a statement.

use super::*;
use proptest::prelude::*;

/// A PNG of which only the chunks before the pixels are there.
fn png(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in chunks {
        bytes.extend((data.len() as u32).to_be_bytes());
        bytes.extend(*kind);
        bytes.extend(data);
        bytes.extend([0; 4]);
    }
    bytes
}

fn physical(x: u32, y: u32, unit: u8) -> Vec<u8> {
    [&x.to_be_bytes()[..], &y.to_be_bytes(), &[unit]].concat()
}

/// A TIFF of one directory with fields of a tag, a kind, a count and 4 bytes; then more bytes, from byte 8 + 6 + 12 n on.
fn tiff(little: bool, fields: &[(u16, u16, u32, [u8; 4])], more: &[u8]) -> Vec<u8> {
    let two = |n: u16| if little { n.to_le_bytes() } else { n.to_be_bytes() };
    let four = |n: u32| if little { n.to_le_bytes() } else { n.to_be_bytes() };
    let mut bytes = if little { b"II*\0".to_vec() } else { b"MM\0*".to_vec() };
    bytes.extend(four(8));
    bytes.extend(two(fields.len() as u16));
    for (tag, kind, count, value) in fields {
        bytes.extend([two(*tag), two(*kind)].concat());
        bytes.extend(four(*count));
        bytes.extend(value);
    }
    bytes.extend([0; 4]);
    bytes.extend(more);
    bytes
}

/// A TIFF with resolutions as fractions and a unit.
fn tiff_of(little: bool, x: (u32, u32), y: (u32, u32), unit: Option<u16>) -> Vec<u8> {
    let four = |n: u32| if little { n.to_le_bytes() } else { n.to_be_bytes() };
    let n = 2 + u32::from(unit.is_some());
    let start = 8 + 2 + 12 * n + 4;
    let mut fields = vec![(282, 5, 1, four(start)), (283, 5, 1, four(start + 8))];
    if let Some(unit) = unit {
        let two = if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
        fields.push((296, 3, 1, [two[0], two[1], 0, 0]));
    }
    tiff(little, &fields, &[x.0, x.1, y.0, y.1].map(four).concat())
}

fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
    [&[0xff, marker][..], &(data.len() as u16 + 2).to_be_bytes(), data].concat()
}

fn jfif(unit: u8, x: u16, y: u16) -> Vec<u8> {
    let data = [b"JFIF\0\x01\x02", &[unit][..], &x.to_be_bytes(), &y.to_be_bytes(), &[0, 0]].concat();
    segment(0xe0, &data)
}

fn jpeg(segments: &[Vec<u8>]) -> Vec<u8> {
    [b"\xff\xd8", &segments.concat()[..], b"\xff\xd9"].concat()
}

fn bmp(header: u32, x: i32, y: i32) -> Vec<u8> {
    let mut bytes = b"BM".to_vec();
    bytes.resize(14, 0);
    bytes.extend(header.to_le_bytes());
    bytes.resize(38, 0);
    bytes.extend([x.to_le_bytes(), y.to_le_bytes()].concat());
    bytes
}

fn jp2_box(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    [&(data.len() as u32 + 8).to_be_bytes()[..], &kind, data].concat()
}

/// A resolution box: y and x as numerator, denominator and exponent.
type ResolutionBox = ([u8; 4], [(u16, u16, i8); 2]);

/// A JP2 file of no pixels with these in its header.
fn jp2(boxes: &[ResolutionBox]) -> Vec<u8> {
    let one = |(kind, [y, x]): &ResolutionBox| {
        let fractions = [y.0, y.1, x.0, x.1].map(u16::to_be_bytes).concat();
        jp2_box(*kind, &[&fractions[..], &[y.2.cast_unsigned(), x.2.cast_unsigned()]].concat())
    };
    let resolution = jp2_box(*b"res ", &boxes.iter().map(one).collect::<Vec<_>>().concat());
    let mut file = b"\0\0\0\x0cjP  \r\n\x87\n".to_vec();
    file.extend(jp2_box(*b"ftyp", b"jp2 \0\0\0\0jp2 "));
    file.extend(jp2_box(*b"jp2h", &[jp2_box(*b"ihdr", &[0; 14]), resolution].concat()));
    file
}

fn read(bytes: &[u8]) -> std::result::Result<(f64, f64), String> {
    let format = crate::formats::sniff_image(bytes).expect("an image");
    let believed = believed(&stated(bytes, format)).map_err(|error| error.to_string());
    believed.map(|resolution| (resolution.x.to_f64(), resolution.y.to_f64()))
}

fn says_nothing(found: &str) -> Result<(f64, f64), String> {
    let found =
        if found.is_empty() { String::new() } else { format!(" (it has {found}, which means nothing)") };
    Err(format!("resolution is not stated in the file{found}, expected dpi from the caller, for example 500"))
}

#[test]
fn png_states_pixels_per_metre() {
    for (per_metre, dpi) in
        [(19_685, 500.0), (22_401, 569.0), (20_157, 512.0), (22_402, 569.0), (39_370, 1000.0)]
    {
        let bytes =
            png(&[(b"IHDR", vec![0; 13]), (b"pHYs", physical(per_metre, per_metre, 1)), (b"IDAT", vec![])]);
        assert_eq!(read(&bytes), Ok((dpi, dpi)));
    }
    let bytes = png(&[(b"pHYs", physical(19_700, 39_370, 1)), (b"IDAT", vec![])]);
    assert_eq!(read(&bytes), Ok((500.38, 1000.0)));
    let bytes = png(&[(b"pHYs", physical(500, 500, 0)), (b"IDAT", vec![])]);
    assert_eq!(read(&bytes), says_nothing("")); // a shape, not a size
    let bytes = png(&[(b"pHYs", physical(2835, 2834, 1)), (b"IDAT", vec![])]);
    assert_eq!(read(&bytes), says_nothing("72 x 72 dpi in the chunk pHYs"));
    let exif = tiff_of(false, (500, 1), (500, 1), None);
    let bytes = png(&[(b"eXIf", exif), (b"pHYs", physical(3780, 3780, 1)), (b"IDAT", vec![])]);
    assert_eq!(read(&bytes), Ok((500.0, 500.0)));
}

#[test]
fn tiff_states_fractions_in_inches_or_centimetres() {
    for little in [false, true] {
        let of = |x, y, unit| read(&tiff_of(little, x, y, unit));
        assert_eq!(of((500, 1), (1000, 2), Some(2)), Ok((500.0, 500.0)));
        assert_eq!(of((500, 1), (1000, 1), None), Ok((500.0, 1000.0)));
        assert_eq!(of((197, 1), (394, 2), Some(3)), Ok((500.0, 500.0)));
        assert_eq!(of((19_685, 100), (39_370, 100), Some(3)), Ok((500.0, 1000.0)));
        assert_eq!(of((499_990, 1000), (508, 1), Some(2)), Ok((500.0, 508.0)));
        assert_eq!(of((500, 1), (500, 1), Some(1)), says_nothing(""));
        assert_eq!(of((500, 0), (500, 1), Some(2)), says_nothing(""));
        assert_eq!(of((0, 1), (0, 1), Some(2)), says_nothing("0 x 0 dpi in the TIFF tags"));
        assert_eq!(of((300, 1), (72, 1), Some(2)), says_nothing("300 x 72 dpi in the TIFF tags"));
    }
}

#[test]
fn jpeg_states_a_density_or_has_exif() {
    let exif = |x| segment(0xe1, &[b"Exif\0\0", &tiff_of(true, (x, 1), (x, 1), Some(2))[..]].concat());
    assert_eq!(read(&jpeg(&[jfif(1, 500, 1000)])), Ok((500.0, 1000.0)));
    assert_eq!(read(&jpeg(&[jfif(2, 197, 202)])), Ok((500.0, 512.0)));
    assert_eq!(read(&jpeg(&[jfif(1, 72, 72), exif(500)])), Ok((500.0, 500.0)));
    assert_eq!(read(&jpeg(&[exif(600)])), Ok((600.0, 600.0)));
    assert_eq!(read(&jpeg(&[jfif(0, 1, 1)])), says_nothing(""));
    assert_eq!(
        read(&jpeg(&[jfif(1, 96, 96), exif(72)])),
        says_nothing("96 x 96 dpi in the JFIF density, 72 x 72 dpi in Exif")
    );
    for (per_centimetre, dpi) in [(28, 72), (38, 96)] {
        let found = format!("{dpi} x {dpi} dpi in the JFIF density");
        assert_eq!(read(&jpeg(&[jfif(2, per_centimetre, per_centimetre)])), says_nothing(&found));
    }
}

#[test]
fn the_end_of_a_jpeg_is_found_behind_its_scans() {
    let scan = [segment(0xda, &[1, 1, 0, 0, 63, 0]), vec![1, 0xff, 0, 2, 0xff, 0xd0, 3]].concat();
    assert!(!is_cut(&jpeg(&[jfif(1, 500, 500), scan.clone(), scan.clone()])));
    let whole = jpeg(&[scan]);
    assert!((0..whole.len()).all(|length| is_cut(&whole[..length])));
}

#[test]
fn bmp_states_pixels_per_metre() {
    assert_eq!(read(&bmp(40, 19_685, 20_157)), Ok((500.0, 512.0)));
    assert_eq!(read(&bmp(124, 39_370, 39_370)), Ok((1000.0, 1000.0)));
    assert_eq!(read(&bmp(12, 19_685, 19_685)), says_nothing("")); // the old header has no such place
    assert_eq!(read(&bmp(40, 0, 0)), says_nothing(""));
    assert_eq!(read(&bmp(40, 3780, 3780)), says_nothing("96 x 96 dpi in the BMP header"));
    assert_eq!(read(&bmp(40, -100, 19_685)), says_nothing("-2.54 x 500 dpi in the BMP header"));
}

#[test]
fn jpeg_2000_states_capture_before_display() {
    let (fine, standard) = ((39_370, 1, 0), (19_685, 10_000, 4));
    assert_eq!(read(&jp2(&[(*b"resc", [standard, fine])])), Ok((1000.0, 500.0)));
    assert_eq!(
        read(&jp2(&[(*b"resd", [standard, standard]), (*b"resc", [fine, fine])])),
        Ok((1000.0, 1000.0))
    );
    assert_eq!(read(&jp2(&[(*b"resd", [(39_370, 100, 2), (39_370, 1, 0)])])), Ok((1000.0, 1000.0)));
    assert_eq!(read(&jp2(&[(*b"resc", [(1, 0, 0), fine])])), says_nothing(""));
    assert!(read(&jp2(&[(*b"resc", [(1, 1, 127), (1, 1, -128)])])).is_err());
    assert_eq!(read(b"\xff\x4f\xff\x51"), says_nothing(""));
}

#[test]
fn formats_that_state_nothing_ask_for_it() {
    assert_eq!(read(b"P5 1 1 255\nx"), says_nothing(""));
    assert_eq!(read(b"BM\0\0\0\0\0\0\0\0\0\0\0\0\x28\0\0\0"), says_nothing(""));
}

/// Bytes that begin as an image does.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let whole = vec![
        png(&[
            (b"eXIf", tiff_of(false, (1, 1), (1, 1), Some(2))),
            (b"pHYs", physical(1, 1, 1)),
            (b"IDAT", vec![]),
        ]),
        tiff_of(true, (500, 1), (500, 1), Some(2)),
        tiff_of(false, (500, 1), (500, 1), Some(3)),
        [b"II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0", &[1; 60][..]].concat(),
        jpeg(&[jfif(2, 197, 197), segment(0xe1, b"Exif\0\0MM\0*")]),
        bmp(40, 1, 1),
        jp2(&[(*b"resc", [(1, 1, 1), (1, 1, 1)])]),
    ];
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8);
    (prop::sample::select(whole), changes, any::<prop::sample::Index>()).prop_map(
        |(mut bytes, changes, end)| {
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            let end = end.index(2 * bytes.len());
            bytes.truncate(end.max(4));
            bytes
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_header_makes_it_panic(bytes in hostile()) {
        use ImageFormat::{Bmp, Jpeg, Jpeg2000, Png, Tiff};
        for format in [Png, Tiff, Bmp, Jpeg, Jpeg2000] {
            let _ = believed(&stated(&bytes, format));
        }
        let _ = is_cut(&bytes);
        let _ = super::super::tiff::pages(&bytes);
        let _ = super::super::tiff::without_palette(&bytes);
    }
}
