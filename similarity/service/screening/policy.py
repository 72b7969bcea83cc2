"""Policies: rules over measured facts, read from YAML, linted, evaluated.  First rule wins.

    policy: usual
    regime: eu
    rules:
      - name: a copy of a long stretch
        when: {found_by: copy, matched_seconds: {at_least: 10}, copy_log10_lower: {at_least: 2}}
        do: withhold
        human: within 24h
        queue: copies
    otherwise: publish
    on_failure: hold
    floods: {matches_per_work_per_hour: 100, then: quarantine_work}

A condition holds where every fact holds; a fact that was not measured holds nowhere.  A rule on works is asked of each
work that was found, strongest first, then of each of which the sound alone was.  Facts of pictures and of sound stand
beside each other: `found_by: sound` with `sound_seconds`.  Nothing here knows an infringement: facts are measured,
actions are what a policy's owner wants done.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from similarity.service.errors import Fault
from similarity.service.screening.measured import Measured, SoundOfWork, WorkMeasured
from similarity.yaml_files import parse_yaml

__all__ = ["ACTIONS", "Action", "Met", "Policy", "Rule", "Said", "evaluate", "lint", "read_policy"]

Action = Literal["publish", "label", "notify", "hold", "withhold"]
ACTIONS: tuple[Action, ...] = ("publish", "label", "notify", "hold", "withhold")
"""From the mildest to the gravest."""
_HUMAN = re.compile(r"(before|within ([1-9][0-9]{0,3})h)")

_OF_WORK = (
    "work_id",
    "owner",
    "found_by",
    "reading",
    "score",
    "matched_seconds",
    "upload_share",
    "work_seconds",
    "work_share",
    "copy_log10",
    "copy_log10_lower",
    "adaptation_log10",
    "adaptation_log10_lower",
    "in_envelope",
    "uploader_is_licensee",
    "work_declares_no_use",
    "work_is_quarantined",
    "prompt_names_work",
    "sound_seconds",
    "sound_upload_share",
    "sound_work_share",
)
_OF_UPLOAD = (
    "duration_seconds",
    "is_still",
    "is_indexed_work",
    "label_reading",
    "declared_ai",
    "declared_licence",
    "declared_exception",
    "uploader",
    "territories",
)
_MEASURED = frozenset(
    {"found_by", "score", "matched_seconds", "upload_share", "work_seconds", "work_share", "is_indexed_work"}
    | {"copy_log10", "copy_log10_lower", "adaptation_log10", "adaptation_log10_lower"}
    | {"sound_seconds", "sound_upload_share", "sound_work_share"}
)
"""Facts that measure likeness of expression: a rule that acts on a likeness needs at least one of them."""
_IDEAS = frozenset({"shared_subject_or_style"})


class _Bounds(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    at_least: float | None = None
    at_most: float | None = None


Wanted = bool | float | str | tuple[str, ...] | _Bounds


class Rule(BaseModel):
    """Under which facts what is done."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=200)
    """What it is for; the audit log and the answer name it."""
    when: Mapping[str, Wanted] = Field(min_length=1)
    """Fact -> value, one of several values, or `at_least`, `at_most`."""
    do: Action
    """What follows."""
    label: str = Field(default="", max_length=400)
    """Of `label`: the words."""
    fee: str = Field(default="", max_length=200)
    """Of consent for a fee: its terms, as usage statements name them."""
    human: str | None = None
    """`before` it is done, or `within 24h` after it was."""
    queue: str = Field(default="usual", pattern="^[a-z0-9][a-z0-9-]{0,62}$")
    """Queue of the person who looks."""
    priority: int = Field(default=5, ge=0, le=9)
    """Lower comes first."""
    second_opinion: Literal["blind"] | None = None
    """A second person looks without seeing what the first said."""

    @field_validator("human")
    @classmethod
    def _human(cls, value: str | None) -> str | None:
        if value is not None and not _HUMAN.fullmatch(value):
            raise ValueError(f"expected 'before' or 'within 24h' (hours), got {value!r}")
        return value

    @property
    def human_hours(self) -> float | None:
        """Hours within which a person looks; None where nobody has to, 0 for before."""
        if self.human is None:
            return None
        found = _HUMAN.fullmatch(self.human)
        return float(found[2]) if found and found[2] else 0.0


class Floods(BaseModel):
    """When one work meets so many uploads that the work itself is looked at."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    matches_per_work_per_hour: int = Field(gt=0)
    then: Literal["quarantine_work"] = "quarantine_work"


class Policy(BaseModel):
    """What an owner or a platform wants done."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    policy: str = Field(pattern="^[a-z0-9][a-z0-9-]{0,126}$")
    """Its name."""
    regime: Literal["us", "eu", "de", "cn", "none"] = "none"
    """Law that it is written under: the linter knows what that asks for."""
    rules: tuple[Rule, ...] = ()
    """First that holds wins."""
    otherwise: Action = "publish"
    """Where none holds."""
    on_failure: Literal["hold", "publish"] = "hold"
    """Where the file could not be measured."""
    floods: Floods | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is known of an upload beside what was measured."""

    uploader: str
    """The platform's own name of who uploads."""
    territories: tuple[str, ...]
    """None for everywhere."""
    declared: Mapping[str, Any]
    """`ai`, `licence`, `exception`."""
    licensees: Mapping[str, frozenset[str]]
    """Work -> uploaders who may use it."""
    no_use: frozenset[str]
    """Works of which no use is allowed."""
    quarantined: frozenset[str]
    """Works that met too many uploads: nothing is withheld for them until a person has looked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """What a policy says of an upload."""

    action: Action
    """What follows."""
    rule: str
    """Name of the rule that held; `otherwise` or `on_failure` where none did."""
    work_id: str | None
    """Work of which it held."""
    stated: Rule | None
    """The rule."""


def read_policy(text: str) -> Policy:
    """A policy from its YAML.

    Raises:
        ConfigurationError: not YAML, or not a policy: every fault with its place.
    """
    return parse_yaml(text, Policy, name="policy")


def lint(policy: Policy) -> tuple[Fault, ...]:
    """What keeps a policy from going live."""
    return tuple(fault for number, rule in enumerate(policy.rules) for fault in _faults(policy, rule, number))


def _faults(policy: Policy, rule: Rule, number: int) -> Iterator[Fault]:
    at = f"/rules/{number}"
    for name in rule.when:
        if name not in _OF_WORK and name not in _OF_UPLOAD:
            known = ", ".join((*_OF_WORK, *_OF_UPLOAD))
            yield Fault(pointer=f"{at}/when/{name}", reason=f"no such fact; expected one of {known}")
    if rule.do in {"hold", "withhold", "label", "notify"} and _is_of_ideas_alone(rule):
        yield Fault(
            pointer=f"{at}/when",
            reason="acts on subject, style or names alone, which nobody owns",
            next=f"add a fact that measures likeness of expression: {', '.join(sorted(_MEASURED))}",
        )
    if rule.do == "withhold" and policy.regime in {"eu", "de"} and rule.human is None:
        yield Fault(
            pointer=f"{at}/human",
            reason=f"regime {policy.regime!r} asks for a person where something is withheld",
            next="add human: before, or human: within 24h",
        )
    if rule.do == "label" and not rule.label:
        yield Fault(pointer=f"{at}/label", reason="got none; expected the words of the label")


def _is_of_ideas_alone(rule: Rule) -> bool:
    """Whether nothing that measures expression is asked for."""
    asked = {name for name, wanted in rule.when.items() if wanted is not False and name in _MEASURED}
    if "reading" in rule.when:
        named = rule.when["reading"]
        readings = set(named) if isinstance(named, tuple) else {named}
        asked |= set() if readings & _IDEAS else {"reading"}
    about_likeness = {"reading", "prompt_names_work", "in_envelope", "work_id", "owner", "work_declares_no_use"}
    return not asked and bool(about_likeness & set(rule.when))


def evaluate(policy: Policy, measured: Measured, said: Said) -> Met:
    """The action that a policy asks for.

    Args:
        policy: the policy.
        measured: of the upload.
        said: what is known beside it.
    """
    if not measured.is_readable:
        return Met(action=policy.on_failure, rule="on_failure", work_id=None, stated=None)
    of_upload = _upload_facts(measured, said)
    for rule in policy.rules:
        for work_id in _asked_of(rule, measured):
            facts = of_upload if work_id is None else {**of_upload, **_facts_of(work_id, measured, said)}
            if all(_holds(facts.get(name), wanted) for name, wanted in rule.when.items()):
                action = "hold" if rule.do == "withhold" and rule.human == "before" else rule.do
                return Met(action=action, rule=rule.name, work_id=work_id, stated=rule)
    return Met(action=policy.otherwise, rule="otherwise", work_id=None, stated=None)


def _asked_of(rule: Rule, measured: Measured) -> Sequence[str | None]:
    """Works that a rule is asked of; once, of none, where it speaks of the upload alone."""
    if not any(name in _OF_WORK for name in rule.when):
        return (None,)
    return tuple(dict.fromkeys((*(one.work_id for one in measured.works), *(one.work_id for one in measured.sound))))


def _upload_facts(measured: Measured, said: Said) -> dict[str, Any]:
    return {
        "duration_seconds": measured.duration_seconds,
        "is_still": measured.is_still,
        "is_indexed_work": bool(measured.indexed_as),
        "label_reading": measured.label_reading,
        "declared_ai": said.declared.get("ai"),
        "declared_licence": bool(said.declared.get("licence")),
        "declared_exception": bool(said.declared.get("exception")),
        "uploader": said.uploader,
        "territories": said.territories,
    }


def _facts_of(work_id: str, measured: Measured, said: Said) -> dict[str, Any]:
    """What pictures and what sound say of a work; what neither says is absent."""
    seen = next((one for one in measured.works if one.work_id == work_id), None)
    heard = next((one for one in measured.sound if one.work_id == work_id), None)
    by_pictures = {} if seen is None else _picture_facts(seen)
    by_sound = {} if heard is None else _sound_facts(heard)
    title, owner = next(((one.title, one.owner) for one in (seen, heard) if one is not None), ("", ""))
    return {
        **by_pictures,
        **by_sound,
        "work_id": work_id,
        "owner": owner,
        "found_by": (*by_pictures.get("found_by", ()), *by_sound.get("found_by", ())),
        "uploader_is_licensee": said.uploader in said.licensees.get(work_id, frozenset()),
        "work_declares_no_use": work_id in said.no_use,
        "work_is_quarantined": work_id in said.quarantined,
        "prompt_names_work": title in measured.prompt_names,
    }


def _sound_facts(sound: SoundOfWork) -> dict[str, Any]:
    return {
        "found_by": ("sound",),
        "sound_seconds": sound.matched_seconds,
        "sound_upload_share": sound.upload_share,
        "sound_work_share": sound.work_share,
    }


def _picture_facts(work: WorkMeasured) -> dict[str, Any]:
    best = work.strongest
    return {
        "found_by": work.found_by,
        "reading": work.reading,
        "score": work.score,
        "matched_seconds": work.matched_seconds,
        "upload_share": work.upload_share,
        "work_seconds": work.work_seconds,
        "work_share": work.work_share,
        "copy_log10": best.copy_ratio.log10,
        "copy_log10_lower": best.copy_ratio.lower,
        "adaptation_log10": best.adaptation_ratio.log10,
        "adaptation_log10_lower": best.adaptation_ratio.lower,
        "in_envelope": best.in_envelope,
    }


def _holds(fact: Any, wanted: Wanted) -> bool:
    """Whether a fact is what is wanted; several facts hold where one of them does."""
    if fact is None:
        return False
    if isinstance(fact, tuple):
        return any(_holds(one, wanted) for one in fact)
    if isinstance(wanted, _Bounds):
        is_number = isinstance(fact, (int, float)) and not isinstance(fact, bool)
        low, high = wanted.at_least, wanted.at_most
        return is_number and (low is None or fact >= low) and (high is None or fact <= high)
    if isinstance(wanted, tuple):
        return fact in wanted
    return type(fact) is type(wanted) and bool(fact == wanted)
