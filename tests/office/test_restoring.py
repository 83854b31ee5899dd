"""Putting a backup in place of the register."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from datetime import timedelta

import pytest

from tests.backups import (
    add_file,
    back_up,
    damage,
    dump,
    names,
    office_with_files,
    reopened,
    somebody,
    synced,
    without_its_record,
)
from tests.factories import NOW, make_case
from tests.mail_server import listening
from tests.office.cases_sql import add_case, natural
from tracker.config import Config
from tracker.notify.sender import Sender
from tracker.office import restoring, signin
from tracker.office.actors import actor_for
from tracker.office.raising import tick
from tracker.office.reminding import replan
from tracker.office.restoring import restore
from tracker.rule.refusals import Refusal
from tracker.store import audit, backups, cases, people, schema
from tracker.store.attachments import path_of
from tracker.store.database import rows, value
from tracker.store.keys import load_key
from tracker.store.occupied import occupy
from tracker.store.register import DATABASE, KEY, STAGED, attachments, open_register
from tracker.web.app import create_app

LATER = NOW + timedelta(days=1)


@pytest.fixture
def made(empty_register, tmp_path):
    """A backup of an office with a case and three files; the register is closed then, and has gone on by one case."""
    office_with_files(empty_register)
    found = back_up(empty_register, tmp_path / "usb")
    make_case(empty_register, actor_for(people.everybody(empty_register)[0]), NOW, place="后来的件")
    empty_register.close()
    return found


@pytest.fixture
def elsewhere(tmp_path, home):
    """Another machine, with the key that was kept elsewhere."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    shutil.copy(home / KEY, folder / KEY)
    return folder


def everything(folder):
    """What stands in a folder, byte by byte."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def untouched(home, before):
    after = everything(home)
    after.pop("register.lock", None)
    before.pop("register.lock", None)
    return after == before


def test_what_is_restored_is_the_backup_and_one_record(made, elsewhere):
    done = restore(elsewhere, made.folder, LATER, by="root")
    assert done.aside is None
    assert without_its_record(dump(elsewhere / DATABASE)) == dump(made.folder / DATABASE)
    for address in made.manifest.files:
        assert path_of(attachments(elsewhere), address).read_bytes().startswith(b"%PDF-1.7 paper")
    assert names(elsewhere) == ["attachments", "key", "tracker.db"]
    with closing(reopened(elsewhere)) as db:
        assert audit.verify(db) is None
        (told,) = rows(db, "SELECT at, detail FROM audit WHERE act = 'restore'")
        assert made.folder.name in told["detail"]
        assert made.manifest.audit_head in told["detail"]
        assert cases.count(db) == 1


def test_what_stood_there_is_renamed_and_kept(made, home):
    (home / "secret").write_text("x")
    done = restore(home, made.folder, LATER)
    assert done.aside == home / "before-restore-2026-06-18T102400"
    assert names(done.aside) == ["secret", "tracker.db"]
    assert not (home / "secret").exists()  # everybody signs in again, also who was signed out since
    assert len(dump(done.aside / DATABASE)["cases"]) == 2
    assert len(dump(home / DATABASE)["cases"]) == 1
    assert restore(home, made.folder, LATER).aside.name.endswith("-2")


def test_a_session_of_before_the_restore_signs_nobody_in(register, make_person, tmp_path, home):
    token = signin.begin(register, make_person().id, NOW, "127.0.0.1")
    made = back_up(register, tmp_path / "usb")
    register.close()
    before = _visitor(home)
    with before.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    assert before.get("/today").status_code == 200
    before.application.extensions["tracker"].close()
    restore(home, made.folder, NOW)
    after = _visitor(home)
    after._cookies = before._cookies
    assert after.get("/today").status_code == 302
    after.application.extensions["tracker"].close()


def _visitor(home):
    return create_app(Config(home=home), now=lambda: NOW).test_client()


def test_files_that_are_there_stay_and_a_damaged_one_goes_aside(made, home):
    first, second, _third = sorted(made.manifest.files)
    damage(path_of(attachments(home), first))
    path_of(attachments(home), second).unlink()
    with closing(reopened(home)) as db:
        later = add_file(db, somebody(db), "later")
    done = restore(home, made.folder, LATER)
    for address in made.manifest.files:
        assert path_of(attachments(home), address).read_bytes().startswith(b"%PDF-1.7 paper")
    assert path_of(attachments(home), later).is_file()
    assert (done.aside / first).is_file()


class TestRefused:
    """Nothing is touched."""

    @pytest.fixture(autouse=True)
    def _as_it_was(self, made, home):
        before = everything(home)
        yield
        assert untouched(home, before)
        assert not (home / STAGED).exists()

    def test_while_somebody_works_on_the_register(self, made, home):
        with closing(occupy(home)), pytest.raises(Refusal, match="正在使用，不能恢复。请先停止 tracker run"):
            restore(home, made.folder, LATER)

    def test_no_folder(self, tmp_path, home):
        with pytest.raises(Refusal, match="不是一份完整的备份"):
            restore(home, tmp_path / "nowhere", LATER)

    @pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 1}', '{"format": "x"}'])
    def test_a_manifest_that_is_none(self, made, home, text):
        (made.folder / "manifest.json").write_text(text)
        with pytest.raises(Refusal, match=r"没有可读的 manifest.json"):
            restore(home, made.folder, LATER)

    def test_a_flipped_byte_in_the_register(self, made, home):
        damage(made.folder / DATABASE, at=-100)
        with pytest.raises(Refusal, match=r"tracker.db 与制作时不同"):
            restore(home, made.folder, LATER)

    def test_an_edited_manifest(self, made, home):
        path = made.folder / "manifest.json"
        path.write_text(path.read_text().replace('"cases": 1', '"cases": 2'))
        with pytest.raises(Refusal, match=r"manifest.json 被改动过"):
            restore(home, made.folder, LATER)

    @pytest.mark.parametrize("how", ["truncated", "missing", "flipped"])
    def test_a_file_that_is_not_as_it_was(self, made, home, how):
        address = sorted(made.manifest.files)[1]
        path = path_of(backups.attachments(made.folder), address)
        if how == "truncated":
            data = path.read_bytes()
            path.write_bytes(data[:-1])
        elif how == "missing":
            path.unlink()
        else:
            damage(path)
        with pytest.raises(Refusal, match=f"1 个缺失或损坏，例如 {address}"):
            restore(home, made.folder, LATER)

    def test_the_key_of_another_register(self, made, home, tmp_path):
        (tmp_path / "other").write_bytes(os.urandom(32))
        with pytest.raises(Refusal, match=f"密钥标记 {made.manifest.key}.*请用 --key"):
            restore(home, made.folder, LATER, key=tmp_path / "other")

    def test_a_newer_program(self, made, home, monkeypatch):
        monkeypatch.setattr(schema, "MIGRATIONS", {})
        monkeypatch.setattr(backups, "MIGRATIONS", {1: ()})
        with pytest.raises(Refusal, match=r"由更新的版本（0.1.0）制作.*请先升级程序"):
            restore(home, made.folder, LATER)

    def test_a_newer_form(self, made, home):
        path = made.folder / "manifest.json"
        path.write_text(path.read_text().replace('"format": 1', '"format": 2'))
        with pytest.raises(Refusal, match="请先升级程序"):
            restore(home, made.folder, LATER)

    def test_too_little_room(self, made, home, monkeypatch):
        monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9, 10**6))
        with pytest.raises(Refusal, match=r"空间不足.*现有数据没有动"):
            restore(home, made.folder, LATER)

    def test_a_disk_that_is_full(self, made, home, monkeypatch):
        def full(*_):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(restoring, "copy_file", full)
        with pytest.raises(Refusal, match="已满，现有数据没有动"):
            restore(home, made.folder, LATER)


def test_the_register_of_another_backup_is_found(made, home, tmp_path):
    with closing(reopened(home)) as db:
        other = back_up(db, tmp_path / "usb", LATER)
    shutil.copy(other.folder / DATABASE, made.folder / DATABASE)
    with pytest.raises(Refusal, match=r"tracker.db 与制作时不同"):
        restore(home, made.folder, LATER)
    assert len(dump(home / DATABASE)["cases"]) == 2


def test_a_program_that_sqlite_knows_of_refuses_the_restore_too(made, home):
    with closing(reopened(home)) as db:
        value(db, "SELECT count(*) FROM cases")
        with pytest.raises(Refusal, match="正在使用，不能恢复"):
            restore(home, made.folder, LATER)
        assert cases.count(db) == 2


def test_a_missing_key_is_asked_for_and_the_one_given_is_put_in_place(made, tmp_path, home):
    fresh = tmp_path / "fresh"
    with pytest.raises(Refusal, match=r"没有可用的密钥.*--key"):
        restore(fresh, made.folder, LATER)
    restore(fresh, made.folder, LATER, key=home / KEY)
    assert (fresh / KEY).read_bytes() == (home / KEY).read_bytes()
    assert (fresh / KEY).stat().st_mode & 0o077 == 0
    with closing(reopened(fresh)) as db:
        assert audit.verify(db) is None


def test_a_backup_with_its_key_needs_no_other(empty_register, tmp_path, home):
    office_with_files(empty_register)
    made = back_up(empty_register, tmp_path / "usb", with_key=True)
    restore(tmp_path / "fresh", made.folder, LATER)
    assert (tmp_path / "fresh" / KEY).read_bytes() == (home / KEY).read_bytes()


def test_the_key_and_the_sample_of_a_fresh_installation_go_aside(made, tmp_path, home):
    fresh = tmp_path / "fresh"
    for name in (DATABASE, "sample.db"):
        open_register(fresh, NOW, name).close()
    done = restore(fresh, made.folder, LATER, key=home / KEY)
    assert names(done.aside) == ["key", "sample.db", "tracker.db"]
    assert load_key(fresh / KEY) == load_key(home / KEY)


def test_all_of_it_is_on_disk_before_the_register_is_exchanged(made, tmp_path, home, monkeypatch):
    fresh = tmp_path / "fresh"
    real, seen = restoring.put_in_place, []
    with synced(monkeypatch) as on_disk:

        def put_in_place(staged, path):
            kept = [one for one in attachments(fresh).rglob("*") if one.name in made.manifest.files]
            wanted = [staged, staged.parent, *kept, *{one.parent for one in kept}]
            assert on_disk.issuperset(one.stat().st_ino for one in wanted)
            seen.append(path.name)
            real(staged, path)

        monkeypatch.setattr(restoring, "put_in_place", put_in_place)
        restore(fresh, made.folder, LATER, key=home / KEY)
        assert fresh.stat().st_ino in on_disk
    assert seen == [DATABASE, KEY]


def test_what_lies_beside_a_register_that_is_gone_is_not_taken_for_that_of_the_new_one(made, home):
    for path in home.glob(f"{DATABASE}*"):
        path.unlink()
    (home / f"{DATABASE}-wal").write_bytes(b"of another register")
    done = restore(home, made.folder, LATER)
    assert names(done.aside) == [f"{DATABASE}-wal"]
    assert without_its_record(dump(home / DATABASE)) == dump(made.folder / DATABASE)


def test_a_register_that_nothing_can_read_any_more_goes_aside_as_it_is(made, home):
    (home / DATABASE).write_bytes(b"not a database" * 500)
    (home / f"{DATABASE}-wal").write_bytes(b"rubbish")
    done = restore(home, made.folder, LATER)
    assert DATABASE in names(done.aside)
    assert not (home / f"{DATABASE}-wal").exists()
    assert without_its_record(dump(home / DATABASE)) == dump(made.folder / DATABASE)


def test_an_older_register_is_brought_up_to_date_at_the_start(tmp_path, monkeypatch, home):
    newest = dict(schema.MIGRATIONS)
    old = {number: newest[number] for number in newest if number <= 10}
    monkeypatch.setattr(schema, "MIGRATIONS", old)
    with closing(open_register(home, NOW)) as db:
        made = back_up(db, tmp_path / "usb")
    monkeypatch.setattr(schema, "MIGRATIONS", newest)
    restore(home, made.folder, LATER)
    with closing(reopened(home)) as db:
        assert schema.version(db) == schema.LATEST
        assert audit.verify(db) is None


def test_between_the_keys_nobody_can_open_the_register_and_the_way_out_is_told(made, tmp_path, home, monkeypatch):
    """As if it were killed: at each step of the exchange the program refuses to start, or the old or new one stands."""
    fresh = tmp_path / "fresh"
    open_register(fresh, NOW).close()

    class Killed(BaseException):
        pass

    def killed(*_):
        raise Killed

    monkeypatch.setattr(restoring, "put_in_place", killed)
    with pytest.raises(Killed):
        restore(fresh, made.folder, LATER, key=home / KEY)
    with pytest.raises(Refusal, match=r"上次恢复备份时中断.*tracker restore"):
        open_register(fresh, NOW)
    monkeypatch.undo()
    restore(fresh, made.folder, LATER, key=home / KEY)
    with closing(reopened(fresh)) as db:
        assert cases.count(db) == 1


class TestReminders:
    """Those owed since the backup, as after any standstill; and what the backup knew as waiting goes under its name."""

    def test_what_waited_goes_again_under_its_name_and_what_was_owed_since_goes_in_one_message(
        self, register, make_person, tmp_path, home
    ):
        handler = make_person(roles=("handler",), email="wang@example.gov.cn").id
        for _ in range(3):
            replan(register, add_case(register, natural("2026-06-17"), handler_id=handler), NOW, "登记")
        tick(register, NOW, "example.gov.cn")
        made = back_up(register, tmp_path / "usb")
        with listening() as server:
            config = Config(home=home, smtp_host="127.0.0.1", smtp_port=server.port, mail_from="xinfang@example.gov.cn")
            self._live(register, config, 5)
            live, owed = set(server.ids()), self._shown(register)
            waited = {one["message_id"] for one in rows(register, "SELECT message_id FROM delivery WHERE id = 1")}
            register.close()
            restore(home, made.folder, NOW)
            with closing(reopened(home)) as db:
                self._live(db, config, 5, from_day=5)
                again = server.ids()[len(live) :]
                assert waited & set(again), "the message that waited goes once more, under its name"
                assert self._shown(db) == owed
                assert len(set(again) - waited) == 1, "all that was owed since goes to one person as one message"
                assert audit.verify(db) is None

    def _live(self, db, config, days, from_day=0):
        for day in range(from_day, days + 1):
            at = NOW + timedelta(days=day)
            tick(db, at, "example.gov.cn")
            Sender(config, lambda at=at: at).send_waiting(db)

    def _shown(self, db):
        found = rows(db, "SELECT owed_key FROM reminder WHERE shown_at IS NOT NULL")
        return {one["owed_key"] for one in found if not one["owed_key"].startswith("digest|")}


def test_a_register_that_another_restore_has_is_not_opened(made, home, monkeypatch):
    def while_it_runs(*_):
        with pytest.raises(Refusal, match="正在把备份恢复到"):
            occupy(home)
        raise OSError(5, "as far as this")

    monkeypatch.setattr(restoring, "copy_file", while_it_runs)
    with pytest.raises(Refusal):
        restore(home, made.folder, LATER)
    occupy(home).close()


def test_of_the_digests_missed_since_the_backup_the_last_one_speaks(register, make_person, tmp_path, home):
    boss = make_person(roles=("supervisor",)).id
    add_case(register, natural("2026-06-10"), handler_id=boss)
    tick(register, NOW)
    made = back_up(register, tmp_path / "usb")
    register.close()
    restore(home, made.folder, NOW)
    with closing(reopened(home)) as db:
        tick(db, NOW + timedelta(days=6))
        shown = value(db, "SELECT count(*) FROM reminder WHERE rung = 'digest' AND shown_at IS NOT NULL")
        missed = value(db, "SELECT count(*) FROM reminder WHERE rung = 'digest' AND withdrawn_why = 'superseded'")
        assert (shown, missed > 1) == (1, True)
