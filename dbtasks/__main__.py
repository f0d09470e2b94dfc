"""`python -m dbtasks`: the verbs, where the `dbtasks` command is not on PATH."""

from dbtasks.cli.program import console

console()
