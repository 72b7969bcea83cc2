"""Tables of the documentation against the code that they describe."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from importlib import import_module

import pytest

from index.records import EXCLUSION_KINDS
from similarity.compare.exclusions import COLUMNS
from similarity.config import Config, load_profile, profile_names
from similarity.ingest.catalogue import KNOWN_COLUMNS

PROFILE_COLUMNS = ("standard", "quick", "prescreen", "thorough")


def flat(value, prefix: str = "") -> dict[str, object]:
    """Dotted name -> value of every setting, without the profile's own name."""
    found: dict[str, object] = {}
    for field in dataclasses.fields(value):
        held = getattr(value, field.name)
        if dataclasses.is_dataclass(held):
            found |= flat(held, f"{prefix}{field.name}.")
        elif prefix:
            found[f"{prefix}{field.name}"] = held
    return found


def shown(value: object) -> str:
    """As YAML writes it, in backticks."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"`{text}`" if text else '`""`'


def test_the_profile_table_agrees_with_the_configuration(guide):
    assert set(PROFILE_COLUMNS) == set(profile_names())
    profiles = [flat(load_profile(name)) for name in PROFILE_COLUMNS]
    expected = [
        [f"`{setting}`", *(shown(profile[setting]) for profile in profiles)]
        for setting in profiles[0]
        if len({shown(profile[setting]) for profile in profiles}) > 1
    ]
    assert guide.tables_after("Profiles and settings")[0] == expected


def test_the_table_of_settings_agrees_with_the_defaults(guide):
    rows = guide.tables_after("Profiles and settings")[1]
    assert [row[:2] for row in rows] == [[f"`{name}`", shown(value)] for name, value in flat(Config()).items()]
    assert all(meaning for *_, meaning in rows)


def test_the_profile_in_the_guide_is_one(guide, tmp_path):
    found = re.search(r"```yaml\n(.*?)```", guide.text, flags=re.DOTALL)
    assert found is not None
    (tmp_path / "festival.yaml").write_text(found[1], encoding="utf-8")
    assert load_profile(str(tmp_path / "festival.yaml")).profile == "festival"


def test_the_catalogue_table_names_every_column(guide):
    assert [row[0].strip("`") for row in guide.table("column")] == list(KNOWN_COLUMNS)


def test_the_table_of_decisions_names_every_column_and_kind(guide):
    assert [row[0].strip("`") for row in guide.table("decision")] == list(COLUMNS)
    kinds = next(row[1] for row in guide.table("decision") if row[0] == "`kind`")
    assert set(re.findall(r"`(\w+)`", kinds)) == set(EXCLUSION_KINDS)


def test_the_fixed_numbers_of_the_method_are_those_of_the_code(pages):
    rows = pages["docs/method.md"].table("number")
    assert len(rows) > 10
    for number, where, _ in rows:
        assert value_of(where.strip("`")) == pytest.approx(float(number)), where


def value_of(dotted: str) -> float:
    """A module's constant, or the default of a dataclass field in it."""
    parts = dotted.split(".")
    is_field = parts[-2][:1].isupper()
    owner = import_module(".".join(parts[: -2 if is_field else -1]))
    if not is_field:
        return float(getattr(owner, parts[-1]))
    return float(
        next(field.default for field in dataclasses.fields(getattr(owner, parts[-2])) if field.name == parts[-1])
    )


def model_card(pages, version: str) -> str:
    """From the title of a card to the next."""
    _, _, card = pages["training/README.md"].text.partition(f"# Model card: `{version}`\n")
    assert card, version
    return card.partition("\n# Model card: ")[0]


@pytest.mark.parametrize("version", ["compact-net-1", "composition-net-2"])
def test_a_model_card_has_the_hash_and_the_size_of_the_shipped_weights(version, pages, root):
    card = model_card(pages, version)
    weights = (root / f"similarity/describe/descriptors/data/{version}.npz").read_bytes()
    assert f"| SHA-256 | `{hashlib.sha256(weights).hexdigest()}` |" in card
    assert f"{len(weights):,} bytes" in card


@pytest.mark.parametrize(
    ("version", "module"), [("compact-net-1", "compact_network"), ("composition-net-2", "composition_network")]
)
def test_a_model_card_has_the_choices_of_the_recipe(version, module, pages, root):
    recipe = (root / f"training/{module}.py").read_text(encoding="utf-8")
    card = model_card(pages, version)
    for name, words in {
        "SEED": "| seed | {}",
        "NUM_STEPS": "| steps | {} |",
        "PICTURES_PER_STEP": "| pictures per step | {} |",
    }.items():
        found = re.search(rf"^{name} = ([\d.]+)$", recipe, flags=re.MULTILINE)
        assert found is not None, name
        assert words.format(found[1]) in card, name


def test_attribution_adds_up(pages):
    page = pages["training/ATTRIBUTION.md"]
    for first_column in ("source", "licence"):
        counts = [[int(cell.strip("*").replace(",", "")) for cell in row[-2:]] for row in page.table(first_column)]
        totals = [10_405, 9_405]
        by_row = counts[:-1] if first_column == "source" else counts
        assert [sum(column) for column in zip(*by_row, strict=True)] == totals
        assert all(used <= listed for listed, used in by_row)
