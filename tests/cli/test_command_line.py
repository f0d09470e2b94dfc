"""From words to tasks with their arguments, as a person types them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invoke.collection import Collection
from invoke.context import Context
from invoke.parser.context import ParserContext
from invoke.tasks import task

from dbtasks.cli.command_line import HelpRequestedError, parse
from dbtasks.cli.entry_point import EntryPoint
from dbtasks.cli.verbs import database_tasks
from dbtasks.errors import UsageError
from dbtasks.hints import command


@task(
    positional=["first", "rest"],
    iterable=["rest"],
    incrementable=["loud"],
    optional=["log"],
    auto_shortflags=False,
)
def own(
    context: Context,
    first: str,
    rest: list[str],
    count: int = 1,
    color: bool = True,
    loud: int = 0,
    log: str | None = None,
) -> None:
    """A task with every kind of argument."""


@task(help={"l": "long", "a": "all", "n": "how many"})
def short(context: Context, l: bool = False, a: bool = False, n: int = 0) -> None:  # noqa: E741
    """A task with short options."""


def known() -> dict[str, ParserContext]:
    """Return the contexts of the verbs and of two tasks of a project's own."""
    collection = database_tasks(".")
    collection.add_task(own)
    collection.add_task(short)
    return {context.name: context for context in Collection.to_contexts(collection)}


def parsed(*words: str) -> list[tuple[str, dict[str, Any]]]:
    """Return each task that the words name, with the arguments that they change."""
    contexts = parse(list(words), known())
    return [(str(context.name), changed(context)) for context in contexts]


def changed(context: ParserContext) -> dict[str, Any]:
    """Return the values that are not what they would be without a word."""
    untouched = known()[str(context.name)].args
    return {
        name: item.value
        for name, item in context.args.items()
        if item.value != untouched[name].value
    }


@pytest.mark.parametrize(
    ("typed", "verb", "arguments"),
    [
        ("upgrade", "upgrade", {}),
        ("upgrade head", "upgrade", {}),
        ("upgrade +1", "upgrade", {"revision": "+1"}),
        ("upgrade 1e5", "upgrade", {"revision": "1e5"}),
        ("upgrade --revision +1", "upgrade", {"revision": "+1"}),
        ("upgrade --revision=+1", "upgrade", {"revision": "+1"}),
        ("upgrade status", "upgrade", {"revision": "status"}),
        ("upgrade --plan a1b2", "upgrade", {"revision": "a1b2", "plan": True}),
        ("upgrade a1b2 --plan", "upgrade", {"revision": "a1b2", "plan": True}),
        ("downgrade -1", "downgrade", {}),
        ("downgrade -2 --yes", "downgrade", {"revision": "-2", "yes": True}),
        ("downgrade --yes -- -2", "downgrade", {"revision": "-2", "yes": True}),
        ("downgrade --revision -2", "downgrade", {"revision": "-2"}),
        ("migrate Add-field", "migrate", {"message": "Add-field"}),
        ("migrate status", "migrate", {"message": "status"}),
        ("migrate -- --help", "migrate", {"message": "--help"}),
        ("migrate --message=--help", "migrate", {"message": "--help"}),
        ("migrate -- -?", "migrate", {"message": "-?"}),
        ("migrate --message=/?", "migrate", {"message": "/?"}),
        ("migrate why?", "migrate", {"message": "why?"}),
        ("upgrade ?", "upgrade", {"revision": "?"}),
        ("upgrade /?x", "upgrade", {"revision": "/?x"}),
        ("wait --timeout 5", "wait", {"timeout": 5}),
        ("own a b c --count=2", "own", {"first": "a", "rest": ["b", "c"], "count": 2}),
        ("own a --rest b --rest c", "own", {"first": "a", "rest": ["b", "c"]}),
        ("own a --no-color", "own", {"first": "a", "color": False}),
        ("own a --loud --loud", "own", {"first": "a", "loud": 2}),
        ("own a --log --count 3", "own", {"first": "a", "log": True, "count": 3}),
        ("own a --log file", "own", {"first": "a", "log": "file"}),
        ("own a --log=", "own", {"first": "a", "log": ""}),
        ("own a upgrade -- --plan", "own", {"first": "a", "rest": ["upgrade", "--plan"]}),
        ("short -la", "short", {"l": True, "a": True}),
        ("short -n5 -l", "short", {"n": 5, "l": True}),
        ("short -n=5", "short", {"n": 5}),
        ("short -an 5", "short", {"n": 5, "a": True}),
    ],
)
def test_words_are_read_as_they_are_meant(typed: str, verb: str, arguments: dict[str, Any]) -> None:
    assert [(verb, arguments)] == parsed(*typed.split(" "))


def test_several_tasks_run_one_after_the_other() -> None:
    assert [("status", {}), ("upgrade", {"revision": "+1"}), ("check", {"json": True})] == parsed(
        "status", "upgrade", "+1", "check", "--json"
    )


def test_an_empty_word_is_a_word() -> None:
    assert [("migrate", {"message": ""})] == parsed("migrate", "")


@pytest.mark.parametrize(
    ("typed", "what", "next_step"),
    [
        ("upgrad", "There is no verb 'upgrad'. Did you mean upgrade?", "tasks.py --help"),
        ("zzz", "There is no verb 'zzz'.", "tasks.py --help"),
        ("status --jsn", "status has no option --jsn. Did you mean --json?", "status --help"),
        ("status -v", "status has no option -v.", "status --help"),
        ("status --json=yes", "--json takes no value.", "status --help"),
        ("status --env", "--env needs a value.", "status --help"),
        ("status --env --json", "--env needs a value.", "status --help"),
        ("status --env --help", "--env needs a value.", "status --help"),
        ("status --env /?", "--env needs a value.", "status --help"),
        ("status -?x", "status has no option -?x.", "status --help"),
        ("status abc", "status takes no words; 'abc' is one word too many.", "status --help"),
        ("upgrade a b", "upgrade takes REVISION; 'b' is one word too many.", "upgrade --help"),
        (
            "migrate add venue",
            "migrate takes MESSAGE; 'venue' is one word too many.",
            'migrate "add venue" ...',
        ),
        ("migrate", "migrate needs MESSAGE: ", "migrate --help"),
        ("wait --timeout x", "wait: timeout must be a whole number, and is 'x'.", "wait --help"),
        ("short -lx", "short has no option -x.", "short --help"),
    ],
)
def test_what_is_not_meant_is_refused_with_the_next_step(
    typed: str, what: str, next_step: str
) -> None:
    with pytest.raises(UsageError) as refusal:
        parsed(*typed.split(" "))

    assert refusal.value.what.startswith(what)
    message = refusal.value.message(EntryPoint("python tasks.py").write)
    assert message.endswith(next_step)


@pytest.mark.parametrize(
    "typed",
    [
        "upgrade --help",
        "upgrade -h",
        "upgrade -?",
        "upgrade /?",
        "upgrade head --plan --help",
        "upgrade head /? --plan",
        "status upgrade -?",
    ],
)
def test_help_is_help_wherever_it_stands(typed: str) -> None:
    with pytest.raises(HelpRequestedError) as request:
        parsed(*typed.split(" "))
    assert "upgrade" == request.value.verb


WORD = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)


@given(st.lists(WORD, max_size=5))
def test_any_words_behind_two_dashes_arrive(words: list[str]) -> None:
    (answer,) = parsed("own", "--", "first", *words)
    assert words == answer[1].get("rest", [])


@given(st.lists(WORD, max_size=5))
def test_any_words_at_all_are_read_or_refused(words: list[str]) -> None:
    try:
        parsed(*words)
    except (UsageError, HelpRequestedError) as answer:
        assert str(answer)


def test_the_flags_of_invoke_in_a_hint_are_those_of_the_verbs() -> None:
    optional = {
        name: next(item for item in context.positional_args).name
        for name, context in known().items()
        if context.positional_args and context.positional_args[0].value is not None
    }
    for verb, argument in optional.items():
        if verb != "own":
            assert f"inv {verb} --{argument}=x" == EntryPoint("inv").write(command(verb, "x"))
