"""What `migrate` ends with and `upgrade --plan` shows: changes, losses, locks, findings."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.models_project import TITLE, ModelsProject, model

TWO = "INSERT INTO gigs (title, venue) VALUES ('walk', 'harbour'), ('talk', NULL)"
BEFORE = model("gigs", TITLE, "venue: Mapped[str | None]", "fee: Mapped[int | None]")
AFTER = model("gigs", TITLE.replace("sa.String(80)", "sa.Text"), "fee: Mapped[str | None]")


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines()]


def test_migrate_ends_with_what_the_plan_of_the_upgrade_says(project: ModelsProject) -> None:
    project.begin(BEFORE, TWO)
    written = lines(project.change(AFTER).out)
    plan = lines(project.run("upgrade", "--plan").out)
    lock = (
        "rebuilds gigs (2 rows): nobody can write to the file meanwhile"
        if project.is_sqlite
        else "locks gigs (2 rows): nobody can use it while its rows are written anew"
    )
    for line in ("drops gigs.venue with 1 value", lock, "- gigs.venue"):
        assert line in written
        assert line in plan
    back = lines(project.run("downgrade", "--plan").out)
    assert any("gigs" in line for line in back)


def test_a_plan_shows_each_pending_revision_and_changes_nothing(project: ModelsProject) -> None:
    project.begin(BEFORE, TWO)
    project.change(model("gigs", TITLE, "fee: Mapped[int | None]"))
    project.run("migrate", "by hand", "--empty")
    plan = project.run("upgrade", "--plan", "--json").json()
    assert ["change", "by hand"] == [step["message"] for step in plan["steps"]]
    assert ["drops gigs.venue with 1 value"] == plan["steps"][0]["losses"]
    assert [] == plan["steps"][1]["losses"]
    assert [(2,)] == project.rows("SELECT count(*) FROM gigs")


@pytest.mark.needs("squawk")
def test_findings_of_squawk_stand_beside_what_they_are_about(on_postgresql: ModelsProject) -> None:
    project = on_postgresql
    project.begin(BEFORE, TWO)
    after = BEFORE.replace("80)", "80), index=True").replace(
        "fee: Mapped[int | None]", "fee: Mapped[int]"
    )
    written = project.change(after, "--fill", "gigs.fee=1")
    findings = [line for line in written.out.splitlines() if "(squawk " in line]
    assert any(line.startswith("gigs.fee: ") for line in findings)
    assert any("require-concurrent-index-creation" in line for line in findings)
    plan = lines(project.run("upgrade", "--plan").out)
    assert set(findings) <= set(plan)


@pytest.mark.needs("squawk")
def test_the_project_s_own_rules_for_squawk_count(on_postgresql: ModelsProject) -> None:
    project = on_postgresql
    project.begin(BEFORE, TWO)
    project.write(".squawk.toml", 'excluded_rules = ["require-concurrent-index-creation"]\n')
    written = project.change(BEFORE.replace("80)", "80), index=True"))
    assert "require-concurrent-index-creation" not in written.out


def test_without_squawk_nothing_fails_and_the_way_to_get_it_is_told(
    on_postgresql: ModelsProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = on_postgresql
    project.begin(BEFORE, TWO)
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(tmp_path))
    monkeypatch.setattr("tests.project_folder.SCRIPTS", tmp_path)
    path = [folder for folder in project.environment()["PATH"].split(":") if not has_squawk(folder)]
    written = project.change(AFTER, PATH=":".join(path))
    assert 'for a review of the SQL: pip install "dbtasks[review]"' in lines(written.out)


def has_squawk(folder: str) -> bool:
    return shutil.which("squawk", path=folder) is not None


def test_sql_of_one_s_own_is_named_in_the_plan(project: ModelsProject) -> None:
    project.begin(BEFORE, TWO)
    edit(project, 'op.execute("DELETE FROM gigs WHERE venue IS NULL")', empty=True)
    plan = project.run("upgrade", "--plan").out
    assert "runs SQL of its own: DELETE FROM gigs WHERE venue IS NULL" in lines(plan)


def test_code_of_one_s_own_is_named_and_not_run_for_the_plan(project: ModelsProject) -> None:
    project.begin(BEFORE, TWO)
    edit(project, "for row in op.get_bind().exec_driver_sql('DELETE FROM gigs'): pass", empty=True)
    plan = project.run("upgrade", "--plan").out
    said = "runs code of its own, which is not looked into: line 20: for row in op.get_bind()"
    assert any(line.startswith(said) for line in lines(plan))
    assert [(2,)] == project.rows("SELECT count(*) FROM gigs")


def edit(project: ModelsProject, line: str, *, empty: bool = False, instead_of: str = "") -> None:
    """Put a line into the newest revision's upgrade; in an empty one that is written first."""
    before = set(project.revisions())
    if empty:
        project.run("migrate", "by hand", "--empty")
        before = set(project.revisions()) - before
    path = max(before, key=lambda item: item.stat().st_mtime_ns)
    start = "def upgrade() -> None:\n"
    old = instead_of or start
    new = line if instead_of else f"{start}    {line}\n"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_upgrade_runs_what_stands_in_the_file(project: ModelsProject) -> None:
    project.begin(model("gigs", TITLE))
    longer = model("gigs", TITLE, "venue: Mapped[str | None] = mapped_column(sa.String(40))")
    project.change(longer)
    edit(project, "sa.String(length=160)", instead_of="sa.String(length=40)")
    assert "VARCHAR(160)" in project.run("upgrade", "--plan").out
    project.run("upgrade")
    check = project.run("check", code=4).out
    assert "~ gigs.venue VARCHAR(160) -> VARCHAR(40)" in lines(check)
    written = project.change(longer)
    assert "~ gigs.venue VARCHAR(160) -> VARCHAR(40)" in lines(written.out)
    project.run("upgrade")
    project.run("check")


def test_status_compares_the_models_with_what_the_files_do_now(project: ModelsProject) -> None:
    """The edited revision is pending: what it does counts, not what was written first."""
    project.begin(model("gigs", TITLE))
    longer = "venue: Mapped[str | None] = mapped_column(sa.String({}))"
    project.change(model("gigs", TITLE, longer.format(40)))
    edit(project, "sa.String(length=160)", instead_of="sa.String(length=40)")
    assert "VARCHAR(160) -> VARCHAR(40)" in project.run("status").out
    project.models(model("gigs", TITLE, longer.format(160)))
    assert "in no revision" not in project.run("status").out
