"""The configuration: one frozen value, read once, wrong in no silent way."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import replace
from typing import Literal, get_args, get_origin, get_type_hints

import pytest

from similarity.config import ClipConfig, Config, SampleConfig, load_profile, profile_names
from similarity.errors import ConfigurationError

SHIPPED = ("prescreen", "quick", "standard", "thorough")


@pytest.fixture
def profile(tmp_path):
    """A function that writes a profile and loads it."""

    def load(text):
        path = tmp_path / "mine.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load_profile(str(path))

    return load


def fields_of(value, path=()):
    """Every setting as the path of names that leads to it."""
    for field in dataclasses.fields(value):
        inner = getattr(value, field.name)
        yield from fields_of(inner, (*path, field.name)) if dataclasses.is_dataclass(inner) else [(*path, field.name)]


def owner_of(config, path):
    for name in path[:-1]:
        config = getattr(config, name)
    return config


def other_value(config, path):
    """A valid value of a setting that is not its present one."""
    owner = owner_of(config, path)
    present, hint = getattr(owner, path[-1]), get_type_hints(type(owner))[path[-1]]
    if get_origin(hint) is Literal:
        return next(choice for choice in get_args(hint) if choice != present)
    return {bool: lambda: not present, str: lambda: present + "x"}.get(type(present), lambda: present + 1)()


def nested(path, value):
    for name in reversed(path):
        value = {name: value}
    return value


SETTINGS = tuple(fields_of(Config()))


def test_every_shipped_profile_loads_under_its_name():
    assert profile_names() == SHIPPED
    assert [load_profile(name).profile for name in SHIPPED] == list(SHIPPED)


def test_shipped_profiles_differ_from_one_another():
    assert len({replace(load_profile(name), profile="same").sha256 for name in SHIPPED}) == len(SHIPPED)


def test_the_standard_profile_changes_nothing():
    assert load_profile() == Config()


def test_the_quick_profile_decodes_keyframes_only():
    assert load_profile("quick").sample.keyframes_only


WITHOUT_FIGURES = {("media", "isolate")}
"""Settings that change no figure, and so no hash: what was made with them is compared with what was made without."""


@pytest.mark.parametrize("path", SETTINGS, ids=".".join)
def test_every_setting_can_be_set_and_changes_the_hash(path):
    config = Config()
    changed = load_profile("standard", nested(path, other_value(config, path)))
    assert getattr(owner_of(changed, path), path[-1]) == other_value(config, path)
    assert (changed.sha256 != config.sha256) == (path not in WITHOUT_FIGURES)
    assert (changed.to_json() != config.to_json()) == (path not in WITHOUT_FIGURES)


@pytest.mark.parametrize("path", SETTINGS, ids=".".join)
@pytest.mark.parametrize("wrong", [None, [], {}, {"a": 1}, [1], b"bytes"], ids=repr)
def test_a_value_of_the_wrong_type_names_the_setting(path, wrong):
    with pytest.raises(ConfigurationError, match=f"{path[-1]}: expected"):
        load_profile("standard", nested(path, wrong))


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (("sample", "samples_per_second"), "2"),
        (("sample", "samples_per_second"), True),
        (("sample", "max_side_pixels"), 480.0),
        (("sample", "max_side_pixels"), True),
        (("sample", "remove_bars"), 1),
        (("sample", "reader"), "gstreamer"),
        (("describe", "clip", "precision"), "fp16"),
        (("profile",), 3),
    ],
)
def test_near_misses_of_type_are_refused(path, wrong):
    with pytest.raises(ConfigurationError, match=f"{path[-1]}: expected"):
        load_profile("standard", nested(path, wrong))


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (("sample", "samples_per_second"), 0),
        (("sample", "samples_per_second"), -2.0),
        (("sample", "samples_per_second"), float("nan")),
        (("sample", "samples_per_second"), float("inf")),
        (("sample", "samples_per_second"), 10**400),
        (("sample", "max_side_pixels"), 0),
        (("describe", "clip", "batch_size"), -1),
        (("align", "num_hits_per_sample"), 0),
        (("align", "max_candidate_works"), 0),
        (("align", "pdq_distance_bits"), 257),
        (("align", "operating_threshold"), float("nan")),
        (("report", "max_frame_pairs_per_match"), -1),
        (("report", "frame_max_side_pixels"), 0),
    ],
)
def test_a_figure_out_of_its_range_is_refused_by_name(path, wrong):
    with pytest.raises(ConfigurationError, match=rf"{path[-1]}: expected"):
        load_profile("standard", nested(path, wrong))


def test_a_figure_out_of_its_range_says_in_which_file_and_section(profile):
    with pytest.raises(
        ConfigurationError, match=r"mine\.yaml: sample: samples_per_second: expected .* 0\.01 .*got 0\.0"
    ):
        profile("sample: {samples_per_second: 0}")


def test_ranges_hold_for_values_made_in_code_too():
    with pytest.raises(ConfigurationError, match="max_side_pixels"):
        SampleConfig(max_side_pixels=1)
    with pytest.raises(ConfigurationError, match="batch_size"):
        replace(ClipConfig(), batch_size=0)


def test_a_whole_number_is_taken_for_a_real_one():
    rate = load_profile("standard", {"sample": {"samples_per_second": 4}}).sample.samples_per_second
    assert isinstance(rate, float)
    assert rate == 4.0


def test_options_override_the_profile_and_leave_the_rest():
    config = load_profile("prescreen", {"sample": {"samples_per_second": 3.0}})
    assert config.sample.samples_per_second == 3.0
    assert config.sample.max_side_pixels == load_profile("prescreen").sample.max_side_pixels != 512


@pytest.mark.parametrize(
    ("changes", "suggestion"),
    [
        ({"smaple": {}}, "sample"),
        ({"sample": {"sample_per_second": 1.0}}, "samples_per_second"),
        ({"describe": {"clip": {"pretraind": "x"}}}, "pretrained"),
    ],
)
def test_an_unknown_setting_fails_with_the_nearest_known_name(changes, suggestion):
    with pytest.raises(ConfigurationError, match=rf"unknown setting .*did you mean '{suggestion}'"):
        load_profile("standard", changes)


@pytest.mark.parametrize("key", ["zzzzzz", 7, None, True])
def test_a_setting_like_no_other_lists_what_is_known(key):
    with pytest.raises(
        ConfigurationError,
        match=r"known here: profile, sample, describe, align, verify, place, measure, report, media$",
    ):
        load_profile("standard", {key: 1})


def test_an_unknown_profile_fails_with_the_nearest_known_name():
    with pytest.raises(ConfigurationError, match=r"profile 'standart' is unknown.*did you mean 'standard'"):
        load_profile("standart")


@pytest.mark.parametrize("text", ["", "{}", "# only a comment\n", "---\n", "null"])
def test_an_empty_profile_is_the_default(profile, text):
    assert profile(text) == replace(Config(), profile="mine")


@pytest.mark.parametrize("text", ["- sample", "word", "3", "[]"])
def test_a_profile_that_is_no_mapping_is_refused(profile, text):
    with pytest.raises(ConfigurationError, match=r"mine\.yaml: expected a mapping"):
        profile(text)


@pytest.mark.parametrize(
    "text",
    [
        "sample: [",
        "a: *nothing",
        "!!python/object/apply:os.getcwd []",
        "? [1]\n: 2",
        b"\xff\xfe\x00",
        b"\x00",
        "[" * 5000,
        "a: " + "9" * 5000,
    ],
    ids=[
        "open bracket",
        "no anchor",
        "a call",
        "a list as key",
        "no text",
        "nul",
        "deep",
        "long number",
    ],
)
def test_a_profile_that_is_no_plain_yaml_is_refused(profile, text):
    with pytest.raises(ConfigurationError, match=r"mine\.yaml: can't be read as YAML"):
        profile(text)


@pytest.mark.parametrize(
    "text",
    [
        "sample: {samples_per_second: 4}\nsample: {keyframes_only: true}",
        "sample: {samples_per_second: 4, samples_per_second: 2}",
    ],
)
def test_a_setting_given_twice_is_refused(profile, text):
    with pytest.raises(ConfigurationError, match=r"mine\.yaml: .*given twice: sample"):
        profile(text)


BOMB = "\n".join([
    "profile: mine",
    "align: {pdq_distance_bits: &a0 [1, 1]}",
    *(f"x{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 20)}]" for n in range(1, 30)),
])  # fmt: skip


@pytest.mark.timeout(20)
def test_an_expanding_profile_is_refused_at_once_and_in_few_words(profile):
    with pytest.raises(ConfigurationError) as refused:
        profile(BOMB)
    assert len(str(refused.value)) < 500
    inner = BOMB.replace("align: {pdq_distance_bits: &a0 [1, 1]}", "a: &a0 [1, 1]") + "\nsample: {reader: *a29}"
    with pytest.raises(ConfigurationError):
        profile(inner)


@pytest.mark.timeout(20)
def test_a_huge_value_is_quoted_in_few_words():
    value = [1]
    for _ in range(30):
        value = [value] * 20
    for path in (("sample", "reader"), ("sample", "max_side_pixels"), ("sample",)):
        with pytest.raises(ConfigurationError) as refused:
            load_profile("standard", nested(path, value))
        assert len(str(refused.value)) < 1000


def test_a_profile_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match=r"none\.yaml: can't be read"):
        load_profile(str(tmp_path / "none.yaml"))


def test_canonical_json_is_sorted_and_holds_every_setting():
    content = json.loads(Config().to_json())
    assert Config().to_json() == json.dumps(content, sort_keys=True, separators=(",", ":"))
    assert "media" not in content
    for path in set(SETTINGS) - WITHOUT_FIGURES:
        assert owner_of(Config(), path) is not None
        value = content
        for name in path:
            value = value[name]
        assert value == getattr(owner_of(Config(), path), path[-1])


def test_equal_configurations_have_equal_hashes():
    assert Config().sha256 == load_profile("standard").sha256 == replace(Config()).sha256
    assert len(Config().sha256) == 64


def test_a_configuration_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Config().profile = "other"
