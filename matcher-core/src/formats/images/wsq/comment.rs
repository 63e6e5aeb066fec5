//! What the NISTCOM comment says of the resolution. A comment is any text; NIST's starts with `NIST_COM` and has a line
//! of name and value each, of which `PPI` is the resolution along both axes, -1 where it was not known.

use crate::units::{Dpi, Resolution};

/// The resolution that a comment states.
pub(super) fn resolution(comment: &[u8]) -> Option<Resolution> {
    if !comment.starts_with(b"NIST_COM") {
        return None;
    }
    let value = comment.split(|&byte| byte == b'\n').find_map(|line| {
        let mut words = std::str::from_utf8(line).ok()?.split_ascii_whitespace();
        (words.next() == Some("PPI")).then(|| words.next())?
    })?;
    Dpi::new(value.parse().ok()?).map(Resolution::square)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_stated_resolution_is_one() {
        let stated = |text: &[u8]| resolution(text).map(|r| r.x.to_f64());
        assert_eq!(stated(b"NIST_COM 2\nPIX_WIDTH 300\nPPI 500\n"), Some(500.0));
        assert_eq!(stated(b"NIST_COM 2\n\xff\xfe\nPPI 1000"), Some(1000.0));
        for other in
            [&b"NIST_COM 2\nPPI -1\n"[..], b"NIST_COM 1\nPPI\n", b"NIST_COM 1\nPPI x\n", b"PPI 500\n", b""]
        {
            assert_eq!(stated(other), None);
        }
    }
}
