//! Links as files for other programs: a table (CSV) and a graph (`GraphML`).

use super::links::Links;
use crate::error::{Error, Result};
use quick_xml::escape::escape;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

impl Links {
    /// Writes the links as a table in UTF-8, a link a row: `a`, `b`, `score`, `agreeing`, `record_a`, `record_b`, as in
    /// [`Link`](super::Link). Ids stand as they are: a spreadsheet takes one that begins with `=` for a formula.
    ///
    /// # Errors
    /// What the writer says.
    ///
    /// # References
    /// RFC 4180; lines end in a line feed alone.
    pub fn write_csv(&self, out: impl Write) -> io::Result<()> {
        let mut table = csv::Writer::from_writer(out);
        table.write_record(["a", "b", "score", "agreeing", "record_a", "record_b"])?;
        for link in &self.edges {
            let numbers = [link.agreeing, link.records[0], link.records[1]].map(|number| number.to_string());
            let [agreeing, first, second] = &numbers;
            table.write_record([&link.a, &link.b, &link.score.to_string(), agreeing, first, second])?;
        }
        table.flush()
    }

    /// Writes the links as an undirected graph: a node for each subject with its `id` and the number of its `cluster`,
    /// from 0 in the order of [`Links::clusters`]; an edge for each link, with the values of [`Links::write_csv`].
    ///
    /// Characters that no XML can hold, such as U+FFFE, become U+FFFD.
    ///
    /// # Errors
    /// What the writer says.
    ///
    /// # References
    /// `GraphML` 1.0, `http://graphml.graphdrawing.org/`.
    pub fn write_graphml(&self, mut out: impl Write) -> io::Result<()> {
        writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        writeln!(out, "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">")?;
        for (of, name, kind) in [
            ("node", "id", "string"),
            ("node", "cluster", "int"),
            ("edge", "score", "double"),
            ("edge", "agreeing", "int"),
            ("edge", "record_a", "int"),
            ("edge", "record_b", "int"),
        ] {
            writeln!(out, "  <key id=\"{name}\" for=\"{of}\" attr.name=\"{name}\" attr.type=\"{kind}\"/>")?;
        }
        writeln!(out, "  <graph id=\"links\" edgedefault=\"undirected\">")?;
        let clusters = self.clustered(None);
        let nodes = clusters.iter().enumerate().flat_map(|(k, cluster)| cluster.iter().map(move |n| (*n, k)));
        let mut numbers = std::collections::HashMap::new();
        for (number, (node, cluster)) in nodes.enumerate() {
            numbers.insert(node, number);
            let id = writable(node.1);
            writeln!(
                out,
                "    <node id=\"n{number}\"><data key=\"id\">{}</data>{}</node>",
                escape(&id),
                data("cluster", cluster)
            )?;
        }
        for (k, link) in self.edges.iter().enumerate() {
            let [a, b] = self.nodes(link).map(|node| numbers[&node]);
            let values = data("score", link.score)
                + &data("agreeing", link.agreeing)
                + &data("record_a", link.records[0])
                + &data("record_b", link.records[1]);
            writeln!(out, "    <edge id=\"e{k}\" source=\"n{a}\" target=\"n{b}\">{values}</edge>")?;
        }
        writeln!(out, "  </graph>\n</graphml>")?;
        out.flush()
    }

    /// [`Links::write_csv`] to a file, which is replaced.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn save_csv(&self, path: &Path) -> Result<()> {
        save(path, |file| self.write_csv(file))
    }

    /// [`Links::write_graphml`] to a file, which is replaced.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn save_graphml(&self, path: &Path) -> Result<()> {
        save(path, |file| self.write_graphml(file))
    }
}

fn save(path: &Path, write: impl FnOnce(BufWriter<File>) -> io::Result<()>) -> Result<()> {
    let written = File::create(path).map(BufWriter::new).and_then(write);
    written.map_err(|source| Error::Io { path: path.to_owned(), source })
}

fn data(key: &str, value: impl std::fmt::Display) -> String {
    format!("<data key=\"{key}\">{value}</data>")
}

/// Text without what XML 1.0 has no way to hold.
fn writable(text: &str) -> String {
    let may_be = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().map(|c| if may_be(c) { c } else { char::REPLACEMENT_CHARACTER }).collect()
}
