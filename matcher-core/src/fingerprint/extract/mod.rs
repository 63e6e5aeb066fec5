//! Minutiae from an image: the network LEADER, run in Rust.
//!
//! [`Extractor`] takes a [`GrayImage`] and gives a [`Template`] in the pixels of that image. What it learned is a file of
//! its own ([`model`] says where it lies and how it gets there); nothing of it is in this library.
//!
//! # Method
//! The network is the published one (`network.rs`); the image is brought to 500 dpi, and each place where the smoothed map
//! of positions has a peak of at least [`ExtractorConfig::quality`] is a minutia. Two of the three heads are asked only
//! around these places, which changes nothing (`inference.rs`).
//!
//! # Range and units
//! Sums stand in a stated order at every level of processors, so a template is the same bits on every machine.
//!
//! # Limits
//! One finger an image: larger ones ([`Extractor::MAX_SIDE`]) are refused. Latent marks are extracted as any other, but
//! nothing was measured on them.
//!
//! # References
//! Cappelli and Ferrara, LEADER, arXiv 2602.15493, 2026.

mod blocks;
mod inference;
pub mod model;
mod network;
mod onnx;
mod planes;
mod quality;
mod resize;

use crate::error::{Error, Result};
use crate::fingerprint::{Built, Minutia, MinutiaKind, Quality, Template};
use crate::image::GrayImage;
use crate::simd::Level;
use crate::units::{Angle, Dpi, Pixels};
use network::Network;
use onnx::Tensors;
use sha2::{Digest, Sha256};
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// Tuned numbers of extraction.
#[derive(Clone, Debug, PartialEq)]
pub struct ExtractorConfig {
    /// The least quality of a minutia, 0 to 1. Default 0.3: below the 0.6 that the authors give for precision, as a matcher
    /// weighs minutiae by their quality and gains from doubtful ones.
    pub quality: f64,
}

impl Default for ExtractorConfig {
    fn default() -> Self {
        Self { quality: 0.3 }
    }
}

/// Finds the minutiae of a print on its image.
///
/// A clone shares the network.
#[derive(Clone)]
pub struct Extractor {
    network: Arc<Network>,
    id: String,
    config: ExtractorConfig,
}

impl Extractor {
    /// The largest side of an image, in pixels at 500 dpi: 2 inches (50.8 mm), more than a rolled finger needs.
    pub const MAX_SIDE: usize = 1000;

    /// From the bytes of a model file.
    ///
    /// # Errors
    /// [`Error::Invalid`]: the bytes are no network in the ONNX format, or not LEADER's layers; it names the first tensor
    /// that is missing or has another size.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let network = Arc::new(Network::new(&Tensors::read(bytes)?)?);
        let digest = Sha256::digest(bytes);
        let start = digest[..8].iter().fold(0_u64, |start, &byte| start << 8 | u64::from(byte));
        Ok(Self { network, id: format!("leader:{:012x}", start >> 16), config: ExtractorConfig::default() })
    }

    /// From a model file.
    ///
    /// # Errors
    /// Those of [`Extractor::from_bytes`], and [`Error::Io`] for a file that cannot be read.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let io = |source| Error::Io { path: path.to_path_buf(), source };
        let file = File::open(path).map_err(io)?;
        let mut bytes = Vec::new();
        file.take(onnx::MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(io)?;
        Self::from_bytes(&bytes).map_err(|error| match error {
            Error::Invalid(problem) => problem.within(path.display()).into(),
            other => other,
        })
    }

    /// From the model file of this machine ([`model::path`]).
    ///
    /// # Errors
    /// [`Error::NoModel`] where there is none; those of [`Extractor::open`].
    pub fn installed() -> Result<Self> {
        let path = model::path()?;
        if path.is_file() { Self::open(path) } else { Err(Error::NoModel { path }) }
    }

    /// With other tuned numbers.
    ///
    /// # Errors
    /// [`Error::Invalid`]: a quality outside 0.01 to 1.
    pub fn with_config(mut self, config: ExtractorConfig) -> Result<Self> {
        if !(0.01..=1.0).contains(&config.quality) {
            return Err(Error::invalid("extractor", "quality", config.quality, "0.01 to 1"));
        }
        self.config = config;
        Ok(self)
    }

    /// What names it in templates: the method, and the first 12 hexadecimal digits of the SHA-256 of its model.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Finds the minutiae of one print.
    ///
    /// Of an image on which there is none, the template is empty. The template states a quality, 0 to 100, that foretells
    /// how well the print will match: `100 w / (w + 25)`, where `w` is the sum of the qualities of its minutiae by the
    /// square of their mean. 50 is an ordinary plain impression.
    ///
    /// # Errors
    /// [`Error::Invalid`]: an image larger than one finger.
    pub fn extract(&self, image: &GrayImage) -> Result<Template> {
        let resolution = image.resolution();
        let scaled = |side: usize, dpi: Dpi| side as f64 * Dpi::STANDARD.to_f64() / dpi.to_f64();
        let sides = [scaled(image.width(), resolution.x), scaled(image.height(), resolution.y)];
        if sides.iter().any(|&side| side > Self::MAX_SIDE as f64) {
            let mm = sides.map(|side| side * 25.4 / Dpi::STANDARD.to_f64());
            let value = format!("{:.0} x {:.0} mm", mm[0], mm[1]);
            let expected = "one finger, 50 x 50 mm at most: cut a slap or a card into its fingers first, or give the \
                            resolution that the image really has";
            return Err(Error::invalid("", "image size", value, expected));
        }
        let standard = image.at_500_dpi()?;
        let least = self.config.quality as f32;
        let mut found = self.network.minutiae(Level::active(), &standard.pixels(), least.min(quality::LEAST));
        let quality = quality::quality(&found);
        found.retain(|minutia| minutia.quality >= least);
        let mut builder = Template::builder()
            .resolution(resolution)
            .size(image.width() as u16, image.height() as u16)
            .extractor(self.id.clone());
        if let Some(quality) = quality {
            builder = builder.quality(quality);
        }
        for minutia in found {
            let (x, y) = image.from_500_dpi(minutia.column as f64, minutia.row as f64);
            let within =
                |at: f64, side: usize| Pixels::from_f64(at.clamp(0.0, (side - 1) as f64)).unwrap_or_default();
            let (x, y) = (within(x, image.width()), within(y, image.height()));
            let kind =
                if minutia.ending >= 0.5 { MinutiaKind::RidgeEnding } else { MinutiaKind::Bifurcation };
            let direction = Angle::from_radians(f64::from(minutia.direction)).unwrap_or_default();
            let quality = Quality::from_fraction(f64::from(minutia.quality).clamp(0.0, 1.0));
            builder = builder.minutia(Minutia { kind, quality, ..Minutia::new(x, y, direction) });
        }
        let Built { template, .. } = builder.build()?;
        Ok(template)
    }
}

impl fmt::Debug for Extractor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Extractor")
            .field("id", &self.id)
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "extract_tests.rs"]
mod tests;
