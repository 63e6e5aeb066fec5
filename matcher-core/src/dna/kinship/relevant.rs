//! Who of a pedigree can matter: people who were typed, and those through whom they are related.

use super::network::Question;

/// Who is left of a pedigree, and which of their parents.
pub(super) struct Relevant {
    present: Vec<bool>,
    kept: Vec<bool>,
    parents: Vec<[Option<usize>; 2]>,
    children: Vec<usize>,
}

impl Relevant {
    /// Leaves out who was not typed and has no descendants who were, which changes no likelihood; and, where the question
    /// says so, founders who were not typed and have one child. The person who is asked about stays.
    pub(super) fn new(question: &Question<'_>, query: Option<usize>) -> Self {
        let people = question.pedigree.people();
        let kept: Vec<bool> =
            (0..people.len()).map(|at| Some(at) == query || question.is_typed(at)).collect();
        let parents: Vec<[Option<usize>; 2]> =
            people.iter().map(|person| [person.father(), person.mother()]).collect();
        let mut children = vec![0; people.len()];
        parents.iter().flatten().flatten().for_each(|&parent| children[parent] += 1);
        let mut relevant = Self { present: vec![true; people.len()], kept, parents, children };
        // Children stand behind their parents, so one walk from the back meets everybody after all descendants.
        for at in (0..people.len()).rev() {
            if relevant.children[at] == 0 && !relevant.kept[at] {
                relevant.leave_out(at);
            }
        }
        if question.prune_untyped {
            // From the front: whoever loses both parents is a founder when their turn comes.
            for at in 0..people.len() {
                if relevant.present[at] && relevant.hands_on_one_gene(at) {
                    relevant.leave_out(at);
                }
            }
        }
        relevant
    }

    fn leave_out(&mut self, at: usize) {
        self.present[at] = false;
        for parent in self.parents[at].into_iter().flatten() {
            self.children[parent] -= 1;
        }
        for parent in self.parents.iter_mut().flatten().filter(|parent| **parent == Some(at)) {
            *parent = None;
        }
    }

    pub(super) fn is_present(&self, at: usize) -> bool {
        self.present[at]
    }

    /// The father and the mother, where they are left.
    pub(super) fn parents(&self, at: usize) -> [Option<usize>; 2] {
        self.parents[at]
    }

    /// Whether a person is a founder of whom nothing is known and who has one child: of the two genes the one that was
    /// handed on matters, whichever it was.
    pub(super) fn hands_on_one_gene(&self, at: usize) -> bool {
        self.parents[at] == [None, None] && !self.kept[at] && self.children[at] == 1
    }
}
