"""What the verbs do on a history that others wrote, beside what plain Alembic does there."""

from __future__ import annotations

import logging
import re

import pytest

from tests import by_hand
from tests.histories.conftest import History
from tests.histories.dumps import as_alembic_rebuilds, dump
from tests.histories.workplace import HistoryProject

pytestmark = [pytest.mark.histories, pytest.mark.slow]

LOG = logging.getLogger(__name__)
TRACEBACK = "Traceback (most recent call last)"


def revisions(history: History) -> list[str]:
    """Return the ids of all revisions as plain Alembic tells them, the first one first."""
    told = history.plain.alembic("history").out
    return re.findall(r"^\S+(?:, \S+)* -> (\S+?),? ", told, re.MULTILINE)[::-1]


def head(history: History) -> str:
    return revisions(history)[-1]


def pending(project: HistoryProject) -> list[str]:
    return [item["id"] for item in project.dbtasks("status", "--json").json()["pending"]]


def differences(project: HistoryProject) -> list[str]:
    done = project.dbtasks("check", "--json", code=None)
    assert done.code in {0, 4}, done.text
    return [str(change) for change in done.json()["changes"]]


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
        project = history.empty()
        assert expected == pending(project)
        told = project.dbtasks("history").out
        assert [] == [revision for revision in expected if revision not in told]
        assert [] == pending(history.ours)
        history.ours.dbtasks("history")

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
        before = dump(project.url)
        done = project.dbtasks("upgrade", "--sql", code=None)
        assert before == dump(project.url)
        assert TRACEBACK not in done.err
        LOG.info(done.err)

    def test_check_tells_the_differences(self, history: History) -> None:
        done = history.ours.dbtasks("check", code=None)
        assert done.code in {0, 4}, done.text
        LOG.info(done.text)

    def test_migrate_writes_what_differs_and_nothing_else(self, history: History) -> None:
        project = history.copy(history.ours)
        before, expected = dump(project.url), differences(project)
        if not expected:
            assert "Nothing to do" in project.dbtasks("migrate", "what differs").out
            return
        with history.versions_kept():
            done = project.dbtasks("migrate", "what differs", "--no-rename", code=None)
            LOG.info(done.text)
            if done.code:
                assert TRACEBACK not in done.text
                assert "Nothing was written." in done.err
                return
            project.dbtasks("upgrade")
            assert [] == differences(project)
            project.dbtasks("downgrade", "--yes")
            assert before == dump(project.url)

    def test_downgrade_goes_as_far_as_plain_alembic(self, history: History) -> None:
        plain, ours = history.copy(history.plain), history.copy(history.plain)
        done = plain.alembic("downgrade", "base", code=None)
        steps = re.findall(r"Running downgrade (\S+) -> (\S*?)[, ]", done.text)
        LOG.info("%s %s %s", done.code, len(steps), steps[-1:])
        target = "base"
        if done.code:
            target = steps[-1][0]
            assert ours.dbtasks("downgrade", "base", "--yes", code=None).code
            plain, ours = history.copy(history.plain), history.copy(history.plain)
            plain.alembic("downgrade", target)
        ours.dbtasks("downgrade", target, "--yes")
        assert as_alembic_rebuilds(dump(plain.url)) == as_alembic_rebuilds(dump(ours.url))

    def test_a_database_without_a_version_is_stamped_where_it_is(self, history: History) -> None:
        project = history.copy(history.plain)
        by_hand.run_script(project.url, "DROP TABLE alembic_version")
        done = project.dbtasks("stamp", "head", code=None)
        LOG.info(done.text)
        if done.code:
            assert "could not be found out" in done.err
            project.dbtasks("stamp", "head", "--unchecked")
        assert dump(history.plain.url) == dump(project.url)
        assert [] == pending(project)

    def test_a_stamp_of_what_the_database_is_not_is_refused(self, history: History) -> None:
        project = history.empty()
        project.dbtasks("stamp", "head", code=1)
        assert revisions(history) == pending(project)

    def test_reset_makes_the_same_schema_again(self, history: History) -> None:
        project = history.copy(history.ours)
        expected = dump(project.url)
        done = project.dbtasks("reset", "--yes", code=None)
        LOG.info(done.text)
        assert done.code == 0 or history.workplace.package.begin
        if not history.workplace.package.begin:
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
