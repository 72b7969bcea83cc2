"""A case folder that is open for one act: read once, changed in memory, written once.

    with CaseFolder.open(place, actor="A. Expert") as case:
        case.take_in(film, role="suspect", copies=True)    # copied and hashed; nothing says so yet
        case.record("compared", details)
    # leaving the block commits: exhibits.json whole, then the lines of the custody log, the lock held

Whatever ends the block, what was taken in until then is committed.  A process that is killed in it leaves the folder as
it was, beside copies that the next act finds and takes over; one that is killed while it commits may leave exhibits of
which the log says nothing yet, and the next act to open the folder says it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Self

from similarity.absence import NotMeasured, not_measured
from similarity.case.custody.log import Act, append_acts, custody_lock, require_intact
from similarity.case.disk.layout import CASE_FILE, EXHIBITS_FILE, not_a_case
from similarity.case.exhibits import add_exhibit, read_exhibits, recheck, write_exhibits
from similarity.case.facts import read_case_file
from similarity.case.values import DeclaredExhibit
from similarity.errors import CaseError
from similarity.media.facts import ContentFacts
from similarity.report.schema.case import CaseFacts, Exhibit, ExhibitRole, IntegrityCheck

__all__ = ["EXHIBIT_ADDED", "CaseFolder", "actor_of"]

EXHIBIT_ADDED = "exhibit added"
"""Action of the custody entry that records an exhibit."""
_NOT_STATED = not_measured("nothing is stated of this file")

CheckField = Literal["checked_before", "checked_after"]
"""Which of an exhibit's hash checks."""


@dataclass(slots=True, kw_only=True)
class CaseFolder:
    """One case folder, from the opening of an act to its commit."""

    path: Path
    """Where it lies."""
    actor: str
    """Who acts."""
    facts: CaseFacts
    """What `case.yaml` states of the case."""
    declared: tuple[DeclaredExhibit, ...]
    """Files that `case.yaml` lists."""
    exhibits: tuple[Exhibit, ...]
    """The exhibits, as they stand in memory."""
    _written: tuple[Exhibit, ...]
    """The exhibits, as they stand in the folder."""
    _acts: list[Act] = field(default_factory=list)
    """What the custody log is going to record."""

    @classmethod
    def open(cls, path: Path, *, actor: str | None = None) -> Self:
        """Open a case folder whose custody log is intact.

        Args:
            path: the case folder.
            actor: who acts; else the analyst of `case.yaml`, else it is said that nobody said so.

        Raises:
            CaseError: no case folder, a broken custody log, or exhibits that are not what was written.
            ConfigurationError: `case.yaml` can't be read.
        """
        if not (path / CASE_FILE).is_file():
            raise not_a_case(path)
        stated = read_case_file(path / CASE_FILE)
        with custody_lock(path):  # nobody is half-way between the exhibits and the log
            entries, exhibits = require_intact(path).entries, read_exhibits(path)
        logged = {json.loads(one.details_json).get("number") for one in entries if one.action == EXHIBIT_ADDED}
        case = cls(
            path=path,
            actor=actor_of(actor, stated.facts),
            facts=stated.facts,
            declared=stated.exhibits,
            exhibits=exhibits,
            _written=exhibits,
        )
        case._acts += [_added(one) for one in exhibits if one.number not in logged]
        return case

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *ended: object) -> None:
        self.commit()

    def take_in_listed(self) -> tuple[Exhibit, ...]:
        """Make exhibits of the files that `case.yaml` lists; those that were made before stay.

        Raises:
            CaseError: a file can't be read, or differs from the exhibit of its number.
        """
        standing = {one.number for one in self.exhibits}
        wanted = [one for one in self.declared if one.number not in standing]
        return tuple(self._made(one, source=self.path / one.file) for one in wanted)

    def take_in(
        self, file: Path, *, role: ExhibitRole, copies: bool, facts: Mapping[str, str] | None = None
    ) -> Exhibit:
        """Make an exhibit of a file that `case.yaml` does not list.

        Args:
            file: the file.
            role: what it is in the case.
            copies: whether the folder is to hold a copy.
            facts: what an owner's catalogue says of it: `title`, `owner`, `author`, `registration`.

        Raises:
            CaseError: the file can't be read, or its copy differs from it.
        """
        known = {name: value for name, value in (facts or {}).items() if value}
        told: dict[str, Any] = {one: known[one] for one in ("title", "owner", "author", "registration") if one in known}
        return self._made(replace(self._undeclared(file, role=role, copies=copies), **told), source=file)

    def holds(self, sha256: str) -> bool:
        """Whether an exhibit has these very bytes."""
        return any(one.sha256 == sha256 for one in self.exhibits)

    def recheck(self, name: CheckField, *, only_new: bool = False) -> None:
        """Hash exhibits again and write down when; with `only_new` those alone that were never checked in this way."""
        self._change(
            lambda one: (
                {} if only_new and isinstance(getattr(one, name), IntegrityCheck) else {name: recheck(one, self.path)}
            )
        )

    def require_unchanged(self, when: str, *names: CheckField) -> None:
        """Make sure that no exhibit was found to differ when it was hashed again.

        Raises:
            CaseError: one was; the message says which, and when.
        """
        changed = [one.number for one in self.exhibits if any(_differs(getattr(one, name)) for name in names)]
        if changed:
            raise CaseError(f"{', '.join(changed)}: changed {when}; put the unchanged files back, then compare again")

    def count(self, contents: Mapping[str, ContentFacts]) -> None:
        """Put what decoding counted beside what headers claim: SHA-256 of a file -> its counted figures."""
        self._change(lambda one: {"content": contents.get(one.sha256, one.content)})

    def record(self, action: str, details: Mapping[str, Any]) -> None:
        """Have the custody log say something when the act is committed."""
        self._acts.append(Act(action=action, details=details))

    @property
    def unlogged(self) -> tuple[str, ...]:
        """Numbers of exhibits that the log does not speak of yet."""
        return tuple(act.details["number"] for act in self._acts if act.action == EXHIBIT_ADDED)

    def commit(self) -> None:
        """Write the exhibits, if they changed, and the lines of the log that speak of this act.

        Exhibits that others made meanwhile stay, and stand in `exhibits` from then on.

        Raises:
            CaseError: somebody else changed the exhibits meanwhile, the log broke, or the disk refuses.
        """
        if self.exhibits == self._written and not self._acts:
            return
        with custody_lock(self.path):
            if self.exhibits != self._written:
                self._take_up()
                self.exhibits = write_exhibits(self.path, self.exhibits)
                self._written = self.exhibits
            append_acts(self.path, self._acts, actor=self.actor)
            self._acts.clear()

    def refresh(self) -> None:
        """Take up exhibits that other processes made since the folder was opened.

        Raises:
            CaseError: others changed what was there, or took a number that this act has given.
        """
        with custody_lock(self.path):
            self._take_up()

    def _take_up(self) -> None:
        standing = read_exhibits(self.path)
        known = {one.number for one in self._written}
        added = [one for one in standing if one.number not in known]
        taken = {one.number for one in added} & {one.number for one in self.exhibits}
        if taken or [one for one in standing if one.number in known] != list(self._written):
            path = self.path / EXHIBITS_FILE
            raise CaseError(f"{path}: was changed by another process meanwhile; do the same once more")
        self.exhibits, self._written = (*self.exhibits, *added), standing

    def _made(self, declared: DeclaredExhibit, *, source: Path) -> Exhibit:
        if any(one.number == declared.number for one in self.exhibits):
            raise CaseError(f"exhibit {declared.number}: stands in {EXHIBITS_FILE} already; take the next free number")
        exhibit = add_exhibit(self.path, declared, source=source)
        self.exhibits = (*self.exhibits, exhibit)
        self._acts.append(_added(exhibit))
        return exhibit

    def _undeclared(self, file: Path, *, role: ExhibitRole, copies: bool) -> DeclaredExhibit:
        """An exhibit of which `case.yaml` says nothing, under the first number that is free."""
        taken = {one.number for one in (*self.exhibits, *self.declared)}
        return DeclaredExhibit(
            number=next(f"E{number}" for number in range(1, len(taken) + 2) if f"E{number}" not in taken),
            role=role,
            file=str(file),
            is_copied_in=copies,
            title=_NOT_STATED,
            owner=_NOT_STATED,
            author=_NOT_STATED,
            registration=_NOT_STATED,
            source=_NOT_STATED,
            obtained_how=_NOT_STATED,
            obtained_when=_NOT_STATED,
            obtained_by=_NOT_STATED,
            obtained_with=_NOT_STATED,
        )

    def _change(self, changes: Callable[[Exhibit], dict[str, Any]]) -> None:
        self.exhibits = tuple(replace(one, **changes(one)) for one in self.exhibits)


def actor_of(named: str | None, facts: CaseFacts) -> str:
    """Who acts: as named, else the analyst of `case.yaml`, else that nobody said so."""
    if named and named.strip():
        return named.strip()
    return "not stated" if isinstance(facts.analyst, NotMeasured) else facts.analyst.name


def _added(exhibit: Exhibit) -> Act:
    names = ("number", "role", "path", "is_copied_in", "size_bytes", "sha256")
    return Act(action=EXHIBIT_ADDED, details={name: getattr(exhibit, name) for name in names})


def _differs(check: IntegrityCheck | NotMeasured) -> bool:
    return isinstance(check, IntegrityCheck) and not check.matches
