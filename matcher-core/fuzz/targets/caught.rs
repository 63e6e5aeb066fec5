//! Panics that the library catches do not end the fuzzing: those of decoders of images and of the database of records, which
//! are errors then. Any other ends it still, where it leaves the target.

/// To be called once, before all else.
pub(crate) fn init() {
    std::panic::set_hook(Box::new(|panic| eprintln!("{panic}")));
}
