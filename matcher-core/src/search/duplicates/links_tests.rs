use super::*;
use crate::provenance::Method;
use crate::search::Mode;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn links(kind: LinkKind, edges: Vec<Link>) -> Links {
    Links {
        kind,
        found: edges.len(),
        edges,
        searched: 9,
        not_comparable: 0,
        not_searched: 0,
        pairs: 36,
        pairs_searched: 36,
        complete: true,
        mode: Mode::Fast,
        stages: None,
        method: Method::new("test", 1, &0),
    }
}

fn link(a: &str, b: &str, score: f64) -> Link {
    Link { a: a.to_owned(), b: b.to_owned(), score, agreeing: 1, records: [0, 1] }
}

#[test]
fn clusters_are_what_hangs_together_largest_first() {
    let found = links(
        LinkKind::Prints,
        vec![link("x", "y", 90.0), link("b", "d", 80.0), link("c", "d", 70.0), link("a", "z", 60.0)],
    );
    assert_eq!(found.clusters(None), [vec!["b", "c", "d"], vec!["a", "z"], vec!["x", "y"]]);
    assert_eq!(found.clusters(Some(75.0)), [["b", "d"], ["x", "y"]]);
    assert!(found.clusters(Some(91.0)).is_empty());
}

#[test]
fn profiles_of_one_id_are_told_apart_by_their_rows() {
    let at = |a: &str, b: &str, records| Link { records, ..link(a, b, 5.0) };
    let found = links(LinkKind::Table, vec![at("p", "p", [0, 7]), at("q", "p", [3, 9])]);
    assert_eq!(found.clusters(None), [["p", "p"], ["q", "p"]]);
}

proptest! {
    #[test]
    fn clusters_are_those_of_a_walk_through_the_graph(
        pairs in prop::collection::vec((0u8..30, 0u8..30), 0..40), seed in any::<u64>(),
    ) {
        let mut pairs: Vec<(u8, u8)> = pairs.into_iter().filter(|(a, b)| a < b).collect();
        let name = |k: u8| format!("{k:02}");
        let of = |pairs: &[(u8, u8)]| links(LinkKind::Dna, pairs.iter().map(|&(a, b)| link(&name(a), &name(b), 1.0)).collect());
        let found = of(&pairs);
        let clusters: Vec<Vec<String>> =
            found.clusters(None).into_iter().map(|c| c.into_iter().map(str::to_owned).collect()).collect();
        let mut expected = Vec::new();
        let mut left: BTreeSet<u8> = pairs.iter().flat_map(|&(a, b)| [a, b]).collect();
        while let Some(&start) = left.first() {
            let mut cluster = BTreeSet::from([start]);
            loop {
                let before = cluster.len();
                for &(a, b) in &pairs {
                    if cluster.contains(&a) || cluster.contains(&b) {
                        cluster.extend([a, b]);
                    }
                }
                if cluster.len() == before { break; }
            }
            left.retain(|k| !cluster.contains(k));
            expected.push(cluster.into_iter().map(name).collect::<Vec<_>>());
        }
        expected.sort_by_key(|cluster| (std::cmp::Reverse(cluster.len()), cluster[0].clone()));
        prop_assert_eq!(&clusters, &expected);
        let turn = (seed as usize) % pairs.len().max(1);
        pairs.rotate_left(turn);
        let turned = of(&pairs);
        prop_assert_eq!(turned.clusters(None), expected);
    }
}

#[test]
fn a_table_quotes_what_it_must() {
    let found = links(LinkKind::Prints, vec![link("a,\"1\"", "b\u{e9}", 41.5), link("c", "d", 40.0)]);
    let mut out = Vec::new();
    found.write_csv(&mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let expected = "a,b,score,agreeing,record_a,record_b\n\"a,\"\"1\"\"\",b\u{e9},41.5,1,0,1\nc,d,40,1,0,1\n";
    assert_eq!(text, expected);
}

#[test]
fn a_graph_is_well_formed_whatever_the_ids() {
    let hostile = "<x a=\"1\">&amp;'\u{fffe}";
    let found =
        links(LinkKind::Prints, vec![link(hostile, "z", 50.0), link("b", "z", 45.0), link("c", "d", 44.0)]);
    let mut out = Vec::new();
    found.write_graphml(&mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let mut reader = quick_xml::Reader::from_str(&text);
    let (mut nodes, mut edges) = (0, 0);
    loop {
        use quick_xml::events::Event;
        match reader.read_event().unwrap() {
            Event::Eof => break,
            Event::Start(element) => match element.name().as_ref() {
                "node" => nodes += 1,
                "edge" => edges += 1,
                _ => {}
            },
            _ => {}
        }
    }
    assert_eq!((nodes, edges), (5, 3));
    assert!(text.contains("&lt;x a=&quot;1&quot;&gt;&amp;amp;") && !text.contains('\u{fffe}'), "{text}");
    assert!(
        text.contains("<edge id=\"e0\" source=\"n0\" target=\"n2\"><data key=\"score\">50</data>"),
        "{text}"
    );
    assert!(text.contains("<data key=\"id\">d</data><data key=\"cluster\">1</data>"), "{text}");
}

#[test]
fn files_are_replaced_whole() {
    let found = links(LinkKind::Dna, vec![link("a", "b", 12.0)]);
    let path = std::env::temp_dir().join(format!("matcher-links-{}", std::process::id()));
    found.save_graphml(&path).unwrap();
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("<?xml"));
    found.save_csv(&path).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 2);
    std::fs::remove_file(path).unwrap();
    let error = found.save_csv(&std::env::temp_dir().join("no such folder").join("links.csv"));
    assert!(matches!(error, Err(crate::Error::Io { .. })));
}
