"""One thread for what computes in this process: parsing, texts, judging.

One, because the interpreter runs one at a time in any case, and each more that wants it makes the event loop wait
for its turn the longer.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")

_ONE = ThreadPoolExecutor(1, thread_name_prefix="compute")


async def computed(
    work: Callable[_Parameters, _Result], *arguments: _Parameters.args, **options: _Parameters.kwargs
) -> _Result:
    """Do this work beside the event loop, after what was asked for before; for Python code that takes a while."""
    return await asyncio.get_running_loop().run_in_executor(_ONE, partial(work, *arguments, **options))
