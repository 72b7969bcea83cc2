"""Links resolve; pages speak of the product alone, in measured words."""

from __future__ import annotations

import re

MACHINE_PATHS = re.compile(r"(?<![\w.<])/(?:work|home|root|tmp|Users|mnt|opt|var)/|\b[A-Z]:\\")
VERDICTS = re.compile(
    r"infringement (?:score|probability|detect)|\binfring(?:es|er|ing)\b|\bguilty\b|\bplagiari|\bstolen\b|\btheft\b|"
    r"\bpirate|\bconvict|\bproves? (?:copying|access|infringement)|\bis a copy of\b",
    flags=re.IGNORECASE,
)


def test_every_link_between_pages_resolves(pages, root):
    by_path = {page.path: page for page in pages.values()}
    for page in pages.values():
        for link in page.links:
            if re.match(r"[a-z]+://", link):
                continue
            target, _, anchor = link.partition("#")
            path = (page.path.parent / target).resolve() if target else page.path
            assert path.exists(), f"{page.path.relative_to(root)}: {link}"
            if anchor and path in by_path:
                assert anchor in by_path[path].anchors, f"{page.path.relative_to(root)}: {link}"


def test_every_decision_is_listed_and_has_its_parts(pages):
    records = {name: page for name, page in pages.items() if re.search(r"decisions/\d{4}-", name)}
    listed = pages["docs/decisions/README.md"]
    assert [f"{number:04d}" for number in range(1, len(records) + 1)] == sorted(
        name.split("/")[-1][:4] for name in records
    )
    for name, page in records.items():
        assert name.split("/")[-1] in listed.links
        assert {"context", "decision", "consequences"} <= page.anchors, name
        assert page.text.startswith(f"# {name.split('/')[-1][:4]}: ")
        assert "\nState: " in page.text


def texts(pages, root) -> dict[str, str]:
    notebook = (root / "notebooks/walkthrough.py").read_text(encoding="utf-8")
    return {name: page.text for name, page in pages.items()} | {"notebooks/walkthrough.py": notebook}


def test_no_page_names_a_path_of_a_machine(pages, root):
    for name, text in texts(pages, root).items():
        assert MACHINE_PATHS.search(text) is None, f"{name}: {MACHINE_PATHS.search(text)}"


def test_no_page_speaks_a_verdict(pages, root):
    for name, text in texts(pages, root).items():
        assert VERDICTS.search(text) is None, f"{name}: {VERDICTS.search(text)}"


def test_the_checks_above_see_what_they_look_for():
    assert MACHINE_PATHS.search("it lies in /home/someone/films")
    assert VERDICTS.search("an infringement score of 0.9")


def test_the_method_and_the_guide_list_all_their_sections(pages):
    for name in ("docs/guide.md", "docs/method.md"):
        page = pages[name]
        sections = re.findall(r"^## (.+)$", page.text, flags=re.MULTILINE)
        contents = re.findall(r"^(?:\*|\d+\.) \[[^\]]+\]\(#([^)]+)\)$", page.text, flags=re.MULTILINE)
        assert [re.sub(r"[^\w\- ]", "", section.lower()).replace(" ", "-") for section in sections] == contents, name


def test_the_changelog_names_the_present_version(pages):
    from similarity._version import __version__

    assert __version__ in pages["CHANGELOG.md"].text
