"""The commented file of facts that a user fills in."""

from __future__ import annotations

__all__ = ["TEMPLATE"]

TEMPLATE = """\
# Facts about access: how the maker of a suspect could meet a work.  Check them with: similarity access check FILE
#
# Dates are read as written and no more exactly than that: 2024, 2024-05, 2024-05-01, 2024-05-01T10:30+08:00,
# 2024年5月1日, or a span such as 2023-06..2024-05-01.  Without a time zone a date may be of any zone on earth.
# A fact counts as documented where it names an exhibit whose document is at hand; otherwise it is stated, not
# documented, and carries little.  Take the # away from the lines that you need.

suspect:
  title: "name of the suspect"
  # sha256: "64 hex digits"           # of its file; or give the file with --suspect
  events: []
  #  - kind: generated                # generated, published, first_seen, other
  #    date: 2023-12-01..2024-05-01   # a span is right where only bounds are known, such as the release of the model
  #    what: "made with the model"
  #    source: "log of the service"
  #    exhibits: [E1]
  roles: []
  #  - role: user                     # developer, provider, user
  #    name: "account name"
  #    what: "as the terms of service say"
  #    exhibits: [E2]
  texts: []
  #  - kind: prompt                   # prompt, expanded_prompt, parameters, generation_record, script
  #    exhibit: E3                    # a text file, JSON or HTML
  #    by: "user"                     # who wrote it: the user, the service, its model
  records: []
  #  - exhibit: E4                    # a prior-work-use record (similarity record create)
  disclosures: []
  #  - provider: "name"               # what the provider published about training data
  #    model: "name"
  #    version: "1.0"
  #    summary_url: "https://example.com/training-summary"
  #    retrieved: 2024-06-01
  #    exhibit: E5                    # the list of domains: text, CSV, JSON or HTML

works:
  - id: work-1                        # the same id as in the library
    title: "title of the work"
    other_titles: []
    authors: []
    characters: []
    coined_names: []                  # titles and names that mean nothing outside the work
    aliases: []                       # the owner's table: names in other languages, other spellings
    #  - name: "name of a character"
    #    also: ["its name in another language"]
    #    by: "owner"
    #    exhibits: [E11]
    elements: []                      # what is said to stand in the suspect, by the names that a prompt would use
    #  - name: "name of a character"
    #    other_names: ["a word that a prompt would use for it"]
    #    what: "red and silver figure with oval eyes, from the first chapter on"
    #    exhibits: [E11]
    events: []
    #  - kind: published              # created, published, registered, other
    #    date: 2019-03
    #    what: "first edition"
    #    source: "imprint"
    #    exhibits: [E6]
    dissemination: []
    #  - where: "video platform"
    #    url: "https://video.example.com/work-1"
    #    since: 2019-04-02
    #    views: 2500000               # views, copies or tickets, as the source counts them
    #    territories: [CN, US]
    #    exhibits: [E7]
    deliveries: []                    # the work, or a part of it, handed to the maker of the suspect
    #  - to: "studio"
    #    what: "script sent by mail"
    #    date: 2022-11-05
    #    exhibits: [E8]
    chain: []                         # from hand to hand: each recipient is the sender of the next link
    #  - sender: "author"
    #    recipient: "agency"
    #    what: "manuscript"
    #    date: 2022-10-01
    #    exhibits: [E9]
    #  - sender: "agency"
    #    recipient: "studio"
    #    what: "manuscript"
    #    date: 2022-10-20
    #    reaches_maker: true
    #    exhibits: [E9]
    domains: []                       # further domains where the work stood
    texts: []
    #  - kind: text                   # text, synopsis, script
    #    exhibit: E10

documents: []
#  - exhibit: E1                      # paths are relative to this file and stay in its folder, or absolute
#    path: "documents/service-log.pdf"
#    what: "log of the service, exported by its support"
#    # where its SHA-256 is known, the document must still be the same:
#    sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

# Where the report speaks of similarity that leaves little room for independent making: a cross-reference, no grade.
striking_similarity: null
"""
"""Parses as it stands, and with every `#` before a key taken away."""
