"""The import wizard through the native API, from the file to undo."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from postroom.imports import services
from postroom.lib import sql
from tests.support.door import Person

pytestmark = pytest.mark.django_db
CSV = "Email Address,First Name,City,Tags\nada@x.com,Ada,Porto,vip\nnonsense,B,,\n=1+1,C,,\n"


def upload(who: Person, content: str | bytes = CSV, name: str = "march.csv") -> Any:
    data = content.encode() if isinstance(content, str) else content
    return who.client.post("/api/1/imports", {"file": SimpleUploadedFile(name, data, "text/csv")})


def test_a_file_is_mapped_checked_imported_and_taken_back(alice: Person) -> None:
    made = upload(alice)
    assert made.status_code == 201, made.content
    body = made.json()
    assert (body["state"], body["total_rows"], body["encoding"], body["delimiter"]) == (
        "uploaded",
        3,
        "utf-8",
        ",",
    )
    assert [c["guess"] for c in body["columns"]] == ["email", "first_name", {"new_field": "City"}, "tags"]
    assert body["columns"][0]["samples"] == ["ada@x.com", "nonsense", "=1+1"]
    url = f"imports/{body['id']}"
    tag = alice.post("tags", {"name": "March list"}).json()["id"]
    patched = alice.patch(
        url, {"mapping": body["mapping"], "add_tags": [tag], "source": "Import, March"}
    ).json()
    assert (patched["add_tags"], patched["source"]) == ([tag], "Import, March")
    seen = alice.post(f"{url}/check").json()
    assert (seen["created"], seen["changed"], seen["refused"]) == (1, 0, 2)
    assert seen["reasons"] == [{"reason": "no_at", "text": "the address has no “@” or no domain", "count": 2}]
    assert alice.get("subscribers").json()["total"] == 0
    assert alice.post(f"{url}/start").json()["state"] == "running"
    job = sql.row("SELECT args FROM procrastinate_jobs WHERE task_name = 'imports.run'")
    assert job is not None
    services.run(account_id=alice.account.pk, import_id=body["id"])
    done = alice.get(url).json()
    assert (done["state"], done["created_count"], done["refused_count"]) == ("finished", 1, 2)
    errors = alice.get(f"{url}/errors").json()
    assert [(e["line"], e["value"]) for e in errors["items"]] == [(3, "nonsense"), (4, "=1+1")]
    as_file = alice.get(f"{url}/errors.csv")
    assert as_file["Content-Type"].startswith("text/csv")
    assert "'=1+1" in as_file.content.decode()
    ada = alice.get("subscribers").json()["items"][0]
    assert ada["source"] == "Import, March"
    titles = [c["detail"] for c in alice.get(f"subscribers/{ada['id']}/changes").json()["items"]]
    assert set(titles) == {"By the import of march.csv, Alice"}
    assert alice.post("undo", {"token": done["undo_token"]}).json() == {"changed": 1}
    assert alice.get("subscribers?state=all").json()["total"] == 0


@pytest.mark.parametrize("content", [b"", b"\n", b"\x00\xff\xfe\x01" * 100])
def test_what_is_no_table_is_refused(alice: Person, content: bytes) -> None:
    refused = upload(alice, content)
    assert (refused.status_code, bool(refused.json()["help"])) == (422, True)
    assert alice.get("imports").json()["total"] == 0


def test_a_file_beyond_the_limit_is_refused(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    from postroom.doors.native import imports as door

    class Small:
        limit_upload_bytes = 10

    monkeypatch.setattr(door, "load", lambda: Small())
    refused = upload(alice)
    assert (refused.status_code, refused.json()["field"]) == (422, "file")


def test_a_mapping_that_leads_nowhere_is_refused(alice: Person) -> None:
    body = upload(alice).json()
    mapping = [{"to": "skip"}] * 4
    refused = alice.patch(f"imports/{body['id']}", {"mapping": mapping})
    assert (refused.status_code, refused.json()["field"]) == (422, "mapping")
    assert alice.patch(f"imports/{body['id']}", {"add_tags": [999]}).status_code == 422
    assert alice.patch(f"imports/{body['id']}", {"new_state": "bounced"}).status_code == 422


def test_another_account_sees_no_import(alice: Person, charlie: Person, viewer: Person) -> None:
    url = f"imports/{upload(alice).json()['id']}"
    calls = [
        charlie.get(url), charlie.patch(url, {}), charlie.post(f"{url}/check"), charlie.post(f"{url}/start"),
        charlie.post(f"{url}/cancel"), charlie.get(f"{url}/errors"), charlie.get(f"{url}/errors.csv"),
    ]  # fmt: skip
    assert [c.status_code for c in calls] == [404] * len(calls)
    assert charlie.get("imports").json()["total"] == 0
    assert viewer.post(f"{url}/start").status_code == 403
    assert upload(viewer).status_code == 403


def test_the_sample_is_a_file_that_imports(alice: Person) -> None:
    sample = alice.get("imports/sample.csv")
    seen = upload(alice, sample.content).json()
    assert seen["columns"][0]["guess"] == "email"
    assert alice.post(f"imports/{seen['id']}/check").json()["created"] == 3
