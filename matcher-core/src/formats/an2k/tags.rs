//! From a tagged record to its fields: `TYPE.NUMBER:VALUE`, separated by GS.

use super::record::{DATA, Span};
use super::structure::{FS, GS};
use crate::error::{Problem, Result};
use crate::formats::Limits;
use crate::formats::report::Report;

/// What stands before a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    pub(super) kind: u8,
    pub(super) number: u16,
}

/// The tag at the beginning of `bytes`, and how long it is, its colon included.
pub(super) fn tag(bytes: &[u8]) -> Option<(Tag, usize)> {
    let digits = |bytes: &[u8], most: usize| {
        let count = bytes.iter().take(most + 1).take_while(|byte| byte.is_ascii_digit()).count();
        (1..=most).contains(&count).then_some(count)
    };
    let point = digits(bytes, 2)?;
    let number = bytes.get(point + 1..)?;
    let count = digits(number, 4)?;
    let colon = point + 1 + count;
    if bytes.get(point) != Some(&b'.') || bytes.get(colon) != Some(&b':') {
        return None;
    }
    let value =
        |digits: &[u8]| digits.iter().fold(0, |value: u16, digit| value * 10 + u16::from(digit - b'0'));
    let (kind, number) = (value(&bytes[..point]), value(&number[..count])); // counted
    (kind > 0 && number > 0).then_some((Tag { kind: kind as u8, number }, colon + 1)) // 2 digits
}

/// Finds the fields of a record of this type.
pub(super) fn index(
    bytes: &[u8],
    kind: u8,
    name: &str,
    limits: &Limits,
    report: &mut Report,
) -> Result<Vec<Span>> {
    let body = bytes.strip_suffix(&[FS]).unwrap_or(bytes);
    let most = body.split(|&byte| byte == GS).count();
    let mut spans: Vec<Span> = Vec::with_capacity(most.min(limits.fields));
    let mut at = 0;
    while at < body.len() {
        let rest = &body[at..]; // before the end
        let Some((tag, value)) = tag(rest) else {
            // A separator within a value, or none of ours: it belongs to the field before. The opening was read.
            let end = next_separator(rest, 0);
            let value = format!("followed by {end} bytes without a tag");
            if let Some(last) = spans.last_mut() {
                last.end = (at + end) as u32; // records have at most 4 GiB
                let field = format!("field {}.{:03}", last.tag_kind, last.number);
                let expected = "a field with a tag, such as 9.004: (kept with the field before)";
                report.fault(None, Problem::new(name, field, value, expected))?;
            }
            at += end + 1;
            continue;
        };
        limits.check_fields(name, spans.len() + 1)?;
        if tag.kind != kind {
            let field = format!("tag of field {}", spans.len());
            let value = format!("{}.{:03}", tag.kind, tag.number);
            let expected = format!("{kind}.{:03} (read as that)", tag.number);
            report.fault(None, Problem::new(name, field, value, expected))?;
        }
        // Data holds any byte, and runs to the end of the record.
        let end = match tag.number {
            DATA => placeholder(rest, value).unwrap_or(rest.len()),
            _ => next_separator(rest, value),
        };
        if tag.number != DATA && rest.get(value..end).is_some_and(|text| text.contains(&FS)) {
            let field = format!("field {kind}.{:03}", tag.number);
            let expected = "the end of the record there (the record goes on, as its length says)";
            report.fault(None, Problem::new(name, field, "text with the separator FS", expected))?;
        }
        let (start, end) = (at + value, at + end);
        let (start_u32, end_u32) = (start as u32, end as u32); // records have at most 4 GiB
        spans.push(Span { tag_kind: tag.kind, number: tag.number, start: start_u32, end: end_u32 });
        at = end + 1;
    }
    repeated(&spans, kind, name, report)?;
    Ok(spans)
}

/// Where a data field ends that holds a few digits and is followed by another data field, the real one: some programs
/// write that.
fn placeholder(bytes: &[u8], value: usize) -> Option<usize> {
    let digits = bytes.get(value..)?.iter().take(20).take_while(|byte| byte.is_ascii_digit()).count();
    let end = value + digits;
    let (next, _) = tag(bytes.get(end + 1..)?)?;
    (digits > 0 && bytes.get(end) == Some(&GS) && next.number == DATA).then_some(end)
}

fn next_separator(bytes: &[u8], from: usize) -> usize {
    bytes.iter().skip(from).position(|&byte| byte == GS).map_or(bytes.len(), |at| from + at)
}

/// Names the fields that stand there more than once.
fn repeated(spans: &[Span], kind: u8, name: &str, report: &mut Report) -> Result<()> {
    let mut numbers: Vec<u16> = spans.iter().map(|span| span.number).collect();
    numbers.sort_unstable();
    for same in numbers.chunk_by(|a, b| a == b).filter(|same| same.len() > 1) {
        let value = format!("given {} times", same.len());
        let field = format!("field {kind}.{:03}", same[0]); // chunks are not empty
        let expected = if same[0] == DATA {
            "once (all are kept, the last is read)"
        } else {
            "once (all are kept, the first is read)"
        };
        report.fault(None, Problem::new(name, field, value, expected))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_short_numbers() {
        let read = |text: &str| tag(text.as_bytes()).map(|(tag, length)| (tag.kind, tag.number, length));
        assert_eq!(read("1.01:213"), Some((1, 1, 5)));
        assert_eq!(read("14.999:"), Some((14, 999, 7)));
        assert_eq!(read("2.2001:x"), Some((2, 2001, 7)));
        for text in [
            "", "9", "9.", "9.1", "9.:", ".1:", "100.1:", "9.12345:", "9 .1:", "9.1 :", "0.1:", "9.0:",
            "a.1:",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
