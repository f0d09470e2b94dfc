"""The verbs as Invoke tasks, beside those of one's own."""

from __future__ import annotations

import sys

import pytest

from tests.project_folder import ProjectFolder


def test_each_collection_of_tasks_has_its_help(project: ProjectFolder) -> None:
    first, second = (project.run("help", "upgrade").out for _ in range(2))
    assert "show the steps and stop" in first
    assert first == second


@pytest.mark.slow
def test_a_verb_can_come_before_a_task_of_ones_own(behind: ProjectFolder) -> None:
    name = behind.root / "tasks.py"
    own = """
from invoke import task

@task(pre=[namespace["upgrade"]])
def serve(context):
    print("serving")

namespace.add_task(serve)

if __name__"""
    head, _, end = name.read_text(encoding="utf-8").rpartition("\nif __name__")
    name.write_text(head + own + end, encoding="utf-8")
    out = behind.process([sys.executable, "tasks.py", "serve"]).out
    assert "(2 steps, " in out
    assert out.endswith("serving\n")
