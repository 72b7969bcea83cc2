"""The OpenAPI description holds: whatever is asked is answered as it says, and never by a defect.

Requests are drawn from the description by Schemathesis, as it allows them and otherwise, with identifiers that are
there and with others.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from sqlalchemy import select
from support.notices import NOTICE
from support.service import found_work, with_works

from similarity.service.data.notice_tables import notices
from similarity.service.data.tables import decisions, tasks

NUM_EXAMPLES = 6
"""Of each operation."""
ROLES = {"review": "reviewer"}
"""Of whoever asks, by permission; an administrator has all the others."""


@pytest.fixture
def things(running) -> dict[str, str]:
    """Identifiers of what is there, by the parameters that name them."""
    upload_id = running.screened("clip", with_works(found_work()))
    platform = running.key("platform")
    notice = running.client.post("/v1/notices", json=NOTICE, headers=platform).json()["id"]
    with running.database.reading() as connection:
        task_id = connection.scalar(select(tasks.c.id))
        decision_id = connection.scalar(select(decisions.c.id))
        sender = connection.scalar(select(notices.c.sender_sha256))
    said = {"by": "uploader", "reasons": "it is mine"}
    complaint = running.client.post(f"/v1/decisions/{decision_id}/complaints", json=said, headers=platform).json()
    return {
        "upload_id": upload_id,
        "task_id": task_id,
        "notice_id": notice,
        "decision_id": decision_id,
        "complaint_id": complaint["id"],
        "name": "usual",
        "work_id": "film",
        "key_id": "nothing",
        "sha256": sender,
    }


@pytest.mark.parametrize("tag", ["uploads", "policies", "review", "notices", "operation"])
def test_whatever_is_asked_is_answered_as_described(running, things, tag):
    import schemathesis

    schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
    described = schemathesis.openapi.from_asgi("/v1/openapi.json", running.client.app)
    operations = [one.ok() for one in described.get_all_operations()]
    of_tag = [one for one in operations if tag in one.tags]
    assert of_tag
    failed = [said for one in of_tag if (said := _failure(running, one, things))]
    assert not failed, "\n\n".join(failed)


def _failure(running, operation, things: dict[str, str]) -> str | None:
    """What did not hold of one operation, in the words of Schemathesis."""
    from schemathesis import GenerationMode
    from schemathesis.core.failures import FailureGroup

    named = {one.name: things[one.name] for one in operation.path_parameters}
    headers = running.key(ROLES.get(operation.definition.raw.get("x-permission"), "administrator"))
    drawn = [*map(operation.as_strategy, GenerationMode), operation.as_strategy(path_parameters=named)]

    @seed(14)
    @settings(
        max_examples=NUM_EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(drawn))
    def ask(case):
        case.validate_response(case.call(headers=headers), checks=_held())

    try:
        ask()
    except FailureGroup as failures:
        return f"{operation.label}: {'; '.join(map(str, failures.exceptions))}"
    return None


def _held() -> list:
    from schemathesis.specs.openapi import checks

    return [
        _not_a_defect,
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_schema_conformance,
    ]


def _not_a_defect(context, response, case) -> None:
    """503 and 507 are said on purpose, with the time after which to ask again."""
    assert response.status_code < 500 or response.headers.get("retry-after"), f"{response.status_code} {response.text}"
