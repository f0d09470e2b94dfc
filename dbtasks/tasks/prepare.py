"""The verbs that make a project and its database ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbtasks import terminal
from dbtasks.tasks.verb import verb
from dbtasks.values import Message

if TYPE_CHECKING:
    from dbtasks.project import Project


@verb(flags={"models": "where the models are, as package.module:Base (a new project only)"})
def init(project: Project, models: str = "") -> object:
    """Make the project and its database ready; safe to repeat."""
    from dbtasks.initialize import initialize

    return initialize(project, models, terminal.step_watcher())


@verb(
    flags={
        "seed": "run the seed function afterwards",
        "yes": "don't ask for the database's name",
    }
)
def reset(project: Project, seed: bool = False, yes: bool = False) -> object:
    """Drop everything and rebuild it from the migrations (development only)."""
    from dbtasks import rebuild

    rebuild.refuse_outside_development(project)
    if not yes:
        name = project.database.short_name
        terminal.confirm(
            f"This drops everything in {project.database.name}.",
            name,
            "To go on without a question: --yes",
        )
    outcome = rebuild.reset(project, terminal.step_watcher())
    return rebuild.seeded(project, outcome) if seed else outcome


@verb(flags={"timeout": "seconds to wait at most"}, json=True)
def wait(project: Project, timeout: int = 30) -> object:
    """Wait until the database's server answers."""
    from dbtasks.waiting import wait_for

    seconds = wait_for(project.database, timeout)
    text = f"{project.database.name} answers (after {seconds:.1f} s)."
    return Message(text, {"database": project.database.name, "seconds": round(seconds, 3)})


VERBS = (init, reset, wait)
