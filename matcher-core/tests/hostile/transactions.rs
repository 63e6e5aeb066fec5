//! Transactions of ANSI/NIST-ITL, whatever the bytes are: what is read can be written, and then stays as it is.

use matcher_core::formats::an2k::{Dialect, Header, Profile, Record, Transaction};
use matcher_core::formats::{Limits, ReadOptions, Strictness, read};

/// All ways of writing minutiae into a transaction.
pub(crate) const DIALECTS: [Dialect; 3] = [Dialect::Efs, Dialect::M1, Dialect::Legacy];

/// Whatever can be read can be written, and then stays as it is; what a strict reader takes is written as it was.
pub(crate) fn check(bytes: &[u8]) {
    let limits = Limits { pixels: 1 << 16, ..Limits::default() };
    let options = ReadOptions { limits, ..ReadOptions::default() };
    let strict = ReadOptions { strictness: Strictness::Strict, ..options.clone() };
    let is_sound = Transaction::read(bytes, &strict).is_ok();
    let transaction = match Transaction::read(bytes, &options) {
        Ok(transaction) => transaction,
        Err(error) => {
            assert!(!is_sound && !error.to_string().is_empty());
            return;
        }
    };
    let written = transaction.to_bytes().unwrap();
    let again = Transaction::read(&written, &options).unwrap();
    assert!(again.to_bytes().unwrap() == written, "{}\n{}", bytes.escape_ascii(), written.escape_ascii());
    assert!(!is_sound || written == bytes, "{}\n{}", bytes.escape_ascii(), written.escape_ascii());
    let _ = transaction.prints(&strict);
    let found = transaction.prints(&options).unwrap();
    for print in &found.prints {
        for dialect in DIALECTS {
            let Ok(record) = Record::minutiae(&print.template, dialect, 0) else { continue };
            let alone = Transaction::new(&Header::default(), vec![record]).unwrap();
            // Rounding may put two minutiae on one place.
            let back = alone.templates(&ReadOptions::default()).unwrap();
            assert!(back[0].minutiae().len() <= print.template.minutiae().len());
        }
        if let Some(efs) = &print.efs
            && let Ok(record) = Record::features(efs, print.template.impression(), 0)
        {
            let alone = Transaction::new(&Header::default(), vec![record]).unwrap();
            let back = alone.prints(&options).unwrap().prints;
            let renumbered = back[0].efs.as_ref().unwrap();
            assert_eq!(renumbered.minutiae.len(), efs.minutiae.len());
            assert_eq!(renumbered.region, efs.region);
        }
    }
    assert!(found.prints.is_empty() || read(bytes, &options).unwrap().templates.len() == found.prints.len());
    #[cfg(feature = "extract")]
    for image in transaction.images() {
        let _ = image.read(&matcher_core::formats::ImageOptions { limits, ..Default::default() });
    }
    for profile in Profile::all() {
        let _ = profile.check(&transaction);
    }
}
