"""归档: the list of closed cases, and the bundle of one."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import zipfile
from datetime import date, timedelta

import pytest

from tests.web.case_desk import JPG, NAME, PHONE, upload
from tracker.rule.archive import keep_until
from tracker.store import features, settings
from tracker.store.database import rows, value, writing
from tracker.store.register import attachments
from tracker.web import archive as pages


@pytest.fixture
def desk(desk):
    features.switch(desk.db, {"archive"})
    return desk


def closed(desk, **changes):
    no = desk.case(**changes).no
    desk.enter("王建国").finish(no, "contact", "inspection", "recheck")
    assert desk.record(no, "resolution", files=upload("车间 门口.jpg")).status_code == 303
    desk.send(no, "reply", "reply", **desk.answer())
    desk.send(no, "close", "close", summary="")
    assert desk.enter("李处").send(no, "close/decide", "review", do="close").status_code == 303
    return no


def bundle(desk, no):
    answer = desk.client.post(f"/case/{no}/bundle")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"] == f"attachment; filename={no}.zip"
    data = answer.data
    answer.close()
    return data


def test_the_bundle_holds_record_data_evidence_and_the_sums_of_all(desk, tmp_path):
    no = closed(desk)
    data = bundle(desk, no)
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        assert found.testzip() is None
        names = found.namelist()
        assert names[:2] == ["办理记录.html", "案件数据.json"]
        assert names[-1] == "校验值.txt"
        (photo,) = [name for name in names if name.endswith(".jpg")]
        assert photo.startswith("附件/")
        assert photo.endswith("-车间 门口.jpg")
        assert found.read(photo) == JPG
        found.extractall(tmp_path)
        record = found.read("办理记录.html").decode()
        kept = json.loads(found.read("案件数据.json"))
    done = subprocess.run(["sha256sum", "-c", "校验值.txt"], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout
    for said in (no, "立即密闭车间", "销项", "按时完成", "已停产整改"):
        assert said in record
    assert [one["no"] for one in kept["case"]] == [no]
    assert [one["seq"] for one in kept["audit"]] == sorted(one["seq"] for one in kept["audit"])
    assert all(len(one["seal"]) == 64 for one in kept["audit"])
    assert {one["key"] for one in kept["deadlines"]} >= {"contact", "inspection", "recheck", "resolution"}


def test_nothing_of_the_complainant_is_in_the_bundle(desk):
    with zipfile.ZipFile(io.BytesIO(bundle(desk, closed(desk)))) as found:
        for name in found.namelist():
            text = found.read(name).decode("utf-8", "replace")
            assert NAME not in text
            assert PHONE not in text


def test_the_same_case_gives_the_same_bytes_and_each_taking_is_on_record(desk):
    no = closed(desk)
    before = desk.folder(no)
    first = bundle(desk, no)
    desk.later(days=400)
    assert bundle(desk, no) == first
    assert desk.folder(no) == before
    said = [json.loads(r["detail"]) for r in rows(desk.db, "SELECT detail FROM audit WHERE act = 'archived'")]
    assert [one["sha256"] for one in said] == [hashlib.sha256(first).hexdigest()] * 2


def test_evidence_that_is_gone_or_changed_is_told_and_no_bundle_made(desk, home):
    no = closed(desk)
    sha = value(desk.db, "SELECT sha256 FROM evidence WHERE kind = 'jpg'")
    (path,) = [one for one in attachments(home).rglob("*") if one.is_file() and sha in one.name]
    path.chmod(0o600)
    path.write_bytes(b"other")
    answer = desk.client.post(f"/case/{no}/bundle")
    assert answer.status_code == 409
    assert "与登记的校验值不符" in answer.text
    path.unlink()
    assert "没有找到，没有生成归档包" in desk.client.post(f"/case/{no}/bundle").text
    assert value(desk.db, "SELECT count(*) FROM audit WHERE act = 'archived'") == 0


def test_an_open_case_has_no_bundle(desk):
    no = desk.case().no
    answer = desk.enter("李处").client.post(f"/case/{no}/bundle")
    assert answer.status_code == 409
    assert "本件尚未销项，销项之后才能归档" in answer.text
    assert "下载归档包" not in desk.page(no)


@pytest.mark.parametrize("name", ["林涛", "王建国"])
def test_only_a_supervisor_takes_bundles(desk, name):
    no = closed(desk)
    desk.enter(name)
    assert desk.client.post(f"/case/{no}/bundle").status_code == 403
    assert desk.client.get("/archive").status_code == 403
    assert "下载归档包" not in desk.page(no)


def test_the_retention_runs_in_whole_years_after_the_closing(desk):
    assert keep_until(date(2026, 1, 1), 10) == keep_until(date(2026, 12, 31), 10) == date(2036, 12, 31)
    no = closed(desk)
    assert "保管至 2036-12-31" in desk.page(no)
    with writing(desk.db):
        settings.save(desk.db, {"retention_years": "1"})
    desk.later(days=700)
    page = desk.client.get("/archive").text
    assert '2027-12-31 <span class="rep">已满</span>' in page


def test_the_list_goes_on_page_by_page_and_begins_where_one_asks(desk, monkeypatch):
    monkeypatch.setattr(pages, "LISTED", 2)
    nos = []
    for _ in range(5):
        nos.append(closed(desk))
        desk.later(hours=20)
    seen, path = [], "/archive"
    while path:
        text = desk.client.get(path).text
        seen += [no for no in reversed(nos) if f'/case/{no}"' in text]
        path = (
            text.split('<p class="rest"><a href="')[1].split('"')[0].replace("&amp;", "&") if "下一页" in text else ""
        )
    assert seen == list(reversed(nos))
    day = (desk.clock() - timedelta(days=3)).date().isoformat()
    text = desk.client.get(f"/archive?before={day}").text
    assert nos[0] in text
    assert nos[-1] not in text
    for wrong in ("?before=xx", "?after=2026-99-99T00:00:00Z_1", "?after=x"):
        assert desk.client.get(f"/archive{wrong}").status_code == 200


def test_a_register_without_closed_cases_says_so_and_one_without_the_feature_shows_nothing(desk):
    assert "没有已销项的件。" in desk.enter("李处").client.get("/archive").text
    no = closed(desk)
    features.switch(desk.db, ())
    assert desk.client.get("/archive").status_code == 404
    assert "归档" not in desk.page(no)


def test_the_administrator_settles_numbers_and_hours_on_record(desk, make_person, sign_in):
    sign_in(desk.client, make_person(roles=("admin",)))
    form = {"undo_minutes": "5", "attempts_needed": "3", "repeat_days": "90", "callback_days": "0"}
    form |= {"send_from": "08:00", "send_until": "18:00", "retention_years": "30"}
    assert desk.client.post("/features/settings", data=form).status_code == 303
    assert settings.office(desk.db).retention_years == 30
    assert settings.office(desk.db).callback_days == 0
    said = json.loads(value(desk.db, "SELECT detail FROM audit WHERE act = 'settings.saved' ORDER BY seq DESC"))
    assert said["retention_years"] == ["10", "30"]
    refused = desk.client.post("/features/settings", data={**form, "undo_minutes": "很多", "send_from": "8点"})
    assert refused.status_code == 422
    assert 'value="很多"' in refused.text
    assert settings.office(desk.db).undo_minutes == 5
