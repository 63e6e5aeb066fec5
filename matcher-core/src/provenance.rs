//! Which method made a result: a score without it cannot be repeated or defended.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

/// Name, algorithm version and configuration digest of a method; every result carries one.
///
/// The version is the algorithm's own, apart from the version of this package: it changes exactly when a score may.
///
/// # Examples
/// ```
/// use matcher_core::provenance::Method;
/// let method = Method::new("example", 1, &[500, 70]);
/// assert_eq!(method.to_string(), "example/1 config ec2d20e68d6933a0");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Method {
    /// The method.
    pub name: String,
    /// Version of the algorithm.
    pub version: u32,
    /// What was learned from data, where the method uses such: name and digest of the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// First 16 hexadecimal digits of the SHA-256 of the configuration as JSON.
    pub config: String,
}

impl Method {
    /// Describes a method run under `config`.
    pub fn new(name: &str, version: u32, config: &impl Serialize) -> Self {
        // Configurations are plain structs of numbers: their serialisation cannot fail.
        let json = serde_json::to_vec(config).unwrap_or_default();
        let digest = Sha256::digest(&json);
        let first = digest.iter().take(8).fold(0u64, |number, &byte| number << 8 | u64::from(byte));
        let config = format!("{first:016x}");
        Self { name: name.to_owned(), version, model: None, config }
    }

    /// The same method with a model.
    #[must_use]
    pub fn with_model(self, model: &str) -> Self {
        Self { model: Some(model.to_owned()), ..self }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.name, self.version)?;
        if let Some(model) = &self.model {
            write!(f, " model {model}")?;
        }
        write!(f, " config {}", self.config)
    }
}
