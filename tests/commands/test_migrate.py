"""What is said of a revision's message that looks like an option."""

from __future__ import annotations

import pytest

from tests.project_folder import ProjectFolder
from tests.states import state_of

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("words", [["migrate", "--help"], ["merge", "--plan"]])
def test_plain_invoke_takes_an_option_for_the_message_and_it_is_refused(
    ready: ProjectFolder, words: list[str]
) -> None:
    before = state_of(ready)
    verb, option = words
    result = ready.process(["inv", *words], code=2)
    assert [
        f"{option!r} is an option and no message. Nothing was written.",
        f"See the options: inv --help {verb}",
    ] == result.err.splitlines()
    assert before == state_of(ready)


def test_the_command_that_it_names_shows_the_options(ready: ProjectFolder) -> None:
    assert "--allow-drops" in ready.process(["inv", "--help", "migrate"]).out
