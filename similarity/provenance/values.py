"""What a file says of its own origin: one reading per kind of label, in values that a report can hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from similarity.phrases import Phrase

__all__ = [
    "KINDS",
    "AigcLabel",
    "C2paAction",
    "C2paIngredient",
    "C2paManifest",
    "C2paStatus",
    "LabelField",
    "LabelKind",
    "LabelReading",
    "LabelState",
]

LabelKind = Literal["c2pa", "gb45438_aigc", "xmp", "exif", "encoder"]

LabelState = Literal["present", "absent", "damaged", "unreadable"]
"""Four different answers.

`absent` was looked for and is not there, which speaks neither for nor against anybody.  `damaged` is there, and does
not parse, lacks what its standard asks for, or its signature or hash does not fit.  `unreadable` could not be looked
for.
"""

KINDS: tuple[LabelKind, ...] = ("c2pa", "gb45438_aigc", "xmp", "exif", "encoder")
"""Every kind, in the order of the readings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelField:
    """One thing that a label says."""

    name: str
    """Name as the label's standard or the container spells it."""
    value: str
    """Its text, quoted; what was cut off is said under `limits` of the reading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AigcLabel:
    """One implicit label after GB 45438-2025 (key `AIGC`), at one place of a file."""

    place: str
    """Where it stood."""
    text: str
    """The label as it stood, cut after some thousand characters."""
    values: tuple[LabelField, ...]
    """Its keys and values in the order of the file; none where it does not parse."""
    claim: Literal["is_generated", "may_be_generated", "suspected_generated"] | None
    """What `Label` says by the standard (1, 2, 3); None where it says something else or nothing."""
    has_security_data_1: bool
    """Whether `ReservedCode1` (the producer's) holds a SecurityData object; its signature is not verified."""
    has_security_data_2: bool
    """Whether `ReservedCode2` (the propagator's) holds a SecurityData object; its signature is not verified."""
    is_damaged: bool
    """Whether it does not parse, or lacks or repeats a key, or says something that the standard does not know."""
    problems: tuple[Phrase, ...]
    """Everything in which it departs from the standard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class C2paAction:
    """One entry of the manifest's actions assertion."""

    action: str
    """Code, such as `c2pa.created`."""
    digital_source_type: str | None
    """IPTC code (an address), such as `.../trainedAlgorithmicMedia`; None where the action gives none."""
    software_agent: str | None
    """Program that did it, as the manifest names it."""
    when: str | None
    """Time as the manifest gives it, which is a claim of the signer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class C2paIngredient:
    """One asset that the manifest says the file was made from."""

    title: str | None
    """Name as the manifest gives it."""
    relationship: str | None
    """Code: `parentOf`, `componentOf` or `inputTo`."""
    format: str | None
    """Media type."""
    instance_id: str | None
    """Identifier of the very file that was used."""
    hash_base64: str | None
    """Hash that the ingredient assertion gives of the ingredient's manifest or data; None where it gives none."""
    manifest_label: str | None
    """The ingredient's own manifest inside this file, if it brought one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class C2paStatus:
    """One validation status."""

    code: str
    """Code of the C2PA specification, such as `claimSignature.validated`."""
    outcome: Literal["success", "informational", "failure"]
    """Which list of the validation results it stood in."""
    subject: Literal["active_manifest", "ingredient"]
    """Whether it is about the file itself or about what it was made from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class C2paManifest:
    """The active manifest of a file."""

    label: str
    """Label of the active manifest."""
    title: str | None
    """Title of the asset."""
    claim_generator: str | None
    """Program that made the claim, with its version."""
    signer_issuer: str | None
    """Organisation in the signing certificate."""
    signer_common_name: str | None
    """Common name in the signing certificate."""
    signed_at: str | None
    """Time of a trusted time stamp; None where the signature carries none."""
    signature_algorithm: str | None
    """Such as `Es256`."""
    trust: Literal["trusted", "untrusted", "not_checked"]
    """Whether the certificate leads to the trust list that was given; `not_checked` without one."""
    validation_state: str | None
    """`Trusted`, `Valid` or `Invalid`, as the C2PA library puts it."""
    actions: tuple[C2paAction, ...]
    """In the order of the manifest."""
    ingredients: tuple[C2paIngredient, ...]
    """In the order of the manifest."""
    statuses: tuple[C2paStatus, ...]
    """Every validation status, successes too."""
    num_manifests: int
    """Manifests in the store, the active one among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelReading:
    """What one kind of label says, or why it says nothing."""

    kind: LabelKind
    """Which label was looked for."""
    state: LabelState
    """Present, absent, damaged or unreadable."""
    place: str
    """Where it stood, several places joined by "; "; where it was looked for, if there is none."""
    fields: tuple[LabelField, ...]
    """What it says, flat, for any renderer."""
    problems: tuple[Phrase, ...]
    """What is wrong with it, or why it could not be examined."""
    limits: tuple[Phrase, ...] = ()
    """What this reader did not check or left out."""
    aigc_labels: tuple[AigcLabel, ...] = ()
    """For `gb45438_aigc`: every label of the file, in the order found."""
    manifest: C2paManifest | None = None
    """For `c2pa`: the active manifest, where one could be read."""

    def __post_init__(self) -> None:
        if self.state in {"damaged", "unreadable"} and not self.problems:
            raise ValueError(f"a {self.state} reading needs a reason, got none for {self.kind}")
