//! Who hangs together by links: connected components, the same whatever order the links come in.

use super::links::{Link, LinkKind, Links};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// What a link joins: an id, and of a table its row, because ids may come twice there.
pub(super) type Node<'a> = (Option<usize>, &'a str);

impl Links {
    /// The ids of subjects that hang together by the links listed, of which each has at least this score where one is
    /// given: the largest cluster first, equal ones by their first id. Within a cluster ids are sorted; those of a table
    /// stand in the order of their rows.
    ///
    /// That two of a cluster agree with a third does not say that they agree with each other: one wrong link joins two
    /// persons. Raise `min_score` to see what holds.
    ///
    /// # Examples
    /// See [`Links`].
    pub fn clusters(&self, min_score: Option<f64>) -> Vec<Vec<&str>> {
        let nodes = self.clustered(min_score);
        nodes.into_iter().map(|cluster| cluster.into_iter().map(|(_, id)| id).collect()).collect()
    }

    /// The same with what tells profiles of one id apart.
    pub(super) fn clustered(&self, min_score: Option<f64>) -> Vec<Vec<Node<'_>>> {
        let counts = |link: &&Link| min_score.is_none_or(|least| link.score >= least);
        let links: Vec<[Node<'_>; 2]> =
            self.edges.iter().filter(counts).map(|link| self.nodes(link)).collect();
        let mut numbers: BTreeMap<Node<'_>, usize> = links.iter().flatten().map(|node| (*node, 0)).collect();
        for (number, of) in numbers.values_mut().enumerate() {
            *of = number;
        }
        // The number of a node that is nearer to the first one of the cluster; of that one, its own.
        let mut before: Vec<usize> = (0..numbers.len()).collect();
        for pair in &links {
            let [a, b] = pair.map(|node| first(&mut before, numbers[&node]));
            before[a.max(b)] = a.min(b);
        }
        let mut clusters: BTreeMap<usize, Vec<Node<'_>>> = BTreeMap::new();
        for (node, number) in numbers {
            clusters.entry(first(&mut before, number)).or_default().push(node);
        }
        let mut clusters: Vec<_> = clusters.into_values().collect();
        clusters.sort_by_key(|cluster| Reverse(cluster.len())); // stable: equal ones stay in the order of their first
        clusters
    }

    /// What a link joins.
    pub(super) fn nodes<'a>(&self, link: &'a Link) -> [Node<'a>; 2] {
        let row = |row: usize| (self.kind == LinkKind::Table).then_some(row);
        [(row(link.records[0]), &link.a), (row(link.records[1]), &link.b)]
    }
}

/// The first one of a cluster; the way there is half as long the next time.
fn first(before: &mut [usize], mut number: usize) -> usize {
    while before[number] != number {
        before[number] = before[before[number]];
        number = before[number];
    }
    number
}
