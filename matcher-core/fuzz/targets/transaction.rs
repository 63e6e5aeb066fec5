//! Transactions of ANSI/NIST-ITL: read without a panic, and what was read is written, read again and stays as it is.

#![no_main]

use libfuzzer_sys::fuzz_target;
use matcher_core::formats::an2k::{Dialect, Header, Profile, Record, Transaction};
use matcher_core::formats::{ImageOptions, Limits, ReadOptions, Strictness};

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { pixels: 1 << 20, ..Limits::default() };
    let options = ReadOptions { limits, ..ReadOptions::default() };
    let strict = ReadOptions { strictness: Strictness::Strict, ..options.clone() };
    let is_clean = Transaction::read(bytes, &strict).is_ok();
    let Ok(transaction) = Transaction::read(bytes, &options) else {
        assert!(!is_clean);
        return;
    };
    let written = transaction.to_bytes().expect("what was read is written");
    assert!(!is_clean || written == bytes);
    let again = Transaction::read(&written, &options).expect("what was written is read");
    assert!(again.to_bytes().expect("it is written again") == written);
    let _ = transaction.prints(&strict);
    for print in transaction.prints(&options).expect("within the limits").prints {
        for dialect in [Dialect::Efs, Dialect::M1, Dialect::Legacy] {
            let Ok(record) = Record::minutiae(&print.template, dialect, 0) else { continue };
            let alone = Transaction::new(&Header::default(), vec![record]).expect("it is a transaction");
            // Rounding may put two minutiae on one place.
            alone.templates(&options).expect("what was written is read");
        }
        if let Some(efs) = &print.efs {
            let _ = Record::features(efs, None, 0);
        }
    }
    for image in transaction.images() {
        let _ = image.read(&ImageOptions { limits, ..ImageOptions::default() });
    }
    for profile in Profile::all() {
        let _ = profile.check(&transaction);
    }
});
