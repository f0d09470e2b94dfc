"""What a program hands to Alembic comes first: a connection, an address, a section, a word."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from tests import by_hand
from tests.in_process import as_if_new
from tests.models_project import TITLE, ModelsProject, model

ROWS = "INSERT INTO gigs (id, title) VALUES (1, 'walk')"


@pytest.fixture
def real(on_sqlite: ModelsProject) -> Iterator[ModelsProject]:
    """A project whose database has a row; Alembic is called as a program of its own calls it."""
    on_sqlite.begin(model("gigs", TITLE), ROWS)
    with as_if_new(on_sqlite.root, on_sqlite.environment()):
        yield on_sqlite
        assert [(1, "walk")] == on_sqlite.rows("SELECT * FROM gigs")


def config(project: ModelsProject, *x: str, section: str = "alembic") -> Config:
    words = Namespace(quiet=True, x=list(x))
    return Config(project.root / "alembic.ini", ini_section=section, cmd_opts=words)


def go_up_and_down(handed: Config, url: str) -> None:
    command.upgrade(handed, "head")
    by_hand.run_script(url, ROWS)
    command.downgrade(handed, "base")
    assert [] == by_hand.rows(url, "SELECT name FROM sqlite_master WHERE name = 'gigs'")


@pytest.mark.parametrize("begins", [True, False])
def test_a_connection(real: ModelsProject, begins: bool) -> None:
    url = f"sqlite:///{real.root / 'throwaway.db'}"
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    for move, target in ((command.upgrade, "head"), (command.downgrade, "base")):
        with engine.begin() if begins else engine.connect() as connection:
            handed = config(real)
            handed.attributes["connection"] = connection
            move(handed, target)
    assert [] == by_hand.rows(url, "SELECT name FROM sqlite_master WHERE name = 'gigs'")


def test_an_engine(real: ModelsProject) -> None:
    url = f"sqlite:///{real.root / 'throwaway.db'}"
    handed = config(real)
    handed.attributes["connection"] = sa.create_engine(url, poolclass=sa.NullPool)
    go_up_and_down(handed, url)


def test_an_address_in_a_program(real: ModelsProject) -> None:
    url = f"sqlite:///{real.root / 'throwaway.db'}"
    handed = config(real)
    handed.set_main_option("sqlalchemy.url", url)
    go_up_and_down(handed, url)


def test_another_section(real: ModelsProject) -> None:
    url = f"sqlite:///{real.root / 'throwaway.db'}"
    ini = real.root / "alembic.ini"
    lines = ("script_location = alembic", "prepend_sys_path = .", "path_separator = os")
    other = "\n".join(("[other]", *lines, f"sqlalchemy.url = {url}\n"))
    ini.write_text(f"{ini.read_text()}\n{other}", encoding="utf-8")
    go_up_and_down(config(real, section="other"), url)


def test_a_word_on_the_command_line(real: ModelsProject) -> None:
    url = f"sqlite:///{real.root / 'throwaway.db'}"
    go_up_and_down(config(real, f"database-url={url}"), url)


def test_words_of_the_projects_own_are_left_to_env_py(real: ModelsProject) -> None:
    url = f"sqlite:///{real.root / 'throwaway.db'}"
    go_up_and_down(config(real, "tenant=a", f"database_url={url}"), url)


def test_settings_that_contradict_each_other_stop_plain_alembic_too(real: ModelsProject) -> None:
    ini = real.root / "alembic.ini"
    named = "[alembic]\nsqlalchemy.url = sqlite:///other.db"
    ini.write_text(ini.read_text().replace("[alembic]", named), encoding="utf-8")
    with pytest.raises(CommandError, match=r"sqlalchemy.url in alembic.ini names"):
        command.downgrade(config(real), "base")
    assert not (real.root / "other.db").exists()
