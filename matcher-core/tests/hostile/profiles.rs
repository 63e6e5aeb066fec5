//! Files of DNA profiles, whatever the bytes are: what is read can be written, unless a value is named.

use matcher_core::formats::Strictness;
use matcher_core::formats::profiles::{ProfileFormat, ReadOptions, read, sniff, write};

/// Whatever can be read can be written, unless a value is named; what is written is read, all of it, and settles.
pub(crate) fn check(bytes: &[u8]) {
    let sniffed = sniff(bytes);
    for format in std::iter::once(None).chain(ProfileFormat::ALL.map(Some)) {
        let options = ReadOptions { format, ..ReadOptions::default() };
        let is_sound =
            read(bytes, &ReadOptions { strictness: Strictness::Strict, ..options.clone() }).is_ok();
        let Ok(reading) = read(bytes, &options) else {
            assert!(!is_sound);
            continue;
        };
        if format.is_none() {
            assert_eq!(sniffed.as_ref().unwrap(), &reading.format);
        }
        assert!(!reading.profiles.is_empty());
        for format in [ProfileFormat::CodisCmf, ProfileFormat::LongTable, ProfileFormat::WideTable] {
            let with = ReadOptions { format: Some(format), ..ReadOptions::default() };
            let Ok(written) = write(&reading.profiles, format) else { continue };
            let again = read(&written, &with).unwrap();
            assert_eq!(again.profiles.len(), reading.profiles.len());
            let rewritten = write(&again.profiles, format).unwrap();
            assert!(read(&rewritten, &with).unwrap().profiles == again.profiles);
        }
    }
}
