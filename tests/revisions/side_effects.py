"""Revisions that act when they run, in every way that we could think of.

Each leaves a trace of its own name: a file beside it, a line of output, a row that is gone. What
stands at the top of the file acts when the file is imported, the rest when the function runs.
"""

from __future__ import annotations

from dataclasses import dataclass

STORE = """
import os
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

HERE = Path(__file__).parent
IMPORTED = (HERE / "traces" / "imported").write_text("x")
engine = sa.create_engine(os.environ["DATABASE_URL"], poolclass=sa.NullPool)
Maker = sessionmaker(engine)


def touch(name, *_):
    (HERE / "traces" / name).write_text("x")
    return 1


def purge(name):
    touch(name)
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM gigs")


class Table(str):
    def __str__(self):
        return str(touch("str_subclass"))

    def __format__(self, _):
        return str(touch("str_subclass"))


class Context:
    def __init__(self, name):
        self.name = name

    def __enter__(self):
        touch(self.name)

    def __exit__(self, *_):
        touch(self.name)


class Attributes:
    def __getattr__(self, name):
        return touch(name)

    def __getitem__(self, name):
        return touch(name)

    def __iter__(self):
        touch("iteration")
        return iter(())

    def __bool__(self):
        return bool(touch("truth"))

    def __add__(self, _):
        return touch("addition")

    def __eq__(self, _):
        return bool(touch("comparison"))


class Thing:
    @property
    def value(self):
        return touch("property")

    def __eq__(self, _):
        return bool(touch("comparison_of_a_thing"))

    def __bool__(self):
        return bool(touch("truth_of_a_thing"))


class Parent:
    def __init_subclass__(cls):
        touch("subclass_of_the_application")


thing = Thing()
"""
"""A module of the project's own, which leaves a trace when it is imported too."""


@dataclass(frozen=True)
class Acting:
    """A revision: what stands at the top, and the body of `upgrade` and `downgrade` alike."""

    name: str
    body: str = "pass"
    top: str = ""
    decorator: str = ""


T = "from store import touch"

ACTING = [
    # Sessions and engines
    Acting(
        "session",
        "session = Maker()\ntouch('session')\nsession.query(Gig).delete()\nsession.commit()",
        f"{T}, Maker\nfrom models import Gigs as Gig",
    ),
    Acting(
        "session_begin",
        "with Maker.begin() as s:\n    touch('session_begin')\n    s.execute(sa.delete(Gig))",
        f"{T}, Maker\nfrom models import Gigs as Gig",
    ),
    Acting(
        "engine",
        "touch('engine')\nwith engine.begin() as c:\n    c.exec_driver_sql('DELETE FROM gigs')",
        f"{T}, engine",
    ),
    Acting(
        "own_engine",
        "import os\nsa.create_engine(os.environ['DATABASE_URL']).connect().exec_driver_sql(f'SELECT {touch(\"own_engine\")}')",
        T,
    ),
    Acting(
        "drop_all",
        "Base.metadata.drop_all(engine, checkfirst=bool(touch('drop_all')))",
        f"{T}, engine\nfrom models import Base",
    ),
    Acting(
        "bind_execute", "op.get_bind().execute(sa.text(f'SELECT {touch(\"bind_execute\")}'))", T
    ),
    Acting(
        "function_of_the_application",
        "purge('function_of_the_application')",
        "from store import purge",
    ),
    Acting(
        "orm_session_of_bind",
        "s = Session(bind=op.get_bind())\ns.execute(sa.text(f'SELECT {touch(\"orm_session_of_bind\")}'))",
        f"{T}\nfrom sqlalchemy.orm import Session",
    ),
    # Files, programs, network, the process
    Acting(
        "path",
        "Path(HERE / 'traces' / 'path').write_text('x')",
        "from pathlib import Path\nfrom store import HERE",
    ),
    Acting("open", "open(HERE / 'traces' / 'open', 'w').close()", "from store import HERE"),
    Acting(
        "open_in_a_block",
        "with open(HERE / 'traces' / 'open_in_a_block', 'w') as file:\n    file.write('x')",
        "from store import HERE",
    ),
    Acting(
        "mkdir",
        "import os\nos.makedirs(HERE / 'traces' / 'mkdir', exist_ok=True)",
        "from store import HERE",
    ),
    Acting(
        "subprocess",
        "subprocess.run([sys.executable, '-c', f\"open({str(HERE / 'traces' / 'subprocess')!r}, 'w').close()\"], check=True)",
        "import subprocess, sys\nfrom store import HERE",
    ),
    Acting(
        "network",
        "try:\n    urllib.request.urlopen('http://127.0.0.1:9/', timeout=0.1)\nexcept OSError:\n    touch('network')",
        f"import urllib.request\n{T}",
    ),
    Acting("exit", "touch('exit')\nsys.exit(0)", f"import sys\n{T}"),
    Acting("raise_exit", "touch('raise_exit')\nraise SystemExit(0)", T),
    Acting("print", "print('TRACE', touch('print'))", T),
    Acting("stderr", "sys.stderr.write(f'TRACE {touch(\"stderr\")}')", f"import sys\n{T}"),
    Acting(
        "logging",
        "logging.getLogger('x').error('TRACE %s', touch('logging'))",
        f"import logging\n{T}",
    ),
    Acting("warning", "warnings.warn(f'TRACE {touch(\"warning\")}')", f"import warnings\n{T}"),
    Acting(
        "thread",
        "t = threading.Thread(target=touch, args=('thread',))\nt.start()\nt.join()",
        f"import threading\n{T}",
    ),
    Acting("environment", "os.environ['TRACE'] = str(touch('environment'))", f"import os\n{T}"),
    Acting(
        "change_directory",
        "before = os.getcwd()\nos.chdir(HERE)\ntouch('change_directory')\nos.chdir(before)",
        f"import os\n{T}, HERE",
    ),
    Acting("path_of_imports", "sys.path.append(str(touch('path_of_imports')))", f"import sys\n{T}"),
    Acting("at_exit", "atexit.register(touch, 'later')\ntouch('at_exit')", f"import atexit\n{T}"),
    # The top of the file
    Acting("top_call", top=f"{T}\ntouch('top_call')"),
    Acting("top_assignment", top=f"{T}\nVALUE = touch('top_assignment')"),
    Acting("top_annotated", top=f"{T}\nVALUE: int = touch('top_annotated')"),
    Acting("top_loop", top=f"{T}\nfor n in range(1):\n    touch('top_loop')"),
    Acting("top_condition", top=f"{T}\nif touch('top_condition'):\n    pass"),
    Acting("top_comprehension", top=f"{T}\n[touch('top_comprehension') for _ in 'x']"),
    Acting("top_class_body", top=f"{T}\nclass A:\n    value = touch('top_class_body')"),
    Acting(
        "top_class_base",
        top=f"{T}\nclass A(type('B', (), {{'x': touch('top_class_base')}})):\n    pass",
    ),
    Acting(
        "top_metaclass",
        top=f"{T}\nclass M(type):\n    def __new__(*a, **k):\n        touch('top_metaclass')\n        return type.__new__(*a, **k)\nclass A(metaclass=M):\n    pass",
    ),
    Acting(
        "top_decorator",
        top=f"{T}\ndef d(f):\n    touch('top_decorator')\n    return f\n@d\ndef g():\n    pass",
    ),
    Acting("top_default", top=f"{T}\ndef g(x=touch('top_default')):\n    pass"),
    Acting("top_lambda_default", top=f"{T}\ng = lambda x=touch('top_lambda_default'): x"),
    Acting("top_with", top=f"{T}, Context\nwith Context('top_with'):\n    pass"),
    Acting("top_try", top=f"{T}\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    touch('top_try')"),
    Acting("top_walrus", top=f"{T}\nif (n := touch('top_walrus')):\n    pass"),
    Acting("top_exec", top=f"{T}\nexec(\"touch('top_exec')\")"),
    Acting("top_exit", top=f"import sys\n{T}\ntouch('top_exit')\nif False:\n    sys.exit()"),
    Acting(
        "decorated", "pass", f"{T}\ndef d(f):\n    touch('decorated')\n    return f", decorator="@d"
    ),
    # Inside of what looks like an operation
    Acting("f_string", "op.execute(f'SELECT {touch(\"f_string\")}')", T),
    Acting("percent", "op.execute('SELECT %d' % touch('percent'))", T),
    Acting("format", "op.execute('SELECT {}'.format(touch('format')))", T),
    Acting("concatenation", "op.execute('SELECT ' + str(touch('concatenation')))", T),
    Acting("str_subclass", "op.execute(f'SELECT {Table()}')", "from store import Table"),
    Acting(
        "batch_name",
        "with op.batch_alter_table('gigs' if touch('batch_name') else 'x') as batch:\n    pass",
        T,
    ),
    Acting("batch_body", "with op.batch_alter_table('gigs') as batch:\n    touch('batch_body')", T),
    Acting(
        "column_default",
        "op.execute(str(sa.Column('x', sa.Integer, default=touch('column_default')).default and 'SELECT 1'))",
        T,
    ),
    Acting(
        "type_function",
        "op.execute(str(sa.Column('x', sa.String(touch('type_function'))) is None or 'SELECT 1'))",
        T,
    ),
    Acting(
        "class_of_a_type",
        "class T(sa.types.UserDefinedType):\n    cache_ok = bool(touch('class_of_a_type'))\nsa.Column('t', T())",
        T,
    ),
    Acting("comprehension", "[op.execute(f'SELECT {touch(\"comprehension\")}') for _ in 'x']", T),
    Acting("generator", "list(touch('generator') for _ in 'x')", T),
    Acting("conditional", "op.execute('SELECT 1' if touch('conditional') else 'SELECT 2')", T),
    Acting("starred", "op.execute(*[f'SELECT {touch(\"starred\")}'])", T),
    Acting("keywords", "op.execute(**{'sqltext': f'SELECT {touch(\"keywords\")}'})", T),
    Acting("subscript", "Attributes()['subscript']", "from store import Attributes"),
    Acting("attribute", "Attributes().attribute", "from store import Attributes"),
    Acting("iteration", "x, = *Attributes(), 1", "from store import Attributes"),
    Acting("truth", "assert Attributes()", "from store import Attributes"),
    Acting("addition", "Attributes() + 1", "from store import Attributes"),
    Acting("comparison", "Attributes() == 1", "from store import Attributes"),
    # Names that are not what they seem
    Acting(
        "own_op",
        "op.execute('SELECT 1')",
        f"{T}\nclass op:\n    @staticmethod\n    def execute(_):\n        touch('own_op')",
    ),
    Acting(
        "own_text",
        "op.execute(text('SELECT 1'))",
        f"{T}\ndef text(sql):\n    touch('own_text')\n    return sql",
    ),
    Acting("own_function_by_globals", "globals()['touch']('own_function_by_globals')", T),
    Acting("import_function", "__import__('store').touch('import_function')"),
    Acting(
        "import_module",
        "importlib.import_module('store').touch('import_module')",
        "import importlib",
    ),
    Acting("eval", 'eval(\'__import__("store").touch("eval")\')'),
    Acting("get_attribute", "getattr(store, 'touch')('get_attribute')", "import store"),
    Acting("partial", "partial(touch, 'partial')()", f"from functools import partial\n{T}"),
    Acting(
        "method_of_a_type",
        "sa.Enum('a', name='e').create(op.get_bind(), checkfirst=bool(touch('method_of_a_type')))",
        T,
    ),
    Acting("alias", "run = op.get_bind().exec_driver_sql\nrun(f'SELECT {touch(\"alias\")}')", T),
    Acting("nested_function", "def inner():\n    touch('nested_function')\ninner()", T),
    Acting("lambda_called", "(lambda: touch('lambda_called'))()", T),
    Acting(
        "context_manager", "with Context('context_manager'):\n    pass", "from store import Context"
    ),
    Acting(
        "delete_attribute",
        "class A:\n    x = 1\n    def __delattr__(self, _):\n        touch('delete_attribute')\na = A()\ndel a.x",
        T,
    ),
    Acting(
        "set_attribute",
        "class A:\n    def __setattr__(self, *_):\n        touch('set_attribute')\nA().x = 1",
        T,
    ),
    Acting("match", "match touch('match'):\n    case 1:\n        pass", T),
    Acting("loop_else", "for _ in ():\n    pass\nelse:\n    touch('loop_else')", T),
    # Objects of the application, which act when they are looked at
    Acting("property", "value = thing.value", "from store import thing"),
    Acting("comparison_of_a_thing", "is_so = thing == 1", "from store import thing"),
    Acting("truth_of_a_thing", "if thing:\n    pass", "from store import thing"),
    Acting("subclass_of_the_application", "class Child(Parent):\n    pass", "from store import *"),
    Acting("while_loop", "while touch('while_loop'):\n    break", T),
]
