"""Which works are worth aligning: each route finds what the others miss, and says so."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from index import DescriptorSet, NewEntry, SampleTable, SceneTable
from index.local.library import Library
from similarity.align.candidates import NO_VOTING, RouteRank, candidate_works
from similarity.align.normalise import Background
from similarity.align.values import BiasedTrack, SuspectTrack, ViewTrack
from similarity.config import AlignConfig
from similarity.describe.views import AS_IS, MIRRORED

SETS = {"compact": 64, "composition": 48, "motion": 24, "pdq": 256, "clip": 32}
OLDER = ("compact", "pdq")
NUM_WORKS, NUM_SAMPLES = 12, 10
WORKS = tuple(f"work-{number:02}" for number in range(NUM_WORKS))
BACKGROUNDS = {
    name: Background(np.random.default_rng(1000 + SETS[name]).normal(size=(200, SETS[name])).astype(np.float32))
    for name in ("compact", "composition")
}
for _background in BACKGROUNDS.values():
    _background.rows /= np.linalg.norm(_background.rows, axis=1, keepdims=True)


def made_rows(name, seed, count=NUM_SAMPLES):
    """Unit rows rounded as they are stored, or bits."""
    rng = np.random.default_rng([SETS[name], seed])
    if name == "pdq":
        return rng.integers(0, 256, (count, 32), dtype=np.uint8)
    rows = rng.normal(size=(count, SETS[name]))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16).astype(np.float32)


def entry_of(number, role, names):
    ticks = np.arange(NUM_SAMPLES, dtype=np.int64)
    zeros = np.zeros(NUM_SAMPLES, np.uint8)
    return NewEntry(
        entry_id=f"{role}-{number:02}",
        role=role,
        source_path="made-up",
        sha256=f"{number:064x}",
        size_bytes=1,
        duration_seconds=NUM_SAMPLES / 2,
        facts_json="{}",
        catalogue={},
        samples=SampleTable(
            time_base=Fraction(1, 2),
            start_pts=0,
            pts=ticks,
            scene=np.zeros(NUM_SAMPLES, np.int32),
            reason=zeros,
            gate=zeros,
            quality=zeros + 100,
            box=np.tile(np.array([0, 0, 1000, 1000], np.int16), (NUM_SAMPLES, 1)),
        ),
        scenes=SceneTable(start_pts=np.array([0]), end_pts=np.array([NUM_SAMPLES]), is_gradual=np.array([False])),
        descriptors={name: made_rows(name, number) for name in names},
    )


def filled(path, names):
    library = Library.create(path)
    for name in names:
        kind = "binary" if name == "pdq" else "float"
        library.declare_set(
            DescriptorSet(name=name, version="1", weights_sha256=None, kind=kind, dimensions=SETS[name])
        )
    for number in range(NUM_WORKS):
        library.add(entry_of(number, "work", names))
    return library


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    with filled(tmp_path_factory.mktemp("candidates") / "library", SETS) as opened:
        yield opened


def seen(*, like=None, names=tuple(SETS), seed=500, samples=None, mixed=()):
    """What a suspect's view shows: rows of its own, but for those sets that it takes from a work.

    Args:
        like: descriptor set -> number of the work whose rows are seen.
        names: sets that were described.
        seed: of the rows of its own.
        samples: numbers of its samples.
        mixed: (set, number of a work, weight) of rows that are only a little like a work's.
    """
    rows = {name: made_rows(name, (like or {}).get(name, seed)) for name in names}
    for name, number, weight in mixed:
        both = rows[name] + weight * made_rows(name, number)
        rows[name] = both / np.linalg.norm(both, axis=1, keepdims=True)
    layout = rows.get("composition")
    return ViewTrack(
        samples=np.arange(NUM_SAMPLES) if samples is None else samples,
        compact=rows["compact"],
        pdq=rows["pdq"],
        bias=BACKGROUNDS["compact"].bias(rows["compact"]),
        quality=np.full(NUM_SAMPLES, 100, np.uint8),
        composition=None if layout is None else BiasedTrack(rows=layout, bias=BACKGROUNDS["composition"].bias(layout)),
        motion=rows.get("motion"),
        concept=None
        if "clip" not in rows
        else BiasedTrack(rows=rows["clip"], bias=np.full(NUM_SAMPLES, 0.5, np.float32)),
    )


def suspect_of(view, *more):
    return SuspectTrack(
        seconds=np.arange(NUM_SAMPLES) / 2,
        duration_seconds=NUM_SAMPLES / 2,
        cut_seconds=np.zeros(0),
        views=dict(zip((AS_IS, MIRRORED), (view, *more), strict=False)),
    )


def candidates(library, suspect, **config):
    return candidate_works(library, suspect, WORKS, config=AlignConfig(**{"max_candidate_works": 4} | config))


@pytest.mark.parametrize(
    ("descriptor", "route"),
    [
        ("compact", "copies"),
        ("pdq", "copies"),
        ("composition", "composition"),
        ("motion", "motion"),
        ("clip", "concept"),
    ],
)
def test_a_work_found_by_one_descriptor_alone_is_a_candidate_and_says_by_which(library, descriptor, route):
    found = candidates(library, suspect_of(seen(like={descriptor: 7})))
    assert "work-07" in found.work_ids
    assert RouteRank(route=route, rank=1) in found.routes["work-07"]
    assert found.routes["work-07"][0].rank == 1
    others = {one.route for one in found.routes["work-07"] if one.rank == 1} - {route}
    assert not others


def test_three_works_each_found_by_another_route_are_all_candidates(library):
    found = candidates(library, suspect_of(seen(like={"compact": 2, "composition": 5, "motion": 9})))
    assert {"work-02", "work-05", "work-09"} <= set(found.work_ids)
    first = {route: work_id for work_id, ranks in found.routes.items() for route, rank in as_pairs(ranks) if rank == 1}
    assert first == {"copies": "work-02", "composition": "work-05", "motion": "work-09"}


def as_pairs(ranks):
    return [(one.route, one.rank) for one in ranks]


@pytest.mark.parametrize("descriptor", ["compact", "composition", "motion"])
def test_a_work_that_one_route_puts_first_is_not_crowded_out_by_works_that_all_routes_know(library, descriptor):
    """Every work gets some votes by chance, and long works get some by every route."""
    crowd = [(name, number, 0.6) for number in range(6) for name in ("compact", "composition") if name != descriptor]
    found = candidates(library, suspect_of(seen(like={descriptor: 7}, mixed=crowd)), max_candidate_works=3)
    assert "work-07" in found.work_ids


def test_works_that_subject_alone_finds_come_after_works_of_the_same_rank(library):
    """A subject is an idea: of two works that stand first by one route each, the one of the same pictures is first."""
    found = candidates(
        library, suspect_of(seen(like={"compact": 9, "clip": 1}, names=[*OLDER, "clip"])), max_candidate_works=2
    )
    assert found.work_ids == ("work-09", "work-01")


def test_a_library_without_subjects_is_not_searched_by_them(tmp_path):
    with filled(tmp_path / "older", ("compact", "pdq", "composition")) as older:
        found = candidates(older, suspect_of(seen(like={"compact": 7, "clip": 2}, names=[*OLDER, "clip"])))
    assert "concept" not in {one.route for ranks in found.routes.values() for one in ranks}
    assert "concept" not in found.voting.routes


def test_the_routes_that_were_searched_are_told(library):
    found = candidates(library, suspect_of(seen(like={"compact": 7})))
    assert found.voting.routes == ("copies", "composition", "motion", "concept")
    without = candidates(library, suspect_of(seen(like={"compact": 7}, names=OLDER)))
    assert without.voting.routes == ("copies",)


def test_a_work_that_two_routes_find_comes_before_one_that_either_finds(library):
    both = suspect_of(seen(like={"compact": 3, "motion": 3, "composition": 8}))
    assert candidates(library, both).work_ids[0] == "work-03"


def test_a_work_seen_only_in_the_mirror_is_found_by_its_composition(library):
    found = candidates(library, suspect_of(seen(), seen(like={"composition": 6}, seed=501)))
    assert as_pairs(found.routes["work-06"])[0] == ("composition", 1)
    assert "work-06" in found.work_ids


def test_ranks_of_a_route_are_1_2_3_and_so_on_and_stand_best_first(library):
    found = candidates(library, suspect_of(seen(like={"compact": 1, "composition": 1})))
    for route in ("copies", "composition", "motion"):
        ranks = sorted(rank for ranks in found.routes.values() for name, rank in as_pairs(ranks) if name == route)
        assert ranks == list(range(1, len(ranks) + 1))
    for ranks in found.routes.values():
        assert [one.rank for one in ranks] == sorted(one.rank for one in ranks)


def test_every_candidate_has_a_route_and_the_rest_are_counted_as_left_out(library):
    found = candidates(library, suspect_of(seen(like={"composition": 4})), max_candidate_works=2)
    assert len(found.work_ids) == 2
    assert set(found.work_ids) <= set(found.routes) <= set(WORKS)
    assert found.voting.num_works_left_out == len(found.routes) - 2
    assert found.voting.num_samples == NUM_SAMPLES


def test_flow_as_alike_as_any_pan_is_to_another_is_no_vote(library):
    usual = suspect_of(seen(mixed=[("motion", 7, 0.8)]))
    cosines = np.sum(usual.views[AS_IS].motion * made_rows("motion", 7), axis=1)
    assert 0.3 < cosines.min() < cosines.max() < 0.8
    found = candidates(library, usual)
    assert not any(one.route == "motion" for ranks in found.routes.values() for one in ranks)


def test_a_suspect_in_which_nothing_moves_votes_by_no_motion(library):
    still = seen(like={"compact": 1})
    still.motion[:] = 0.0
    found = candidates(library, suspect_of(still))
    assert not any(one.route == "motion" for ranks in found.routes.values() for one in ranks)
    assert found.work_ids[0] == "work-01"


def test_a_library_without_composition_and_motion_is_searched_by_copies_alone(tmp_path):
    with filled(tmp_path / "older", OLDER) as older:
        found = candidates(older, suspect_of(seen(like={"compact": 7}, names=OLDER)))
    assert found.work_ids[0] == "work-07"
    assert {one.route for ranks in found.routes.values() for one in ranks} == {"copies"}


def test_where_no_more_works_stand_than_may_be_aligned_none_is_chosen_and_no_route_is_told(library):
    found = candidates(library, suspect_of(seen(like={"motion": 7})), max_candidate_works=NUM_WORKS)
    assert found.work_ids == WORKS
    assert (found.voting, dict(found.routes)) == (NO_VOTING, {})


def test_works_that_may_not_be_chosen_get_no_rank(library):
    allowed = WORKS[:6]
    found = candidate_works(
        library,
        suspect_of(seen(like={"compact": 7, "composition": 2})),
        allowed,
        config=AlignConfig(max_candidate_works=3),
    )
    assert set(found.routes) <= set(allowed)
    assert as_pairs(found.routes["work-02"])[0] == ("composition", 1)
