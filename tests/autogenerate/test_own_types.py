"""Classes of the application's own come and go; what the history made with them stays."""

from __future__ import annotations

from tests.in_process import forget
from tests.models_project import TITLE, ModelsProject, model

CENTS = """
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

class Cents(sa.types.TypeDecorator):
    impl = sa.Integer
    cache_ok = True

    def __init__(self, currency):
        super().__init__()
        self.currency = currency

class Document(sa.types.TypeDecorator):
    impl = sa.JSON().with_variant(JSONB(), "postgresql")
    cache_ok = True
"""
FEE = "fee: Mapped[int | None] = mapped_column(Cents('EUR'))"
NOTES = "notes: Mapped[dict | None] = mapped_column(Document)"


def with_types_in(project: ModelsProject, module: str) -> None:
    project.write(f"{module}.py", CENTS)
    imports = f"from {module} import Cents, Document\n"
    project.prelude = imports + project.prelude.partition("import Cents, Document\n")[2]


def begin(project: ModelsProject, models: str) -> None:
    project.prelude = f"import Cents, Document\n{project.prelude}"
    with_types_in(project, "money")
    project.begin(models)


def test_a_history_outlives_the_module_of_the_types(project: ModelsProject) -> None:
    begin(project, model("gigs", TITLE, FEE))
    text = project.written(project.change(model("gigs", TITLE, FEE, NOTES)))
    assert "money" not in text
    (project.root / "money.py").unlink()
    with_types_in(project, "cash")
    project.models(model("gigs", TITLE, FEE, NOTES))
    project.run("upgrade")
    project.run("check")
    project.run("downgrade", "base", "--yes")
    project.run("upgrade")
    project.run("check")


def test_a_history_that_names_the_types_goes_on(project: ModelsProject) -> None:
    begin(project, model("gigs", TITLE, FEE, NOTES))
    (path,) = (project.root / "alembic" / "versions").glob("*_initial.py")
    text = path.read_text(encoding="utf-8").replace(
        "sa.Integer(), nullable=True", "money.Cents('EUR')"
    )
    assert "money.Cents" in text
    path.write_text(text.replace("import sqlalchemy", "import money\nimport sqlalchemy"), "utf-8")
    forget(project.root)
    project.run("check")
    project.run("downgrade", "base", "--yes")
    project.run("upgrade")
    project.run("check")
    assert "Nothing to do" in project.change(model("gigs", TITLE, FEE, NOTES)).out
