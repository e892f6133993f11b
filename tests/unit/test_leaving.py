"""Whoever leaves a conversation gets out of it, whatever is still being prepared."""

import subprocess
import sys

import pytest

LEAVES_AT_ONCE = """
import _imp, sys, time, types

import kerasmith.wizard
from kerasmith.cli.asking import prompter


def prepare():  # as somebody who leaves may find it: within an import
    _imp.acquire_lock()
    time.sleep(0.5)
    _imp.release_lock()


kerasmith.wizard.prepare = prepare
prompter()
time.sleep(0.5)
question = types.ModuleType("question")  # in a module that Python takes apart at its end
sys.modules["question"] = question
exec("async def ask(): pass\\nnever_awaited = ask()", question.__dict__)
del question
for name in ("linecache", "tracemalloc"):  # which a warning imports
    sys.modules.pop(name, None)
sys.exit(130)
"""


@pytest.mark.slow
def test_python_ends_while_something_is_prepared() -> None:
    command = [sys.executable, "-W", "always", "-c", LEAVES_AT_ONCE]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 130
    assert "never awaited" in done.stderr
