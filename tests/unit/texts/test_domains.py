"""Domains match by labels, not by letters."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from similarity.texts.domains import host_of, listed_domains, match_domains


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("https://www.Example.com:8080/watch?v=1", "example.com"),
        ("example.com", "example.com"),
        ("//cdn.example.co.uk/x", "cdn.example.co.uk"),
        ("http://user:secret@example.com/", "example.com"),
        ("https://例子.中国/a", "xn--fsqu00a.xn--fiqs8s"),
        ("blogspot.com", "blogspot.com"),
        ("co.uk", None),
        ("localhost", None),
        ("192.168.0.1", None),
        ("http://[::1", None),
        ("", None),
        ("javascript:alert(1)", None),
        ("a" * 300 + ".com", None),
        ("\ud800.com", None),
    ],
)
def test_the_host_of_an_address(written, host):
    assert host_of(written) == host


def test_domains_are_found_in_lists_tables_and_sentences():
    text = (
        "domain;pages\nexample.com;12\n*.wild.co.uk, https://www.video.example.org/path/page.html?u=x#y\n"
        "包括知乎zhihu.com等网站、例子.中国\nwrite to someone@mail.example.net, e.g. today, v1.2, notes.txt"
    )
    assert listed_domains(text) == {
        "example.com",
        "wild.co.uk",
        "video.example.org",
        "zhihu.com",
        "xn--fsqu00a.xn--fiqs8s",
    }


@pytest.mark.parametrize(
    ("host", "listed", "rule"),
    [
        ("example.com", "example.com", "same_host"),
        ("video.example.com", "example.com", "work_under_listed"),
        ("me.blogspot.com", "blogspot.com", "work_under_listed"),
        ("example.com", "blog.example.com", "listed_under_work"),
        ("b.example.co.uk", "a.example.co.uk", "same_registrable"),
        ("myexample.com", "example.com", None),
        ("example.com.evil.net", "example.com", None),
        ("a.co.uk", "b.co.uk", None),
        ("one.github.io", "two.github.io", None),
    ],
)
def test_how_a_host_and_a_listed_domain_fit(host, listed, rule):
    found = match_domains([host], frozenset({listed}))
    assert [one.rule for one in found] == ([] if rule is None else [rule])


@given(st.lists(st.sampled_from(["a", "b", "video"]), max_size=3), st.sampled_from(["example.com", "example.co.uk"]))
def test_a_listed_domain_covers_just_what_lies_under_it(labels, domain):
    host = ".".join([*labels, domain])
    (found,) = match_domains([host], frozenset({domain}))
    assert found.rule == ("same_host" if not labels else "work_under_listed")
    assert match_domains([f"x{domain}"], frozenset({domain})) == ()


@pytest.mark.parametrize("text", ["a." * 500_000, "a-" * 500_000, "//a.b" * 200_000, "例.a" * 250_000, "a" * 1_000_000])
def test_hostile_lists_take_no_time(text):
    started = time.monotonic()
    assert listed_domains(text) == frozenset()
    assert time.monotonic() - started < 10
