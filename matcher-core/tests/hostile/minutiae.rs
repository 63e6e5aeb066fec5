//! Minutiae records and text, whatever the bytes are: what is read can be written, and settles.

use matcher_core::formats::{Format, ReadOptions, Reading, Strictness, read, sniff, write_views};

/// Reads what is written, in the same format.
fn again(reading: &Reading) -> Reading {
    let bytes = write_views(&reading.templates, reading.format).unwrap();
    read(&bytes, &ReadOptions { format: Some(reading.format), ..ReadOptions::default() }).unwrap()
}

/// Whatever can be read can be written; it comes back the same where a strict reader took it, and where not, once what
/// had been mended is settled.
pub(crate) fn check(bytes: &[u8]) {
    let sniffed = sniff(bytes);
    for format in std::iter::once(None).chain(Format::ALL.map(Some)) {
        let strict = ReadOptions { format, strictness: Strictness::Strict, ..ReadOptions::default() };
        let is_sound = read(bytes, &strict).is_ok();
        let Ok(reading) = read(bytes, &ReadOptions { format, ..ReadOptions::default() }) else {
            assert!(!is_sound);
            continue;
        };
        if format.is_none() {
            assert_eq!(sniffed.as_ref().unwrap(), &reading.format);
        }
        assert!(!reading.templates.is_empty());
        // What a transaction says is held by `transactions.rs`: as one view of one dialect it may be too large to write.
        if matches!(reading.format, Format::An2kEfs | Format::An2kM1 | Format::An2kLegacy) {
            let _ = write_views(&reading.templates, reading.format);
            continue;
        }
        let second = again(&reading);
        if is_sound {
            assert_eq!(second.templates, reading.templates);
        }
        let third = again(&second);
        assert_eq!(again(&third).templates, third.templates);
    }
}
