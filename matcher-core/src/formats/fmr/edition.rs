//! The editions of the standards, and what the codes of each mean.

use crate::fingerprint::{FingerPosition, Impression, Quality};
use crate::formats::format::Format;

/// The edition of the standard: what header, layout of a view and unit of angle go by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::formats) enum Edition {
    /// ISO/IEC 19794-2:2005.
    Iso2005,
    /// ANSI INCITS 378-2004.
    Incits2004,
    /// ISO/IEC 19794-2:2011.
    Iso2011,
    /// ANSI INCITS 378-2009.
    Incits2009,
    /// ANSI INCITS 378-2009 with Amendment 1.
    Incits2009Amended,
}

/// The code of a quality that is not stated, in the later editions.
pub(super) const NO_QUALITY: u8 = 254;
/// The code of a quality that could not be found, in the later editions.
const FAILED_QUALITY: u8 = 255;

/// What a code of a record says.
pub(super) enum Said<T> {
    /// A value.
    Value(T),
    /// That there is none.
    Nothing,
    /// Something that a template has no place for, and what it is.
    Beyond(&'static str),
    /// Nothing that the standard knows.
    Unknown,
}

impl<T> Said<T> {
    fn of(value: Option<T>) -> Self {
        value.map_or(Self::Unknown, Self::Value)
    }
}

impl Edition {
    pub(in crate::formats) fn format(self) -> Format {
        match self {
            Self::Iso2005 => Format::Iso19794_2_2005,
            Self::Incits2004 => Format::Incits378_2004,
            Self::Iso2011 => Format::Iso19794_2_2011,
            Self::Incits2009 => Format::Incits378_2009,
            Self::Incits2009Amended => Format::Incits378_2009Am1,
        }
    }

    /// The version in the header.
    pub(super) fn version(self) -> [u8; 4] {
        *match self {
            Self::Iso2005 | Self::Incits2004 => b" 20\0",
            Self::Iso2011 | Self::Incits2009 => b"030\0",
            Self::Incits2009Amended => b"035\0",
        }
    }

    /// Whether it is one of ISO, with angles of 360/256 degrees; those of INCITS are 2 degrees.
    pub(super) fn is_iso(self) -> bool {
        matches!(self, Self::Iso2005 | Self::Iso2011)
    }

    /// Whether it is one of 2009 or 2011: size, resolution and product of the quality are stated by view.
    pub(super) fn is_later(self) -> bool {
        !matches!(self, Self::Iso2005 | Self::Incits2004)
    }

    /// Units of angle in a full turn.
    pub(super) fn units_a_turn(self) -> u32 {
        if self.is_iso() { 256 } else { 180 }
    }

    /// The quality of a view that this code stands for.
    pub(super) fn quality(self, code: u8) -> Said<Quality> {
        match code {
            NO_QUALITY | FAILED_QUALITY if self.is_later() => Said::Nothing,
            _ => Said::of(Quality::new(code)),
        }
    }

    /// The code for the quality of a view; the earlier editions have none for one that is not stated.
    pub(super) fn quality_code(self, quality: Option<Quality>) -> u8 {
        let unstated = if self.is_later() { NO_QUALITY } else { 0 };
        quality.map_or(unstated, Quality::percent)
    }

    /// The quality of a minutia that this code stands for; 0 is "not stated" in the earlier editions only.
    pub(super) fn minutia_quality(self, code: u8) -> Said<Quality> {
        if code == 0 && !self.is_later() { Said::Nothing } else { self.quality(code) }
    }

    /// The code for the quality of a minutia. Where 0 would say "not stated", the worst stated quality becomes 1.
    pub(super) fn minutia_quality_code(self, quality: Option<Quality>) -> u8 {
        let least = u8::from(!self.is_later());
        quality.map_or(self.quality_code(None), |quality| quality.percent().max(least))
    }

    /// The finger that this code stands for.
    pub(super) fn finger_position(self, code: u8) -> Said<FingerPosition> {
        match (FingerPosition::from_code(code), code) {
            (None, 13..=15 | 40..=50) if self == Self::Incits2009Amended => {
                Said::Beyond("a code for several fingers")
            }
            (position, _) => Said::of(position),
        }
    }

    /// What codes of impressions there are, in words.
    pub(super) fn impressions(self) -> &'static str {
        match self {
            Self::Iso2005 | Self::Incits2004 => "0 to 9",
            Self::Iso2011 => "0 to 9, 24, 28 or 29",
            Self::Incits2009 | Self::Incits2009Amended => "0 to 8, 10, 11 or 20 to 29",
        }
    }

    /// The impression that this code stands for. The later editions tell more kinds of live scan apart than a template.
    pub(super) fn impression(self, code: u8) -> Said<Impression> {
        if !self.is_later() {
            return Said::of(Impression::from_code(code));
        }
        match (code, self) {
            (0..=8, _) => Said::of(Impression::from_code(code)),
            (28 | 29, _) => Said::Nothing,
            // 9 of ISO is rolled from the tip downwards.
            (9, Self::Iso2011) | (21 | 23, Self::Incits2009 | Self::Incits2009Amended) => {
                Said::Value(Impression::LiveScanRolled)
            }
            (24, _) | (25..=27, Self::Incits2009 | Self::Incits2009Amended) => {
                Said::Value(Impression::Contactless)
            }
            (20 | 22, Self::Incits2009 | Self::Incits2009Amended) => Said::Value(Impression::LiveScanPlain),
            (10 | 11, Self::Incits2009 | Self::Incits2009Amended) => Said::Beyond("the code of a palm"),
            _ => Said::Unknown,
        }
    }

    /// The code for an impression; the earlier editions have none for one that is not stated.
    pub(super) fn impression_code(self, impression: Option<Impression>) -> u8 {
        match impression {
            Some(Impression::Contactless) if self.is_later() => 24,
            Some(impression) => impression.code(),
            None if self.is_later() => 29,
            None => 0,
        }
    }
}
