use super::super::{Header as First, Record, Transaction};
use super::*;

fn raw(fields: &[(u16, &str)], data: Vec<u8>) -> Transaction {
    let start = Record::tagged(14, 1);
    let builder = fields.iter().fold(start, |builder, (number, value)| builder.field(*number, value));
    Transaction::new(&First::default(), vec![builder.data(data).build().unwrap()]).unwrap()
}

const SOUND: [(u16, &str); 8] =
    [(3, "3"), (6, "3"), (7, "2"), (8, "2"), (9, "197"), (10, "197"), (11, "NONE"), (13, "7")];

#[test]
fn facts_of_an_image_come_from_its_record() {
    let transaction = raw(&SOUND, vec![0; 6]);
    let image = transaction.images().next().unwrap();
    assert_eq!((image.record, image.kind, image.idc), (1, 14, Some(1)));
    assert_eq!(
        (image.positions.as_slice(), image.finger_position),
        ([7].as_slice(), FingerPosition::LeftIndex)
    );
    assert_eq!(image.impression, Some(Impression::NonLiveScanRolled));
    assert_eq!(image.size, Some((3, 2)));
    assert_eq!(image.resolution, Some(Resolution::STANDARD));
    assert_eq!((image.compression, image.data.len()), (Compression::None, 6));
    // A slap is of several fingers.
    let slap = raw(&[(13, "13")], vec![]);
    assert_eq!(slap.images().next().unwrap().finger_position, FingerPosition::Unknown);
    let several = raw(&[(13, "2\u{1e}3")], vec![]);
    assert_eq!(several.images().next().unwrap().positions, [2, 3]);
}

#[test]
fn resolutions_have_units() {
    let dpi = |units, x| resolution(Some(units), Some(x), Some(x)).map(|found| found.x.to_f64());
    assert_eq!((dpi(1, 500), dpi(2, 197), dpi(2, 394)), (Some(500.0), Some(500.0), Some(1000.0)));
    assert_eq!((dpi(0, 500), dpi(3, 500), dpi(1, 0), dpi(1, 20_000)), (None, None, None, None));
    assert_eq!(resolution(None, Some(500), Some(500)), None);
}

#[cfg(feature = "extract")]
mod decoded {
    use super::*;
    use crate::formats::Ridges;

    fn read(transaction: &Transaction) -> Result<GrayImage> {
        let options = ImageOptions { ridges: Ridges::Dark, ..ImageOptions::default() };
        transaction.images().next().unwrap().read(&options)
    }

    #[test]
    fn pixels_that_are_not_compressed_are_rows() {
        let image = read(&raw(&SOUND, vec![1, 2, 3, 4, 5, 6])).unwrap();
        assert_eq!(image.pixels(), ndarray::array![[1, 2, 3], [4, 5, 6]]);
        assert_eq!(image.resolution(), Resolution::STANDARD);
    }

    #[test]
    fn what_is_no_image_is_named_with_its_record() {
        let message = |transaction: Transaction| read(&transaction).unwrap_err().to_string();
        assert_eq!(
            message(raw(&SOUND, vec![0; 5])),
            "record 1 (Type-14): image data is 5 bytes, expected 6, for 3 x 2 pixels that are not compressed"
        );
        let without = |number| SOUND.iter().copied().filter(|(n, _)| *n != number).collect::<Vec<_>>();
        assert!(message(raw(&without(6), vec![0; 6])).contains("image size is not stated"));
        assert!(message(raw(&without(8), vec![0; 6])).contains("resolution is not stated in the record"));
        let deep = [SOUND.as_slice(), &[(12, "16")]].concat();
        assert!(message(raw(&deep, vec![0; 12])).contains("bits per pixel is 16, expected 8"));
        let wsq = without(11).into_iter().chain([(11, "WSQ20")]).collect::<Vec<_>>();
        assert!(message(raw(&wsq, vec![0; 6])).starts_with("format not recognised: record 1 (Type-14)"));
        let huge = without(6).into_iter().chain([(6, "99999")]).collect::<Vec<_>>();
        assert!(message(raw(&huge, vec![0; 6])).contains("1 to 65535 pixels a side"));
    }

    #[test]
    fn a_png_in_a_record_has_the_resolution_of_the_record() {
        let image = GrayImage::new(ndarray::Array2::from_elem((4, 5), 90), Resolution::STANDARD).unwrap();
        let png = crate::formats::write_png(&image).unwrap();
        let fields = [(8, "1"), (9, "1000"), (10, "1000"), (11, "PNG")];
        let read = read(&raw(&fields, png)).unwrap();
        assert_eq!((read.width(), read.height(), read.resolution().x.to_f64()), (5, 4, 1000.0));
    }
}
