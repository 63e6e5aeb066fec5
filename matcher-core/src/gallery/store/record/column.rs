//! Many whole numbers of one kind in as few bits as the widest of them needs.
//!
//! A column of `n` numbers: the least of them (signed varint), one byte with the number of zero bits that all others
//! have at their end once the least is taken away (its low 5 bits count up to 31), one byte with the width in bits of
//! what then remains, and `n` numbers of this width, lowest bit first, the last byte filled with zeros. So coordinates
//! in 1/256 pixel that are whole, or whole eighths, cost no more than their range asks for, and a column of equal
//! numbers costs three bytes.

use super::bytes::{Reader, Writer};
use crate::error::Problem;

/// The widest number after the least is taken away: the distance of two `i32` or `u32`.
const MAX_WIDTH: u32 = 32;

/// Writes numbers that all fit an `i32` or all a `u32`, at least `least_width` bits each.
pub(super) fn write(writer: &mut Writer, numbers: &[i64], least_width: u32) {
    let base = numbers.iter().copied().min().unwrap_or(0);
    let above = |number: i64| (number - base) as u64;
    let all = numbers.iter().fold(0, |bits, &number| bits | above(number));
    let shift = all.trailing_zeros().min(31) * u32::from(all != 0);
    let width = (64 - (all >> shift).leading_zeros()).max(least_width);
    writer.signed(base);
    writer.u8(shift as u8);
    writer.u8(width as u8);
    let mut pending = (0u64, 0);
    for &number in numbers {
        pending.0 |= (above(number) >> shift) << pending.1;
        pending.1 += width;
        while pending.1 >= 8 {
            writer.u8(pending.0 as u8);
            pending = (pending.0 >> 8, pending.1 - 8);
        }
    }
    if pending.1 > 0 {
        writer.u8(pending.0 as u8);
    }
}

/// Reads `n` numbers back, which were written at least `least_width` bits wide. The caller bounds `n`.
pub(super) fn read(
    reader: &mut Reader,
    n: usize,
    least_width: u32,
    field: &str,
) -> Result<Vec<i64>, Problem> {
    let base = reader.signed(field)?;
    let [shift, width] = reader.array::<2>(field)?.map(u32::from);
    if shift > 31 || !(least_width..=MAX_WIDTH).contains(&width) {
        let expected = format!("0 to 31 and {least_width} to {MAX_WIDTH}");
        let bits = format!("shift and width of {field}");
        return Err(Problem::new("", bits, format!("{shift} and {width}"), expected));
    }
    let bytes = reader.take((n * width as usize).div_ceil(8), field)?;
    let mut pending = (0u64, 0);
    let mut bytes = bytes.iter();
    let mut numbers = Vec::with_capacity(n);
    for _ in 0..n {
        while pending.1 < width {
            // There are as many bytes as the numbers need.
            pending.0 |= u64::from(bytes.next().copied().unwrap_or(0)) << pending.1;
            pending.1 += 8;
        }
        let above = (pending.0 & ((1 << width) - 1)) << shift;
        pending = (pending.0 >> width, pending.1 - width);
        // Below 2^63, so that it is the same number signed.
        let number = base.checked_add(above as i64);
        let too_large = || Problem::new("", field, "more than 64 bits", "a number of at most 64 bits");
        numbers.push(number.ok_or_else(too_large)?);
    }
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_come_back() {
        let columns: [&[i64]; 7] = [
            &[],
            &[7; 255],
            &[-5, 3, 0],
            &[i32::MIN as i64, i32::MAX as i64],
            &[0, u32::MAX as i64, 1],
            &[0, 1 << 31],
            &[256, 512, 1024],
        ];
        for (numbers, least_width) in columns.iter().flat_map(|c| [(*c, 0), (*c, 8)]) {
            let mut writer = Writer::default();
            write(&mut writer, numbers, least_width);
            let bytes = writer.into_bytes();
            let mut reader = Reader::new(&bytes);
            assert_eq!(read(&mut reader, numbers.len(), least_width, "x").unwrap(), numbers);
            assert_eq!(reader.left(), 0);
        }
    }

    #[test]
    fn equal_numbers_cost_nothing_and_steps_are_found() {
        let bytes = |numbers: &[i64]| {
            let mut writer = Writer::default();
            write(&mut writer, numbers, 0);
            writer.into_bytes()
        };
        assert_eq!(bytes(&[-3; 100]), [5, 0, 0]);
        assert_eq!(bytes(&[0, 256, 768]), [0, 8, 2, 0b11_01_00]);
    }
}
