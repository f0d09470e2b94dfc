"""What the verbs do on a history that others wrote, beside what plain Alembic does there."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest

from tests import by_hand
from tests.histories.conftest import History
from tests.histories.dumps import as_alembic_rebuilds, dump, statements
from tests.histories.reality import unreal
from tests.histories.workplace import HistoryProject

pytestmark = [pytest.mark.histories, pytest.mark.slow]

LOG = logging.getLogger(__name__)
TRACEBACK = "Traceback (most recent call last)"


def revisions(history: History) -> list[str]:
    """Return the ids of all revisions as plain Alembic tells them, the first one first."""
    # env.py may be what says where the revisions are, and --indicate-current runs it.
    told = history.plain.alembic("history", "--indicate-current").out
    return re.findall(r"^\S+(?:, \S+)* -> (\S+?),? ", told, re.MULTILINE)[::-1]


def pending(project: HistoryProject) -> list[str]:
    return [item["id"] for item in project.dbtasks("status", "--json").json()["pending"]]


def differences(project: HistoryProject) -> list[str]:
    done = project.dbtasks("check", "--json", code=None)
    assert done.code in {0, 4}, done.text
    return [change["what"] for change in done.json()["changes"]]


def stopped_at(told: str) -> str:
    """Return the revision whose downgrade plain Alembic could not run, as its traceback tells."""
    *_, file = re.findall(r'File "([^"]+)", line \d+, in downgrade\b', told)
    text = Path(file).read_text(encoding="utf-8")
    (found,) = re.findall(r"^revision\b.*?[\"'](.+?)[\"']", text, re.MULTILINE)
    return str(found)


def is_refused(
    project: HistoryProject, history: History, verb: str, *more: str, code: int | None = 0
) -> bool:
    """Whether a verb refuses as the table of packages says; else it has done its work."""
    expected = history.refusal(verb)
    before = dump(project.url)
    done = project.dbtasks(*verb.split(), *more, code=1 if expected else code)
    LOG.info(done.text)
    assert TRACEBACK not in done.text
    assert expected in done.err
    if expected:
        assert before == dump(project.url)
    return bool(expected)


class OnAHistory:
    """The tests, for each package and each database. One process plays all of a package."""

    package: str

    def test_from_empty_to_head_the_schema_is_that_of_plain_alembic(self, history: History) -> None:
        plain, ours = dump(history.plain.url), dump(history.ours.url)
        assert as_alembic_rebuilds(plain) == as_alembic_rebuilds(ours)
        finer = set(plain) - set(as_alembic_rebuilds(plain))
        assert [] == sorted(finer - set(ours))

    def test_status_and_history_tell_all_revisions(self, history: History) -> None:
        expected = revisions(history)
        assert len(expected) >= 10
        project = history.empty()
        assert expected == pending(project)
        told = project.dbtasks("history").out
        assert [] == [revision for revision in expected if revision not in told]
        if not is_refused(history.ours, history, "status"):
            assert [] == pending(history.ours)
        assert expected[-1] in history.ours.dbtasks("history").out

    def test_the_plan_names_each_revision_and_changes_nothing(self, history: History) -> None:
        project = history.empty()
        before = dump(project.url)
        told = project.dbtasks("upgrade", "--plan").out
        assert [] == [revision for revision in revisions(history) if revision not in told]
        assert before == dump(project.url)

    def test_the_sql_makes_the_same_schema_or_says_why_there_is_none(
        self, history: History
    ) -> None:
        project = history.empty()
        if not is_refused(project, history, "upgrade --sql"):
            by_hand.run_script(project.url, project.dbtasks("upgrade", "--sql").out)
            assert dump(history.ours.url) == dump(project.url)
            return
        plain_can = f"upgrade --sql {history.database}" in history.workplace.package.plain_can
        done = project.alembic("upgrade", "head", "--sql", code=None)
        assert plain_can == (done.code == 0), done.err

    def test_check_tells_what_differs_and_nothing_else(self, history: History) -> None:
        if is_refused(history.ours, history, "check", code=None):
            return
        database, models = history.ours.url, history.models().url
        told = differences(history.ours)
        LOG.info("%s", told)
        of_the_history = history.workplace.package.of_the_history
        if history.database == "sqlite" and of_the_history:
            told = [what for what in told if not what.startswith(of_the_history)]
        lines = [[*dump(url), *statements(url)] for url in (database, models)]
        assert [] == unreal(told, *lines)

    def test_migrate_writes_what_differs_and_nothing_else(self, history: History) -> None:
        project = history.copy(history.ours)
        before = dump(project.url)
        with history.versions_kept():
            if is_refused(project, history, "migrate", "what differs", "--no-rename"):
                return
            project.dbtasks("upgrade")
            assert [] == differences(project)
            project.dbtasks("downgrade", "--yes")
            assert before == dump(project.url)

    def test_downgrade_goes_as_far_as_plain_alembic(self, history: History) -> None:
        plain, ours = history.copy(history.plain), history.copy(history.plain)
        target = history.workplace.package.plain_ends.get(history.database, "base")
        if target != "base":
            done = plain.alembic("downgrade", "base", code=None)
            assert target == stopped_at(done.text)
            plain = history.copy(history.plain)
        plain.alembic("downgrade", target)
        ours.dbtasks("downgrade", target, "--yes")
        lost = history.workplace.package.plain_loses.get(history.database, ())
        expected = sorted([*as_alembic_rebuilds(dump(plain.url)), *lost])
        assert expected == sorted(as_alembic_rebuilds(dump(ours.url)))

    def test_a_database_without_a_version_is_stamped_where_it_is(self, history: History) -> None:
        project = history.copy(history.plain)
        by_hand.run_script(project.url, "DROP TABLE alembic_version")
        if is_refused(project, history, "stamp head"):
            project.dbtasks("stamp", "head", "--unchecked")
        assert dump(history.plain.url) == dump(project.url)
        if not is_refused(project, history, "status"):
            assert [] == pending(project)

    def test_a_stamp_of_what_the_database_is_not_is_refused(self, history: History) -> None:
        project = history.empty()
        project.dbtasks("stamp", "head", code=1)
        assert revisions(history) == pending(project)

    def test_reset_makes_the_same_schema_again(self, history: History) -> None:
        project = history.copy(history.ours)
        expected = dump(project.url)
        if not is_refused(project, history, "reset", "--yes"):
            assert expected == dump(project.url)


class TestOptuna(OnAHistory):
    package = "optuna"


class TestJupyterhub(OnAHistory):
    package = "jupyterhub"


class TestMlflow(OnAHistory):
    package = "mlflow"


class TestPrefect(OnAHistory):
    package = "prefect"


class TestAirflow(OnAHistory):
    package = "apache-airflow"
