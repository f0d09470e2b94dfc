"""A history of many unlike revisions holds as a whole, on the other database too."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import pytest

from dbtasks import Project, check_models, downgrade, migrate, upgrade
from dbtasks.autogenerate.answers import Answers
from dbtasks.commands.initialize import initialize
from tests.changes import cases, cases_everyday, cases_unusual
from tests.changes.cases import PRELUDE, Case
from tests.changes.runner import provide_module

MODULE = "models_of_a_long_history"
LENGTH = 8


def portable(case: Case) -> bool:
    """Whether both databases know what the case is about; names that differ in case they don't."""
    same_names = "case_only" not in case.name and case.name != "mixed_case_names"
    return case.prelude == PRELUDE and len(case.dialects) == 2 and same_names


@dataclass
class Walk:
    """A project that goes from one state of its models to the next."""

    root: Path
    url: str

    def at(self, models: str, url: str = "") -> Project:
        """Return the project with these models, as a new process would see it."""
        provide_module(MODULE, PRELUDE + models)
        return Project.load(self.root, {"database-url": url or self.url})

    def step(self, models: str) -> None:
        """Carry the database to these models, back, and there again."""
        answers = Answers(no_rename=True, allow_drops=True)
        if migrate(self.at(models), "step", answers).path:
            upgrade(self.at(models))
            downgrade(self.at(models))
            upgrade(self.at(models))
        assert () == check_models(self.at(models)).changes

    def from_base(self, models: str, url: str) -> None:
        """Take the whole history up, down and up on a database."""
        for move, target in ((upgrade, "head"), (downgrade, "base"), (upgrade, "head")):
            move(self.at(models, url), target)
        assert () == check_models(self.at(models, url)).changes


@pytest.mark.long
@pytest.mark.parametrize(("written_on", "seed"), [("sqlite", 3), ("postgresql", 2)])
def test_many_unlike_revisions_hold_as_one_history(
    written_on: str, seed: int, tmp_path: Path, postgresql_url: str
) -> None:
    drawn = [
        case
        for module in (cases, cases_everyday, cases_unusual)
        for case in module.CASES
        if portable(case)
    ]
    random.Random(seed).shuffle(drawn)
    states = [models for case in drawn[:LENGTH] for models in (case.before, case.after)]
    sqlite_url = f"sqlite:///{(tmp_path / 'history.db').as_posix()}"
    urls = [sqlite_url, postgresql_url]
    walk = Walk(tmp_path, urls[written_on == "postgresql"])
    initialize(walk.at(states[0]), f"{MODULE}:Base")
    for models in states[1:]:
        walk.step(models)
    for url in urls:
        walk.from_base(states[-1], url)
