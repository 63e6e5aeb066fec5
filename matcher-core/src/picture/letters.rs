//! Letters as strokes, for pictures that are made of pixels.
//!
//! A number beside a minutia and an id below a print are all that has to be written, so ten kilobytes of strokes do
//! instead of a font, its licence and a library that shapes text.

use super::scene::Point;

/// Width of a letter with the space after it, as a share of the size.
pub(super) const ADVANCE: f64 = 0.6;
/// Width of a step of the grid, as a share of the size; letters are four steps wide.
const ACROSS: f64 = 0.105;
/// Height of a step; capitals are six steps high and descenders two more.
const DOWN: f64 = 0.118;
/// The base line, in steps from the upper edge of a capital.
const BASE: f64 = 6.0;
/// What is drawn for a character that is not here.
const BOX: &str = "0040460600";

/// The strokes of the printable characters of ASCII, from the space on. A stroke is a row of points, each two digits:
/// steps from the left, steps from the upper edge of a capital; strokes are parted by spaces.
const STROKES: [&str; 95] = [
    "",                                  // space
    "2024 2626",                         // !
    "1012 3032",                         // "
    "1016 3036 0242 0444",               // #
    "413010010213334445361605 2026",     // $
    "4006 0010110100 3545463635",        // %
    "4612112031320405162644",            // &
    "2022",                              // '
    "30212536",                          // (
    "10212516",                          // )
    "2125 0442 0244",                    // *
    "2125 0343",                         // +
    "252617",                            // ,
    "0343",                              // -
    "2626",                              // .
    "0640",                              // /
    "103041453616050110 1531",           // 0
    "112026 1636",                       // 1
    "01103041420646",                    // 2
    "0110304142331333 334445361605",     // 3
    "36300444",                          // 4
    "400002324345361605",                // 5
    "413010010516364544331304",          // 6
    "00404116",                          // 7
    "13020110304142331304051636454433",  // 8
    "051636454130100102133342",          // 9
    "2222 2626",                         // :
    "2222 252617",                       // ;
    "410345",                            // <
    "0242 0444",                         // =
    "014305",                            // >
    "01103041422324 2626",               // ?
    "34241312223234 344341301001051646", // @
    "062046 1434",                       // A
    "06003041423303 3344453606",         // B
    "4130100105163645",                  // C
    "06003041453606",                    // D
    "40000646 0333",                     // E
    "400006 0333",                       // F
    "41301001051636454323",              // G
    "0006 4046 0343",                    // H
    "1030 2026 1636",                    // I
    "4045361605",                        // J
    "0006 4004 1346",                    // K
    "000646",                            // L
    "0600234046",                        // M
    "06004640",                          // N
    "103041453616050110",                // O
    "06003041423303",                    // P
    "103041453616050110 2446",           // Q
    "06003041423303 2346",               // R
    "413010010213334445361605",          // S
    "0040 2026",                         // T
    "000516364540",                      // U
    "002640",                            // V
    "0016223640",                        // W
    "0046 4006",                         // X
    "002340 2326",                       // Y
    "00400646",                          // Z
    "30202636",                          // [
    "0046",                              // \
    "10202616",                          // ]
    "022042",                            // ^
    "0747",                              // _
    "1021",                              // `
    "12324346 441405163645",             // a
    "0006 0312324345361605",             // b
    "4332120305163645",                  // c
    "4046 4332120305163645",             // d
    "04444332120305163645",              // e
    "40302126 0242",                     // f
    "4247381807 4332120305163645",       // g
    "0006 0312324346",                   // h
    "1222 2226 2020 1636",               // i
    "223237281807 3030",                 // j
    "0006 4205 2446",                    // k
    "10202536",                          // l
    "0602 03122326 23324346",            // m
    "0602 0312324346",                   // n
    "123243453616050312",                // o
    "0208 0312324345361605",             // p
    "4248 4332120305163645",             // q
    "1216 14233242",                     // r
    "4212031434453606",                  // s
    "20253646 0242",                     // t
    "0205163645 4246",                   // u
    "022642",                            // v
    "0216243642",                        // w
    "0246 4206",                         // x
    "0226 4218",                         // y
    "02420646",                          // z
    "30212213242536",                    // {
    "2027",                              // |
    "10212233242516",                    // }
    "04133443",                          // ~
];

/// Width of words, for letters of this size.
pub(super) fn width(words: &str, size: f64) -> f64 {
    words.chars().count() as f64 * ADVANCE * size
}

/// The strokes of words whose base line starts at a place; a dot is a stroke of one point twice.
pub(super) fn strokes(words: &str, (x, y): Point, size: f64) -> Vec<Vec<Point>> {
    let letters = words.chars().enumerate().flat_map(|(index, letter)| {
        let left = x + (index as f64 * ADVANCE + (ADVANCE - 4.0 * ACROSS) / 2.0) * size;
        let of = (letter as usize).checked_sub(' ' as usize).and_then(|index| STROKES.get(index));
        of.unwrap_or(&BOX).split_ascii_whitespace().map(move |stroke| {
            let steps = |digit: u8| f64::from(digit.saturating_sub(b'0'));
            let place =
                |two: &[u8]| (left + steps(two[0]) * ACROSS * size, y + (steps(two[1]) - BASE) * DOWN * size);
            stroke.as_bytes().chunks_exact(2).map(place).collect()
        })
    });
    letters.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stroke_stays_on_the_grid() {
        for (index, letter) in STROKES.iter().enumerate() {
            for stroke in letter.split_ascii_whitespace() {
                let name = (b' ' + index as u8) as char;
                assert!(stroke.len() >= 4 && stroke.len().is_multiple_of(2), "{name}: {stroke}");
                for two in stroke.as_bytes().chunks(2) {
                    assert!(
                        (b'0'..=b'4').contains(&two[0]) && (b'0'..=b'8').contains(&two[1]),
                        "{name}: {stroke}"
                    );
                }
            }
        }
    }

    #[test]
    fn no_two_letters_look_the_same() {
        for (index, letter) in STROKES.iter().enumerate() {
            assert!(!STROKES[..index].contains(letter), "{}", (b' ' + index as u8) as char);
        }
    }

    #[test]
    fn what_is_not_here_is_a_box() {
        let one = |words| strokes(words, (0.0, 0.0), 10.0);
        assert_eq!(one("ü"), one("\u{7f}"));
        assert_eq!(one("ü").len(), 1);
        assert!(one(" ").is_empty());
        assert_eq!(width("üa", 10.0), 12.0);
    }
}
