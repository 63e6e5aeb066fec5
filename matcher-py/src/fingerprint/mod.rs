//! `matcher.fingerprint`: templates, comparisons, matchers.

pub(crate) mod comparison;
pub(crate) mod files;
pub(crate) mod matcher;
pub(crate) mod template;
