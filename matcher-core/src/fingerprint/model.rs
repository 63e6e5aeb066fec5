//! Models: what was learned from prints, as a file with its card.
//!
//! A model holds the projection that makes codes of cylinders, the weights of the fusion and the scale of the score. It
//! has an identity of its own: results, prepared prints and galleries name it, and prints prepared under different
//! models are never compared. The file is a small JSON document, the card, with the projection beside it; the card says
//! on which data it was fitted, by which command, and how well it did.

use super::descriptor::Projection;
use super::matcher::Weights;
use super::matcher::scale::Scale;
use crate::error::{Error, Result};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::fs;
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, LazyLock};

/// What a card says it is.
const FORMAT: &str = "matcher-fingerprint-model/1";
/// A larger card or projection is no model: 1 MiB.
const MAX_FILE: u64 = 1 << 20;

/// A model. Cheap to clone.
///
/// # Examples
/// ```
/// use matcher_core::fingerprint::Model;
/// println!("{}", Model::standard().card());
/// assert_ne!(Model::standard().id(), Model::untrained().id());
/// ```
#[derive(Clone, Debug)]
pub struct Model {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    id: String,
    card: String,
    projection: Option<Projection>,
    weights: Weights,
    scale: Scale,
}

/// What the engine reads of a card; all else in it is for people.
#[derive(Deserialize)]
struct Card {
    format: String,
    name: String,
    projection: ProjectionEntry,
    fusion: Weights,
    scale: Vec<(u64, u64)>,
}

#[derive(Deserialize)]
struct ProjectionEntry {
    file: String,
    sha256: String,
}

impl Card {
    /// Reads a card and checks what needs no projection.
    fn parse(card: &str) -> Result<Self> {
        let parsed: Self = serde_json::from_str(card)
            .map_err(|error| Error::invalid("model", "card", error, "a card of a fingerprint model"))?;
        if parsed.format != FORMAT {
            return Err(Error::invalid("model", "format", parsed.format, FORMAT));
        }
        let name_is_plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
        if !(1..=64).contains(&parsed.name.len()) || !parsed.name.chars().all(name_is_plain) {
            let expected = "1 to 64 letters, digits, dots, hyphens, underscores";
            return Err(Error::invalid("model", "name", format!("{:?}", parsed.name), expected));
        }
        Ok(parsed)
    }
}

impl Model {
    /// The model that this library ships: see `matcher-core/models`.
    pub fn standard() -> Self {
        static STANDARD: LazyLock<Model> = LazyLock::new(|| {
            let projection = include_bytes!("../../models/plain-1.bin");
            #[expect(
                clippy::expect_used,
                reason = "what is shipped is the same in every run, and a test reads it"
            )]
            Model::from_parts(include_str!("../../models/plain-1.json"), projection)
                .expect("the shipped model is sound")
        });
        STANDARD.clone()
    }

    /// No model: the bits of the cylinders themselves (MCC) and their relaxation alone, on no scale that means anything.
    /// What trained models are measured against, and what finds the corresponding minutiae that they are trained on.
    pub fn untrained() -> Self {
        static UNTRAINED: LazyLock<Model> = LazyLock::new(|| {
            #[expect(clippy::expect_used, reason = "two knots that rise")]
            let scale = Scale::new(vec![(0, 0), (16_000, 160_000)]).expect("a straight scale");
            let weights = Weights { relaxation: 1000, evidence: 0 };
            let inner =
                Inner { id: "untrained".to_owned(), card: String::new(), projection: None, weights, scale };
            Model { inner: Arc::new(inner) }
        });
        UNTRAINED.clone()
    }

    /// Takes a card and the bytes of its projection.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the card is not one, the projection is not the one that it names, or a value is out of
    /// range.
    pub fn from_parts(card: &str, projection: &[u8]) -> Result<Self> {
        let parsed = Card::parse(card)?;
        let digest = format!("{:x}", Sha256::digest(projection));
        if digest != parsed.projection.sha256 {
            let expected = format!("{}, as the card says", parsed.projection.sha256);
            return Err(Error::invalid("model", "sha256 of the projection", digest, expected));
        }
        for (field, weight) in
            [("relaxation", parsed.fusion.relaxation), ("evidence", parsed.fusion.evidence)]
        {
            if weight > Weights::MAX {
                return Err(Error::invalid("model", field, weight, format!("0 to {}", Weights::MAX)));
            }
        }
        // The identity covers all that a score depends on, and nothing that is for people.
        let all = format!("{digest} {:?} {:?}", parsed.fusion, parsed.scale);
        let id = format!("{}-{}", parsed.name, &format!("{:x}", Sha256::digest(all))[..8]);
        let inner = Inner {
            id,
            card: card.to_owned(),
            projection: Some(Projection::from_bytes(projection)?),
            weights: parsed.fusion,
            scale: Scale::new(parsed.scale)?,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Reads a card, and the projection that it names in the same folder.
    ///
    /// # Errors
    /// [`Error::Io`] where a file cannot be read; as [`Model::from_parts`].
    pub fn read(card: &Path) -> Result<Self> {
        let text = String::from_utf8(read_small(card)?).map_err(|_| {
            Error::invalid(card.display(), "text", "not UTF-8", "a card of a fingerprint model")
        })?;
        let file = Card::parse(&text)?.projection.file;
        let beside = Path::new(&file).file_name().filter(|name| *name == file.as_str());
        let Some(beside) = beside else {
            let expected = "the name of a file in the same folder";
            return Err(Error::invalid(card.display(), "projection file", format!("{file:?}"), expected));
        };
        Self::from_parts(&text, &read_small(&card.with_file_name(beside))?)
    }

    /// Name and digest: what results say.
    pub fn id(&self) -> &str {
        &self.inner.id
    }

    /// The card, as it is in the file: data, parameters, figures. Empty for the untrained one.
    pub fn card(&self) -> &str {
        &self.inner.card
    }

    /// The bytes of its projection, as [`Model::from_parts`] takes them with the card; none of the untrained one.
    pub fn projection_bytes(&self) -> Vec<u8> {
        self.inner.projection.as_ref().map(Projection::to_bytes).unwrap_or_default()
    }

    pub(super) fn projection(&self) -> Option<&Projection> {
        self.inner.projection.as_ref()
    }

    pub(super) fn weights(&self) -> Weights {
        self.inner.weights
    }

    pub(super) fn scale(&self) -> &Scale {
        &self.inner.scale
    }
}

impl PartialEq for Model {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id()
    }
}

/// Reads a file that must not be large.
fn read_small(path: &Path) -> Result<Vec<u8>> {
    let failed = |source| Error::Io { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    let mut file = fs::File::open(path).map_err(failed)?.take(MAX_FILE + 1);
    file.read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(Error::invalid(path.display(), "size", "more", format!("at most {MAX_FILE} bytes")));
    }
    Ok(bytes)
}
