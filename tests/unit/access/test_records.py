"""A record says what its maker said, for this video, unchanged since it was signed."""

from __future__ import annotations

import base64
import dataclasses
import json
from datetime import UTC, datetime

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.paths import ROOT

from similarity.absence import NotMeasured
from similarity.access.records.statements import MAX_RECORD_BYTES, read_record, record_schema, signed_record
from similarity.access.records.values import RecordedVideo, UseStatement
from similarity.canonical import canonical_json
from similarity.errors import AccessError
from similarity.signatures import create_key

SCHEMA = ROOT / "docs" / "prior-work-use-record.schema.json"
NOW = datetime(2024, 5, 2, 3, 4, 5, tzinfo=UTC)
VIDEO = "a" * 64
SAID = UseStatement(
    user="用户",
    provider="service",
    model="model 1.0",
    prompt="那猴在山中 <b>",
    generated="2024-05-01",
    works=({"title": "西游记", "authors": ("吴承恩",), "passages": ("第二回",), "purpose": "adaptation"},),
)


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return create_key(tmp_path_factory.mktemp("key") / "maker.pem")


@pytest.fixture(scope="module")
def record(key):
    return signed_record(SAID, RecordedVideo(sha256=VIDEO, size_bytes=1234), key, now=NOW)


def state(content, video=None):
    return read_record(content, exhibit=None, video_sha256=video).state


def test_a_record_reads_back_as_it_was_said(record, key):
    found = read_record(record, exhibit="E4", video_sha256=VIDEO.upper())
    assert (found.state, found.exhibit, found.is_video_checked, found.key_id) == ("valid", "E4", True, key.key_id)
    said = found.record
    assert (said.user, said.prompt, said.generated, said.video.size_bytes) == (
        "用户",
        "那猴在山中 <b>",
        "2024-05-01",
        1234,
    )
    assert said.recorded_utc == "2024-05-02T03:04:05Z"
    assert [(work.title, work.authors, work.passages, work.identifier) for work in said.works] == [
        ("西游记", ("吴承恩",), ("第二回",), None)
    ]


def test_without_a_video_none_is_compared_and_another_does_not_fit(record):
    assert not read_record(record, exhibit=None, video_sha256=None).is_video_checked
    assert state(record, "b" * 64) == "video_does_not_fit"


def test_the_signature_is_over_the_canonical_form_as_the_page_says(record):
    """By the cryptography package alone, from the description in the documentation."""
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    content = json.loads(record)
    signature = content.pop("signature")
    public = load_pem_public_key(signature["public_key_pem"].encode())
    public.verify(base64.b64decode(signature["value"]), canonical_json(content))


def test_layout_does_not_matter(record):
    content = json.loads(record)
    assert state(json.dumps(content).encode()) == "valid"
    assert state(b"\xef\xbb\xbf" + json.dumps(dict(reversed(content.items())), indent=7).encode()) == "valid"


@given(data=st.data())
def test_any_changed_value_is_noticed(record, data):
    content = json.loads(record)
    said = content["statement"]
    place = data.draw(st.sampled_from(["user", "prompt", "model", "generated", "provider", "recorded_utc"]))
    new = "2024-05-02T03:04:06Z" if place == "recorded_utc" else data.draw(st.text(min_size=1, max_size=9))
    if new == said[place]:
        return
    said[place] = new
    assert state(json.dumps(content).encode()) in {"signature_does_not_fit", "unreadable"}


def test_another_key_or_key_id_does_not_fit(record, tmp_path):
    content = json.loads(record)
    other = create_key(tmp_path / "other.pem")
    changed = {**content, "signature": {**content["signature"], "key_id": "0" * 64}}
    assert state(json.dumps(changed).encode()) == "signature_does_not_fit"
    changed = {
        **content,
        "signature": {**content["signature"], "public_key_pem": other.public_pem, "key_id": other.key_id},
    }
    assert state(json.dumps(changed).encode()) == "signature_does_not_fit"


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "",
        lambda text: "[]",
        lambda text: "null",
        lambda text: "[" * 100_000,
        lambda text: text.replace('"version": "1.1"', '"version": "2.0"'),
        lambda text: text.replace('"user":', '"extra": 1, "user":'),
        lambda text: text.replace('"user":', '"user": "twice", "user":'),
        lambda text: text.replace("1234", "NaN"),
        lambda text: text.replace("1234", "1" * 5000),
        lambda text: text.replace('"model 1.0"', "7"),
        lambda text: text.replace('"model 1.0"', '"\\ud800"'),
        lambda text: text.replace("BEGIN PUBLIC KEY", "BEGIN NOTHING"),
        lambda text: text.replace('"title": "西游记"', '"title": ""'),
        lambda text: text + " " * MAX_RECORD_BYTES,
    ],
)
def test_what_is_no_record_is_unreadable_with_its_reason(record, change):
    found = read_record(change(record.decode()).encode(), exhibit=None, video_sha256=VIDEO)
    assert found.state == "unreadable"
    assert isinstance(found.record, NotMeasured)
    assert found.key_id is None


@given(st.binary(max_size=200))
def test_any_bytes_are_unreadable_and_nothing_worse(content):
    assert state(content) == "unreadable"


def test_a_statement_that_json_can_not_hold_is_refused(key):
    said = dataclasses.replace(SAID)
    object.__setattr__(said, "user", "\ud800")  # no reader of statements lets it through
    with pytest.raises(AccessError, match="the statement"):
        signed_record(said, RecordedVideo(sha256=VIDEO, size_bytes=1), key, now=NOW)


def test_the_published_schema_is_the_code_s_and_records_fit_it(record):
    published = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert published == record_schema()
    jsonschema.validate(json.loads(record), published)
