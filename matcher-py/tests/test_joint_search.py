"""Searches by prints and DNA together: two columns, and one sum only where both are likelihood ratios."""

import math
import pickle

import numpy as np
import pytest
from command import Fingers
from matcher import Gallery, InvalidValueError, JointCandidate, JointCandidateList
from matcher.dna import Profile, Rule
from matcher.fingerprint import Template

RULE = Rule("high", min_loci=2)
SCALE = [(0.0, -1.0), (40.0, 4.0)]
POPULATION = "nist1036-cauc"


def person(name: str, *fga: int) -> Profile:
    return Profile(name, {"FGA": fga, "TH01": (6, 9.3)})


@pytest.fixture
def bureau(fingers: Fingers) -> Gallery:
    """A and B have prints and DNA, C prints alone, D DNA alone; H is for NL only."""
    gallery = Gallery.in_memory()
    gallery.enrol("A", fingers[0][:1], person("A", 21, 22))
    gallery.enrol("B", fingers[1][:1], person("B", 20, 24))
    gallery.enrol("C", fingers[2][:1])
    gallery.enrol("D", dna=person("D", 20, 24))
    gallery.enrol("H", fingers[0][2], person("H", 20, 24), owner="NL", visible_to=[])
    return gallery


@pytest.fixture
def probe(fingers: Fingers) -> Template:
    """A's print; the trace is that of B and D."""
    return fingers[0][1]


TRACE = person("trace", 20, 24)


def of(answer: JointCandidateList, subject_id: str) -> JointCandidate:
    [found] = [candidate for candidate in answer if candidate.subject_id == subject_id]
    return found


def test_kinds_stand_side_by_side(bureau: Gallery, probe: Template) -> None:
    answer = bureau.search(probe, dna=TRACE, rule=RULE)
    assert not answer.fused
    assert answer.complete
    assert all(candidate.log10_lr is None for candidate in answer)
    assert [candidate.rank for candidate in answer] == list(range(1, len(answer) + 1))
    # The first by prints, and the first by DNA.
    assert [answer[0].subject_id, answer[1].subject_id] == ["A", "B"]
    assert answer.fingerprints == bureau.search(probe)
    assert answer.dna == bureau.search_dna(TRACE, RULE, limit=20)
    first = answer[0].fingerprints
    assert first is not None
    assert (first.rank, first.score) == (1, answer.fingerprints[0].score)
    assert len(first.evidence().pairs) > 10
    assert (answer[0].dna, answer[0].dna_candidate) == ("differs", None)
    agrees = of(answer, "D").dna_candidate
    assert agrees is not None
    assert (of(answer, "D").dna, agrees.rank, agrees.evidence().hit) == ("agrees", 2, True)
    assert of(answer, "D").fingerprints is None
    if any(candidate.subject_id == "C" for candidate in answer):
        assert of(answer, "C").dna == "not_comparable"
    with pytest.raises(IndexError):
        answer[len(answer)]


def test_there_is_no_sum_without_both_likelihood_ratios(bureau: Gallery, probe: Template) -> None:
    answer = bureau.search(probe, dna=TRACE, rule=RULE, frequencies=POPULATION)
    assert not answer.fused
    assert of(answer, "B").log10_lr is None
    agrees = of(answer, "B").dna_candidate
    assert agrees is not None
    assert agrees.log10_rmp is not None
    with pytest.raises(InvalidValueError, match="likelihood ratio of DNA is not given"):
        bureau.search(probe, dna=TRACE, rule=RULE, fingerprint_lr=SCALE)


def test_likelihood_ratios_are_added_and_rank(bureau: Gallery, probe: Template) -> None:
    answer = bureau.search(probe, dna=TRACE, rule=RULE, frequencies=POPULATION, theta=0.03, fingerprint_lr=SCALE)
    assert answer.fused
    agrees, prints = of(answer, "B").dna_candidate, of(answer, "B").fingerprints
    assert agrees is not None
    assert agrees.log10_rmp is not None
    assert prints is not None
    assert agrees.log10_rmp == bureau.search_dna(TRACE, RULE, frequencies=POPULATION, theta=0.03)[0].log10_rmp
    assert of(answer, "B").log10_lr == min(-1 + 5 * prints.score / 40, 4) - agrees.log10_rmp
    assert of(answer, "D").log10_lr == -agrees.log10_rmp
    assert of(answer, "A").log10_lr == -math.inf
    assert answer[-1].subject_id == "A"
    ratios = [candidate.log10_lr for candidate in answer if candidate.log10_lr is not None]
    assert ratios == sorted(ratios, reverse=True)
    assert len(ratios) == len(answer)
    as_array = bureau.search(
        probe, dna=TRACE, rule=RULE, frequencies=POPULATION, theta=0.03, fingerprint_lr=np.array(SCALE)
    )
    assert as_array == answer
    assert len(bureau.search(probe, dna=TRACE, rule=RULE, limit=1)) == 1


def test_who_may_not_be_seen_is_in_neither_column(bureau: Gallery, probe: Template) -> None:
    answer = bureau.search(probe, dna=TRACE, rule=RULE)
    assert "H" not in [candidate.subject_id for candidate in answer]
    seen = bureau.search(probe, dna=TRACE, rule=RULE, viewer="NL")
    assert of(seen, "H").fingerprints is not None
    assert of(seen, "H").dna == "agrees"
    assert bureau.search(probe, dna=TRACE, rule=RULE, viewer="NL", exclude=["H"]) == answer
    assert len(bureau.search(probe, dna=TRACE, rule=RULE, tags=["none"])) == 0
    bureau.remove("H")
    assert bureau.search(probe, dna=TRACE, rule=RULE) == answer


def test_what_is_not_listed_by_a_kind_has_rank_0_there(bureau: Gallery, probe: Template) -> None:
    answer = bureau.search(probe, dna=TRACE, rule=RULE, min_score=60.0)
    found = of(answer, "B").fingerprints
    assert found is not None
    assert (found.rank, found.score < 60) == (0, True)
    assert len(answer.fingerprints) <= 1


def test_answers_are_plain_and_survive_pickling(bureau: Gallery, probe: Template) -> None:
    for scale in (None, SCALE):
        answer = bureau.search(probe, dna=TRACE, rule=RULE, frequencies=POPULATION, fingerprint_lr=scale)
        assert pickle.loads(pickle.dumps(answer)) == answer
        plain = answer.to_dict()
        assert plain["fingerprints"] == answer.fingerprints.to_dict()
        assert plain["dna"] == answer.dna.to_dict()
        assert [entry["log10_lr"] for entry in plain["candidates"]] == [c.log10_lr for c in answer]
        assert [entry["dna"] for entry in plain["candidates"]] == [c.dna for c in answer]
        assert "JointCandidateList" in repr(answer)
    assert "DNA differs, log10 LR -inf" in repr(of(answer, "A"))
    assert "prints not comparable" in repr(of(answer, "D"))


def test_keywords_of_dna_need_a_profile(bureau: Gallery, probe: Template) -> None:
    with pytest.raises(InvalidValueError, match="rule is None"):
        bureau.search(probe, dna=TRACE)  # type: ignore[call-overload]
    with pytest.raises(InvalidValueError, match="rule is given"):
        bureau.search(probe, rule=RULE)  # type: ignore[call-overload]
    with pytest.raises(InvalidValueError, match="fingerprint_lr is given"):
        bureau.search(probe, fingerprint_lr=SCALE)  # type: ignore[call-overload]
    with pytest.raises(InvalidValueError, match="ascending"):
        bureau.search(probe, dna=TRACE, rule=RULE, frequencies=POPULATION, fingerprint_lr=SCALE[::-1])
    for wrong in ([], [1.0, 2.0], [(1.0, 2.0, 3.0)], "no", [("a", "b")], [(0.0, math.nan)]):
        with pytest.raises(InvalidValueError, match=r"fingerprint_lr|points"):
            bureau.search(
                probe,
                dna=TRACE,
                rule=RULE,
                frequencies=POPULATION,
                fingerprint_lr=wrong,  # type: ignore[arg-type]
            )
    with pytest.raises(InvalidValueError, match="theta"):
        bureau.search(probe, dna=TRACE, rule=RULE, theta=2.0)
