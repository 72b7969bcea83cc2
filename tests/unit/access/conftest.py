"""Facts with their documents, written to a folder and laid out as a dossier."""

from __future__ import annotations

import copy
import json

import pytest
from support.made_facts import FACTS, NOVEL, NOW

from similarity.access.dossier import build_dossier


@pytest.fixture
def facts():
    """A copy to change: one suspect, generated on a documented day; one work, created before."""
    return copy.deepcopy(FACTS)


@pytest.fixture
def lay_out(tmp_path):
    """Write facts and documents, and lay them out."""
    (tmp_path / "log.pdf").write_bytes(b"%PDF-1.4 log")
    (tmp_path / "novel.txt").write_text(NOVEL)

    def build(facts, documents=(), suspect_file=None):
        for exhibit, name, content in documents:
            (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
            facts["documents"].append({"exhibit": exhibit, "path": name})
        path = tmp_path / "facts.yaml"
        path.write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")  # JSON is YAML
        return build_dossier(path, suspect_file=suspect_file, now=NOW)

    return build
