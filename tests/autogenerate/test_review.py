"""What `migrate` ends with and `upgrade --plan` shows: changes, losses, locks, findings."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.desk import TITLE, Desk, model

TWO = "INSERT INTO gigs (title, venue) VALUES ('walk', 'harbour'), ('talk', NULL)"
BEFORE = model("gigs", TITLE, "venue: Mapped[str | None]", "fee: Mapped[int | None]")
AFTER = model("gigs", TITLE.replace("sa.String(80)", "sa.Text"), "fee: Mapped[str | None]")


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines()]


def test_migrate_ends_with_what_the_plan_of_the_upgrade_says(desk: Desk) -> None:
    desk.begin(BEFORE, TWO)
    written = lines(desk.change(AFTER).out)
    plan = lines(desk.run("upgrade", "--plan").out)
    lock = (
        "rebuilds gigs (2 rows): nobody can write to the file meanwhile"
        if desk.is_sqlite
        else "locks gigs (2 rows): nobody can use it while its rows are written anew"
    )
    for line in ("drops gigs.venue with 1 value", lock, "- gigs.venue"):
        assert line in written
        assert line in plan
    back = lines(desk.run("downgrade", "--plan").out)
    assert any("gigs" in line for line in back)


def test_a_plan_shows_each_pending_revision_and_changes_nothing(desk: Desk) -> None:
    desk.begin(BEFORE, TWO)
    desk.change(model("gigs", TITLE, "fee: Mapped[int | None]"))
    desk.run("migrate", "by hand", "--empty")
    plan = desk.run("upgrade", "--plan", "--json").json()
    assert ["change", "by hand"] == [step["message"] for step in plan["steps"]]
    assert ["drops gigs.venue with 1 value"] == plan["steps"][0]["losses"]
    assert [] == plan["steps"][1]["losses"]
    assert [(2,)] == desk.rows("SELECT count(*) FROM gigs")


def test_findings_of_squawk_stand_beside_what_they_are_about(on_postgresql: Desk) -> None:
    desk = on_postgresql
    desk.begin(BEFORE, TWO)
    after = BEFORE.replace("80)", "80), index=True").replace(
        "fee: Mapped[int | None]", "fee: Mapped[int]"
    )
    written = desk.change(after, "--fill", "gigs.fee=1")
    findings = [line for line in written.out.splitlines() if "(squawk " in line]
    assert any(line.startswith("gigs.fee: ") for line in findings)
    assert any("require-concurrent-index-creation" in line for line in findings)
    plan = lines(desk.run("upgrade", "--plan").out)
    assert set(findings) <= set(plan)


def test_the_project_s_own_rules_for_squawk_count(on_postgresql: Desk) -> None:
    desk = on_postgresql
    desk.begin(BEFORE, TWO)
    desk.write(".squawk.toml", 'excluded_rules = ["require-concurrent-index-creation"]\n')
    written = desk.change(BEFORE.replace("80)", "80), index=True"))
    assert "require-concurrent-index-creation" not in written.out


def test_without_squawk_nothing_fails_and_the_way_to_get_it_is_told(
    on_postgresql: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = on_postgresql
    desk.begin(BEFORE, TWO)
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(tmp_path))
    monkeypatch.setattr("tests.workshop.SCRIPTS", tmp_path)
    path = [folder for folder in desk.environment()["PATH"].split(":") if not has_squawk(folder)]
    written = desk.change(AFTER, PATH=":".join(path))
    assert 'for a review of the SQL: pip install "dbtasks[review]"' in lines(written.out)


def has_squawk(folder: str) -> bool:
    return shutil.which("squawk", path=folder) is not None


def test_sql_of_one_s_own_is_named_in_the_plan(desk: Desk) -> None:
    desk.begin(BEFORE, TWO)
    edit(desk, 'op.execute("DELETE FROM gigs WHERE venue IS NULL")', empty=True)
    plan = desk.run("upgrade", "--plan").out
    assert "runs SQL of its own: DELETE FROM gigs WHERE venue IS NULL" in lines(plan)


def test_code_of_one_s_own_is_named_and_not_run_for_the_plan(desk: Desk) -> None:
    desk.begin(BEFORE, TWO)
    edit(desk, "for row in op.get_bind().exec_driver_sql('DELETE FROM gigs'): pass", empty=True)
    plan = desk.run("upgrade", "--plan").out
    assert "runs code of its own, which is not looked into" in lines(plan)
    assert [(2,)] == desk.rows("SELECT count(*) FROM gigs")


def edit(desk: Desk, line: str, *, empty: bool = False, instead_of: str = "") -> None:
    """Put a line into the newest revision's upgrade; in an empty one that is written first."""
    before = set(desk.revisions())
    if empty:
        desk.run("migrate", "by hand", "--empty")
        before = set(desk.revisions()) - before
    path = max(before, key=lambda item: item.stat().st_mtime_ns)
    start = "def upgrade() -> None:\n"
    old = instead_of or start
    new = line if instead_of else f"{start}    {line}\n"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_upgrade_runs_what_stands_in_the_file(desk: Desk) -> None:
    desk.begin(model("gigs", TITLE))
    longer = model("gigs", TITLE, "venue: Mapped[str | None] = mapped_column(sa.String(40))")
    desk.change(longer)
    edit(desk, "sa.String(length=160)", instead_of="sa.String(length=40)")
    assert "VARCHAR(160)" in desk.run("upgrade", "--plan").out
    desk.run("upgrade")
    check = desk.run("check", code=4).out
    assert "~ gigs.venue VARCHAR(160) -> VARCHAR(40)" in lines(check)
    written = desk.change(longer)
    assert "~ gigs.venue VARCHAR(160) -> VARCHAR(40)" in lines(written.out)
    desk.run("upgrade")
    desk.run("check")


def test_status_compares_the_models_with_what_the_files_do_now(desk: Desk) -> None:
    """The edited revision is pending: what it does counts, not what was written first."""
    desk.begin(model("gigs", TITLE))
    longer = "venue: Mapped[str | None] = mapped_column(sa.String({}))"
    desk.change(model("gigs", TITLE, longer.format(40)))
    edit(desk, "sa.String(length=160)", instead_of="sa.String(length=40)")
    assert "VARCHAR(160) -> VARCHAR(40)" in desk.run("status").out
    desk.models(model("gigs", TITLE, longer.format(160)))
    assert "in no revision" not in desk.run("status").out
