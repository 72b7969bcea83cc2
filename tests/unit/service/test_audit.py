"""The audit chain of a tenant."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import update

from similarity.case.custody.chain import read_chain
from similarity.service.data import audit
from similarity.service.data.daily_heads import daily_heads_of, head_faults, service_key, sign_heads
from similarity.service.data.tables import audit as table
from similarity.service.data.tables import daily_heads
from similarity.service.people.accounts import add_tenant


def record(acme, tenant_id: str, **details) -> audit.Receipt:
    with acme.database.writing() as connection:
        return audit.record(connection, tenant_id, "noted", actor="test", details=details, subject_id="thing")


def lines(exported: bytes) -> list[bytes]:
    return exported.splitlines(keepends=True)


def exported(acme, tenant_id: str, **more) -> bytes:
    with acme.database.reading() as connection:
        return "".join(audit.exported(connection, tenant_id, **more)).encode()


def head(acme, tenant_id: str) -> audit.Receipt:
    with acme.database.reading() as connection:
        return audit.head(connection, tenant_id)


def test_what_is_exported_is_a_custody_log(acme):
    receipts = [record(acme, acme.tenant_id, number=number, text="Ω\n\"'\\") for number in range(3)]
    entries, broken = read_chain(lines(exported(acme, acme.tenant_id)))
    assert broken is None
    assert [one.sequence for one in entries] == list(range(1, len(entries) + 1))
    assert [one.sha256 for one in entries[-3:]] == [one.sha256 for one in receipts]
    assert head(acme, acme.tenant_id) == receipts[-1]
    assert json.loads(entries[-1].details_json) == {"subject": "thing", "number": 2, "text": "Ω\n\"'\\"}


def test_it_is_exported_in_pieces(acme):
    for number in range(5):
        record(acme, acme.tenant_id, number=number)
    whole = exported(acme, acme.tenant_id)
    pieces, after = b"", 0
    while piece := exported(acme, acme.tenant_id, after=after, limit=2):
        pieces += piece
        after += piece.count(b"\n")
    assert pieces == whole


def test_an_entry_that_was_altered_in_the_database_is_found(acme):
    for number in range(4):
        record(acme, acme.tenant_id, number=number)
    with acme.database.writing() as connection:
        line = exported(acme, acme.tenant_id).decode().splitlines(keepends=True)[3].replace('"number":1', '"number":7')
        connection.execute(update(table).where(table.c.sequence == 4).values(line=line))
    entries, broken = read_chain(lines(exported(acme, acme.tenant_id)))
    assert (broken.line, broken.kind) == (4, "altered")
    assert len(entries) == 3


def test_many_who_write_at_once_make_one_chain(acme):
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda number: record(acme, acme.tenant_id, number=number), range(40)))
    entries, broken = read_chain(lines(exported(acme, acme.tenant_id)))
    assert broken is None
    assert len({one.sequence for one in receipts}) == 40
    assert {one.sha256 for one in receipts} <= {one.sha256 for one in entries}


def test_tenants_have_chains_of_their_own(acme):
    with acme.database.writing() as connection:
        other = add_tenant(connection, "other")
    before = exported(acme, acme.tenant_id)
    record(acme, other, secret="of the other")
    assert exported(acme, acme.tenant_id) == before
    assert b"of the other" in exported(acme, other)
    assert read_chain(lines(exported(acme, other)))[1] is None


def test_a_transaction_that_failed_leaves_no_entry_and_no_gap(acme):
    before = head(acme, acme.tenant_id)
    with pytest.raises(ZeroDivisionError), acme.database.writing() as connection:  # noqa: PT012 - the transaction fails
        audit.record(connection, acme.tenant_id, "never", actor="test", details={})
        raise ZeroDivisionError
    assert head(acme, acme.tenant_id) == before
    assert record(acme, acme.tenant_id).sequence == before.sequence + 1


def test_the_receipt_is_the_hash_of_the_line_without_it(acme):
    receipt = record(acme, acme.tenant_id)
    line = exported(acme, acme.tenant_id).splitlines()[-1]
    bare = line.replace(f'"sha256":"{receipt.sha256}",'.encode(), b"")
    assert hashlib.sha256(bare).hexdigest() == receipt.sha256


def test_heads_are_signed_once_a_day_and_a_chain_written_anew_does_not_hold_them(acme):
    key = service_key(acme.settings.key_file)
    assert service_key(acme.settings.key_file).key_id == key.key_id
    record(acme, acme.tenant_id)
    with acme.database.writing() as connection:
        assert sign_heads(connection, key) >= 1
        assert sign_heads(connection, key) == 0
        (signed,) = daily_heads_of(connection, acme.tenant_id)
        assert list(head_faults(connection, acme.tenant_id)) == []
    assert signed.sequence == head(acme, acme.tenant_id).sequence
    with acme.database.writing() as connection:
        at_head = (table.c.tenant_id == acme.tenant_id) & (table.c.sequence == signed.sequence)
        connection.execute(update(table).where(at_head).values(sha256="0" * 64))
        (said,) = head_faults(connection, acme.tenant_id)
    assert "is not the one that was signed" in said


def test_a_signed_head_that_was_edited_does_not_fit_its_signature(acme):
    key = service_key(acme.settings.key_file)
    with acme.database.writing() as connection:
        sign_heads(connection, key)
        connection.execute(update(daily_heads).values(sequence=0, sha256="1" * 64))
        (said,) = head_faults(connection, acme.tenant_id)
    assert "the signature does not fit" in said
