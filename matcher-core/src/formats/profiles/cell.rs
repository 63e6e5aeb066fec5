//! What one cell of a table says: an allele, nothing, or something that is neither.

use crate::dna::Allele;
use crate::error::{Error, Problem};

/// Words for "nothing stands here", beside an empty cell.
const NOTHING: [&[u8]; 5] = [b"NULL", b"NA", b"N/A", b"NaN", b"None"];

/// Whether a trimmed cell says that there is no value.
pub(super) fn is_nothing(cell: &[u8]) -> bool {
    cell.is_empty() || (cell.len() <= 4 && NOTHING.iter().any(|word| cell.eq_ignore_ascii_case(word)))
}

/// The cell as text to show in a message: no longer than a name may be, on one line.
pub(super) fn shown(cell: &[u8]) -> String {
    format!("\"{}\"", String::from_utf8_lossy(cell.get(..64).unwrap_or(cell)).escape_debug())
}

/// A number of repeats such as `12` or `9.3`: nearly every cell, so it is read without any detour.
fn repeat(cell: &[u8]) -> Option<Allele> {
    let digit = |byte: u8| byte.is_ascii_digit().then(|| u16::from(byte - b'0'));
    let (whole, tenth) = match cell {
        [whole @ .., b'.', tenth] => (whole, digit(*tenth)?),
        whole => (whole, 0),
    };
    let whole = match *whole {
        [ones] => digit(ones)?,
        [tens, ones] => digit(tens)? * 10 + digit(ones)?,
        [hundreds, tens, ones] => digit(hundreds)? * 100 + digit(tens)? * 10 + digit(ones)?,
        _ => return None,
    };
    Allele::repeat(whole * 10 + tenth)
}

/// The allele in a cell, or `None` where nothing stands there. The problem names neither record nor locus.
pub(super) fn allele(cell: &[u8]) -> Result<Option<Allele>, Problem> {
    if let Some(allele) = repeat(cell) {
        return Ok(Some(allele));
    }
    let cell = cell.trim_ascii();
    if is_nothing(cell) {
        return Ok(None);
    }
    let text = std::str::from_utf8(cell)
        .map_err(|_| Problem::new("", "allele", shown(cell), "text in UTF-8, such as 9.3"))?;
    text.parse().map(Some).map_err(|error| match error {
        Error::Invalid(problem) => problem,
        other => Problem::new("", "allele", shown(cell), other),
    })
}

/// The height in a cell, in relative fluorescence units, or `None` where nothing stands there.
pub(super) fn height(cell: &[u8]) -> Result<Option<f32>, Problem> {
    let cell = cell.trim_ascii();
    if is_nothing(cell) {
        return Ok(None);
    }
    let value = std::str::from_utf8(cell).ok().and_then(|text| text.parse::<f32>().ok());
    let height = value.filter(|height| height.is_finite() && *height >= 0.0);
    // -0 becomes 0, so that what is written reads back equal.
    height.map(|height| Some(height.abs())).ok_or_else(|| {
        Problem::new("", "peak height", shown(cell), "a number of at least 0, in relative fluorescence units")
    })
}

/// A truth value as XML schemas and tables write it.
pub(super) fn truth(cell: &[u8]) -> Option<bool> {
    match cell.trim_ascii().to_ascii_lowercase().as_slice() {
        b"true" | b"1" | b"yes" => Some(true),
        b"false" | b"0" | b"no" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_way_and_the_long_way_agree() {
        for tenths in 1..=9_999u16 {
            let text = Allele::repeat(tenths).unwrap().to_string();
            assert_eq!(allele(text.as_bytes()).unwrap(), Some(text.parse().unwrap()));
            assert_eq!(allele(format!(" {text} ").as_bytes()).unwrap(), Allele::repeat(tenths));
        }
        for (cell, expected) in [
            ("9.30", Some("9.3")),
            ("6553.5", Some("6553.5")),
            ("OL", Some("OL")),
            ("15_14_1_0", Some("15_14_1_0")),
            ("X", Some("X")),
            ("-", Some("-")),
            ("", None),
            ("null", None),
            ("NA", None),
        ] {
            assert_eq!(
                allele(cell.as_bytes()).unwrap().map(|a| a.to_string()).as_deref(),
                expected,
                "{cell}"
            );
        }
        for wrong in ["0", "0.0", "9.3.1", "9,3", ".3", "9.", "12a", "9.35", "6553.6", "+9"] {
            let problem = allele(wrong.as_bytes()).unwrap_err();
            assert_eq!((problem.field.as_str(), problem.value), ("allele", format!("{wrong:?}")));
        }
        assert!(allele(b"\xff").is_err());
    }

    #[test]
    fn heights_are_finite_numbers() {
        assert_eq!(height(b" 73.5 ").unwrap(), Some(73.5));
        assert_eq!(height(b"NA").unwrap(), None);
        for wrong in ["-1", "inf", "1e40", "x", "7 3"] {
            assert!(height(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
