//! Files of kinship cases and pedigrees, whatever the bytes are: what is read can be written and comes back.

use matcher_core::formats::Strictness;
use matcher_core::formats::cases::{
    CaseFormat, CaseOptions, PedigreeOptions, no_files, read_case, read_map, read_pedigrees, sniff_case,
    write_case, write_pedigrees,
};

/// Whatever can be read can be written, and is read again as it was.
pub(crate) fn check(bytes: &[u8]) {
    let sniffed = sniff_case(bytes);
    for format in std::iter::once(None).chain(CaseFormat::ALL.map(Some)) {
        for strictness in [Strictness::Lenient, Strictness::Strict] {
            let options = CaseOptions { format, strictness, ..CaseOptions::default() };
            let Ok(reading) = read_case(bytes, &options, &no_files) else { continue };
            if format.is_none() {
                assert_eq!(sniffed.as_ref().unwrap(), &reading.format);
            }
            reading.case.check().unwrap();
            assert!(reading.remarks.len() <= 1_001);
            let written = write_case(&reading.case).unwrap();
            let again = read_case(&written, &CaseOptions::default(), &no_files);
            let again = again.unwrap_or_else(|e| panic!("{e}\n{}", String::from_utf8_lossy(&written))).case;
            assert!(again.hypotheses == reading.case.hypotheses && again.model == reading.case.model);
            assert_eq!(write_case(&again).unwrap().len(), written.len());
        }
    }
    for strictness in [Strictness::Lenient, Strictness::Strict] {
        let options = PedigreeOptions { strictness, ..PedigreeOptions::default() };
        let Ok(reading) = read_pedigrees(bytes, &options) else { continue };
        assert!(!reading.families.is_empty());
        if let Ok(written) = write_pedigrees(&reading.families, &reading.profiles) {
            let again = read_pedigrees(&written, &PedigreeOptions::default()).unwrap();
            assert_eq!((again.families, again.profiles), (reading.families, reading.profiles));
        }
    }
    if let Ok(markers) = read_map(bytes) {
        let _ = read_pedigrees(bytes, &PedigreeOptions { markers, ..PedigreeOptions::default() });
    }
}
