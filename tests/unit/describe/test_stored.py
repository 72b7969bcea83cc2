"""The stored form of a described video: exact, the same bytes for the same values, refused when spoilt."""

from __future__ import annotations

import io
import zipfile
from dataclasses import fields, replace
from fractions import Fraction

import numpy as np
import pytest
from support.footage import moving_pattern, write_video

from similarity.config import AlignConfig, SampleConfig
from similarity.describe.descriptors.motion import MotionDescriber
from similarity.describe.descriptors.pdq import PdqDescriber
from similarity.describe.stored import pack_video, read_video, record_of, time_base_of, unpack_video
from similarity.describe.video import describe_video
from similarity.errors import CaseError


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    path = write_video(tmp_path_factory.mktemp("footage") / "clip.mkv", moving_pattern(60))
    return describe_video(
        path, (PdqDescriber(), MotionDescriber()), config=SampleConfig(), views=AlignConfig(panes=False, turns=False)
    )


def arrays_of(value) -> dict[str, np.ndarray]:
    return {one.name: getattr(value, one.name) for one in fields(value) if hasattr(getattr(value, one.name), "shape")}


def assert_same(one, other):
    for name in ("digest", "info", "counts", "backend", "reading_notes", "bars"):
        assert getattr(one, name) == getattr(other, name)
    assert list(one.views) == list(other.views)
    pairs = [(one.samples, other.samples), (one.scenes, other.scenes)]
    for view, seen in one.views.items():
        assert set(seen.tracks) == set(other.views[view].tracks)
        pairs += [
            (seen, other.views[view]),
            *((track, other.views[view].tracks[name]) for name, track in seen.tracks.items()),
        ]
    for left, right in pairs:
        for name, array in arrays_of(left).items():
            np.testing.assert_array_equal(array, getattr(right, name))
            assert array.dtype == getattr(right, name).dtype


def test_a_video_comes_back_as_it_was(video):
    assert_same(video, unpack_video(pack_video(video, with_record=True), "clip"))
    assert_same(video, read_video(pack_video(video, with_record=False), "clip", record_of(video)))


def test_the_same_video_gives_the_same_bytes(video):
    again = unpack_video(pack_video(video, with_record=True), "clip")
    assert pack_video(again, with_record=True) == pack_video(video, with_record=True)
    assert pack_video(video, with_record=False) != pack_video(video, with_record=True)


def spoilt(content: bytes, **changes) -> bytes:
    with np.load(io.BytesIO(content)) as archive:
        arrays = {name: archive[name] for name in archive.files}
    arrays = {name: changes.get(name.replace("/", "_"), lambda a: a)(array) for name, array in arrays.items()}
    out = io.BytesIO()
    np.savez(out, **{name: array for name, array in arrays.items() if array is not None})
    return out.getvalue()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"samples_pts": lambda a: a.astype(np.float64)}, r"SampleTable.pts: expected int64\(n\), got float64"),
        ({"samples_gate": lambda a: a[:-1]}, "SampleTable.gate: expected uint8"),
        ({"view0_quality": lambda a: a[:-1]}, "DescribedView.quality: expected uint8"),
        ({"view0_set_pdq": lambda a: a[:-1]}, r"view0/set/pdq: expected float16\|float32\|uint8\(n, \*\) with n = "),
        ({"view0_set_motion": lambda a: np.full_like(a, np.nan)}, "view0/set/motion: expected finite numbers"),
        ({"view0_set_motion": lambda a: a[:, :, None]}, "view0/set/motion: expected"),
        ({"view0_set_motion": lambda a: a.astype(str)}, "view0/set/motion: expected"),
        ({"view1_samples": lambda a: None}, "expected an array 'view1/samples', found none"),
        ({"record": lambda a: None}, "expected the record"),
        ({"record": lambda a: a[:-1]}, "expected the record"),
    ],
)
def test_a_spoilt_archive_is_refused_by_name(video, changes, says):
    with pytest.raises(CaseError, match=f"^clip: {says}"):
        unpack_video(spoilt(pack_video(video, with_record=True), **changes), "clip")


def test_what_is_no_archive_is_refused(video):
    for content in (b"", b"PK", pack_video(video, with_record=True)[:-30]):
        with pytest.raises(CaseError, match="no NumPy archive"):
            unpack_video(content, "clip")


def test_a_member_that_is_no_array_is_refused(video):
    content = io.BytesIO(pack_video(video, with_record=True))
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr("view0/set/\x1b[1m", b"no array")
    with pytest.raises(CaseError, match=r"^clip: expected arrays alone, got view0/set/\\x1b\[1m; restore"):
        unpack_video(content.getvalue(), "clip")


def test_a_time_base_is_a_fraction_of_bounded_numbers():
    assert time_base_of("1001/30000") == Fraction(1001, 30000)
    assert time_base_of("1") == 1
    for text in ("1/0", "0/1", "-1/25", "1e999999999", "9" * 20, "1/" + "9" * 20, "1_0/25", "\u0661/25", "", "nan"):
        with pytest.raises(CaseError, match=r"time base .*: expected a fraction"):
            time_base_of(text)


def test_a_video_shows_shapes_and_no_contents(video):
    shown = repr(video)
    assert f"pts=int64({len(video.samples)})" in shown
    assert "array(" not in shown
    assert video != replace(video)
