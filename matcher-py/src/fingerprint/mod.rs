//! `matcher.fingerprint`: templates, comparisons, matchers.

mod arguments;
pub(crate) mod comparison;
pub(crate) mod files;
pub(crate) mod matcher;
pub(crate) mod template;
