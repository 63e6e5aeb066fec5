//! Colours and transparency to grey: whole numbers throughout, so the same grey on every machine.
//!
//! Every sample is first spread over 16 bits, which loses nothing, and the result is rounded to 8 bits once, at the end.

/// What the samples of a pixel are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channels {
    Grey,
    GreyAlpha,
    Rgb,
    RgbAlpha,
}

impl Channels {
    /// Samples a pixel.
    pub(super) const fn count(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::GreyAlpha => 2,
            Self::Rgb => 3,
            Self::RgbAlpha => 4,
        }
    }

    /// Grey of one pixel, of samples 0 to 65,535; 255 where there are fewer than [`Channels::count`].
    ///
    /// # Method
    /// Luminance is (299 R + 587 G + 114 B) / 1000 (ITU-R BT.601), and what is transparent shows white paper behind it:
    /// (a Y + (65535 - a) 65535) / 65535. Halves are rounded upwards.
    pub(super) fn grey(self, samples: &[u16]) -> u8 {
        let of = |channel: usize| u64::from(samples.get(channel).copied().unwrap_or(u16::MAX));
        let luminance = match self {
            Self::Grey | Self::GreyAlpha => of(0),
            Self::Rgb | Self::RgbAlpha => (299 * of(0) + 587 * of(1) + 114 * of(2) + 500) / 1000,
        };
        let over_white = match self {
            Self::Grey | Self::Rgb => luminance,
            Self::GreyAlpha => over_white(luminance, of(1)),
            Self::RgbAlpha => over_white(luminance, of(3)),
        };
        ((over_white + 128) / 257) as u8 // at most 65,535 + 128 = 255.5 * 257
    }
}

fn over_white(luminance: u64, alpha: u64) -> u64 {
    let white = u64::from(u16::MAX);
    (alpha * luminance + (white - alpha) * white + white / 2) / white
}

/// A sample of 8 bits over 16.
pub(super) const fn spread(sample: u8) -> u16 {
    sample as u16 * 257
}

/// Grey of all pixels of 8-bit samples.
pub(super) fn of_bytes(samples: Vec<u8>, channels: Channels) -> Vec<u8> {
    if channels == Channels::Grey {
        return samples;
    }
    let mut wide = [u16::MAX; 4];
    let pixels = samples.chunks_exact(channels.count()).map(|pixel| {
        for (wide, sample) in wide.iter_mut().zip(pixel) {
            *wide = spread(*sample);
        }
        channels.grey(&wide)
    });
    pixels.collect()
}

/// Grey of all pixels of 16-bit samples in the byte order of this machine.
pub(super) fn of_words(samples: &[u8], channels: Channels) -> Vec<u8> {
    let mut wide = [u16::MAX; 4];
    let pixels = samples.chunks_exact(2 * channels.count()).map(|pixel| {
        for (wide, pair) in wide.iter_mut().zip(pixel.as_chunks::<2>().0) {
            *wide = u16::from_ne_bytes(*pair);
        }
        channels.grey(&wide)
    });
    pixels.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grey_stays_what_it_is() {
        for grey in 0..=255_u8 {
            let wide = spread(grey);
            assert_eq!(Channels::Grey.grey(&[wide]), grey);
            assert_eq!(Channels::Rgb.grey(&[wide; 3]), grey);
            assert_eq!(Channels::RgbAlpha.grey(&[wide, wide, wide, u16::MAX]), grey);
            assert_eq!(Channels::GreyAlpha.grey(&[wide, 0]), 255); // nothing is there but the paper
        }
    }

    #[test]
    fn sixteen_bits_are_rounded_to_the_nearest_eight() {
        for wide in 0..=u16::MAX {
            let nearest = (f64::from(wide) * 255.0 / 65_535.0).round();
            assert_eq!(f64::from(Channels::Grey.grey(&[wide])), nearest);
        }
    }

    #[test]
    fn colours_have_the_luminance_of_television() {
        let of = |colour: [u8; 3]| of_bytes(colour.to_vec(), Channels::Rgb)[0];
        assert_eq!([of([255, 0, 0]), of([0, 255, 0]), of([0, 0, 255])], [76, 150, 29]);
        assert_eq!(of_bytes(vec![0, 0, 0, 51], Channels::RgbAlpha), [204]); // a fifth of black over white
        let words: Vec<u8> = [0_u16, 32_768].into_iter().flat_map(u16::to_ne_bytes).collect();
        assert_eq!(of_words(&words, Channels::GreyAlpha), [127]);
    }
}
