"""The active manifest out of what the C2PA library reports of a manifest store.

Names after the C2PA Technical Specification 2.x: claim, actions assertion (`c2pa.actions`, `digitalSourceType` of the
IPTC), ingredient assertion (`c2pa.ingredient`), validation status codes; the library's summary and its detailed report
say the same in two forms, and only the detailed one gives the hashes of ingredients.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, TypeGuard

from similarity.phrases import Phrase, as_it_is
from similarity.provenance.found import quoted
from similarity.provenance.values import C2paAction, C2paIngredient, C2paManifest, C2paStatus, LabelField

__all__ = ["Json", "active_manifest", "failures_in", "fields_of"]

Json = object
"""What a JSON text holds, not yet looked at."""

_OUTCOMES: tuple[Literal["success", "informational", "failure"], ...] = ("success", "informational", "failure")
_MAX_ITEMS = 256
_HASHED = ("activeManifest", "c2pa_manifest", "data")  # version 3 of the ingredient assertion, earlier ones, plain data


def active_manifest(summary: Json, details: Json, *, has_trust_list: bool) -> C2paManifest | None:
    """The active manifest; None where the store names none.

    Args:
        summary: the library's report.
        details: the library's detailed report.
        has_trust_list: whether the certificate was held against a trust list.
    """
    label = _text(summary, "active_manifest")
    manifests = _at(summary, "manifests")
    active = _at(manifests, label) if label is not None else None
    if label is None or not _is_object(active):
        return None
    assertions = _at(_at(_at(details, "manifests"), label), "assertion_store")
    signature = _at(active, "signature_info")
    state = _text(summary, "validation_state")
    trust: Literal["trusted", "untrusted", "not_checked"] = "not_checked"
    if has_trust_list:
        trust = "trusted" if state == "Trusted" else "untrusted"
    return C2paManifest(
        label=label,
        title=_text(active, "title"),
        claim_generator=_generator(active),
        signer_issuer=_text(signature, "issuer"),
        signer_common_name=_text(signature, "common_name"),
        signed_at=_text(signature, "time"),
        signature_algorithm=_text(signature, "alg"),
        trust=trust,
        validation_state=state,
        actions=tuple(_actions(active)),
        ingredients=tuple(_ingredients(active, assertions)),
        statuses=tuple(_statuses(summary)),
        num_manifests=len(manifests) if _is_object(manifests) else 0,
    )


def failures_in(summary: Json) -> tuple[Phrase, ...]:
    """Every failure as "code: explanation", those of ingredients marked as such; each once."""
    said = [
        f"{'ingredient: ' if subject == 'ingredient' else ''}{_text(status, 'code')}: {_text(status, 'explanation')}"
        for subject, outcome, status in _reported(summary)
        if outcome == "failure"
    ]
    return tuple(as_it_is(one) for one in dict.fromkeys(said))


def fields_of(manifest: C2paManifest) -> tuple[LabelField, ...]:
    """The whole manifest as flat names and texts; what it does not say is left out."""
    said: list[tuple[str, str | None]] = [
        ("active_manifest", manifest.label),
        ("title", manifest.title),
        ("claim_generator", manifest.claim_generator),
        ("signer.issuer", manifest.signer_issuer),
        ("signer.common_name", manifest.signer_common_name),
        ("signer.time", manifest.signed_at),
        ("signer.algorithm", manifest.signature_algorithm),
        ("trust", manifest.trust),
        ("validation_state", manifest.validation_state),
    ]
    for number, action in enumerate(manifest.actions, 1):
        said += [
            (f"action[{number}]", action.action),
            (f"action[{number}].digitalSourceType", action.digital_source_type),
            (f"action[{number}].softwareAgent", action.software_agent),
            (f"action[{number}].when", action.when),
        ]
    for number, ingredient in enumerate(manifest.ingredients, 1):
        said += [
            (f"ingredient[{number}].title", ingredient.title),
            (f"ingredient[{number}].relationship", ingredient.relationship),
            (f"ingredient[{number}].format", ingredient.format),
            (f"ingredient[{number}].instance_id", ingredient.instance_id),
            (f"ingredient[{number}].hash", ingredient.hash_base64),
            (f"ingredient[{number}].manifest", ingredient.manifest_label),
        ]
    said += [(f"{status.subject}.{status.outcome}", status.code) for status in manifest.statuses]
    return tuple(LabelField(name=name, value=value) for name, value in said if value is not None)


def _actions(active: Json) -> Iterator[C2paAction]:
    for assertion in _items(active, "assertions"):
        if not (_text(assertion, "label") or "").startswith("c2pa.actions"):
            continue
        for action in _items(_at(assertion, "data"), "actions"):
            yield C2paAction(
                action=_text(action, "action") or "",
                digital_source_type=_text(action, "digitalSourceType"),
                software_agent=_program(_at(action, "softwareAgent")),
                when=_text(action, "when"),
            )


def _ingredients(active: Json, assertions: Json) -> Iterator[C2paIngredient]:
    for ingredient in _items(active, "ingredients"):
        assertion = _at(assertions, _text(ingredient, "label") or "")
        hashes = (_text(_at(assertion, name), "hash") for name in _HASHED)
        yield C2paIngredient(
            title=_text(ingredient, "title"),
            relationship=_text(ingredient, "relationship"),
            format=_text(ingredient, "format"),
            instance_id=_text(ingredient, "instance_id"),
            hash_base64=next((one for one in hashes if one is not None), None),
            manifest_label=_text(ingredient, "active_manifest"),
        )


def _statuses(summary: Json) -> Iterator[C2paStatus]:
    for subject, outcome, status in _reported(summary):
        yield C2paStatus(code=_text(status, "code") or "", outcome=outcome, subject=subject)


def _reported(
    summary: Json,
) -> Iterator[tuple[Literal["active_manifest", "ingredient"], Literal["success", "informational", "failure"], Json]]:
    results = _at(summary, "validation_results")
    for outcome in _OUTCOMES:
        for status in _items(_at(results, "activeManifest"), outcome):
            yield "active_manifest", outcome, status
    for delta in _items(results, "ingredientDeltas"):
        for outcome in _OUTCOMES:
            for status in _items(_at(delta, "validationDeltas"), outcome):
                yield "ingredient", outcome, status


def _generator(active: Json) -> str | None:
    named = [text for text in map(_program, _items(active, "claim_generator_info")) if text is not None]
    return ", ".join(named) or _text(active, "claim_generator")


def _program(said: Json) -> str | None:
    """Name and version of a program, which older manifests give as one text."""
    if isinstance(said, str):
        return quoted(said)
    parts = [text for text in (_text(said, "name"), _text(said, "version")) if text]
    return " ".join(parts) or None


def _is_object(value: Json) -> TypeGuard[Mapping[str, Json]]:
    return isinstance(value, Mapping)


def _at(value: Json, name: str) -> Json:
    return value.get(name) if _is_object(value) else None


def _items(value: Json, name: str) -> Sequence[Json]:
    items = _at(value, name)
    return items[:_MAX_ITEMS] if isinstance(items, list) else ()


def _text(value: Json, name: str) -> str | None:
    text = _at(value, name)
    return quoted(text) if isinstance(text, str) else None
