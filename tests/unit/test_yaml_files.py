from dataclasses import dataclass

import pytest

from similarity.errors import ConfigurationError
from similarity.yaml_files import MAX_YAML_BYTES, parse_yaml, read_yaml


@dataclass(frozen=True)
class Form:
    title: str
    when: str = ""


def test_a_form_is_read_and_dates_stay_as_they_were_written():
    assert parse_yaml("title: 长城\nwhen: 2024-05-01", Form, name="x.yaml") == Form(title="长城", when="2024-05-01")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: &a [x, x]\nb: [*a, *a]", "aliases"),
        ("title: one\ntitle: two", "given twice: title"),
        ("[" * 60 + "]" * 60, "nested"),
        ("title: !!python/object/apply:os.system ['true']", "constructor"),
        ("titel: one", "title: Field required"),
        ("title: [one", "read as YAML"),
    ],
)
def test_what_is_not_read_is_refused_with_its_reason(text, says):
    with pytest.raises(ConfigurationError, match=r"x\.yaml") as refused:
        parse_yaml(text, Form, name="x.yaml")
    assert says in str(refused.value)


def test_a_file_of_many_megabytes_is_refused_before_it_is_parsed(tmp_path):
    path = tmp_path / "large.yaml"
    path.write_bytes(b"#" * (MAX_YAML_BYTES + 1))
    with pytest.raises(ConfigurationError, match="at most"):
        read_yaml(path, Form)


def test_text_that_is_not_utf8_and_absent_files_are_said(tmp_path):
    path = tmp_path / "odd.yaml"
    path.write_bytes(b"title: \xff\xfe")
    with pytest.raises(ConfigurationError, match="UTF-8"):
        read_yaml(path, Form)
    with pytest.raises(ConfigurationError, match="can't be read"):
        read_yaml(tmp_path / "none.yaml", Form)
