"""A service as people write them, whose process lives and ends in odd ways: `odd_service.py WAY DIRECTORY`."""

import asyncio
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from itertools import islice
from multiprocessing.process import BaseProcess

from tracemark.sdk import AuditClient

audit = AuditClient.from_env({"TRACEMARK_URL": f"embedded://{sys.argv[2]}", "TRACEMARK_SERVICE_ID": "svc-odd"})

_A_MOMENT_S = 0.0005


def serve(requests: int = 1) -> None:
    """Answer some requests."""
    for _ in range(requests):
        with audit.generation(model="m-1", user="u-1") as gen:
            gen.prompt("question")
            gen.output("answer")


async def model_stream() -> AsyncIterator[str]:
    """A model that takes its time."""
    for chunk in "hello":
        await asyncio.sleep(0.001)
        yield chunk


async def served() -> AsyncGenerator[str, None]:
    """What a framework iterates over."""
    async with audit.generation(model="m-1") as gen:
        async for chunk in gen.stream(model_stream()):
            yield chunk


async def cancelled_in_mid_stream() -> None:
    """A client hangs up while its answer is streamed."""
    begun = asyncio.Event()

    async def handler() -> None:
        async for _ in served():
            begun.set()

    task = asyncio.create_task(handler())
    await begun.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def streams() -> None:
    """One cancelled, one left early, one forgotten, many at once."""
    await cancelled_in_mid_stream()
    left = served()
    await anext(left)
    await left.aclose()
    forgotten = served()
    await anext(forgotten)
    del forgotten
    await asyncio.gather(*(consume() for _ in range(20)))


async def consume() -> None:
    """One whole answer."""
    assert "".join([chunk async for chunk in served()]) == "hello"


def abandoned() -> None:
    """A generator that the collector closes."""

    def answer() -> Iterator[str]:
        with audit.generation(model="m-1") as gen:
            yield from gen.stream(iter("hello"))

    stream = answer()
    next(stream)
    del stream


ALIVE: list[Iterator[str]] = []


def alive_at_exit() -> None:
    """A stream that is still held when the process ends."""

    def answer() -> Iterator[str]:
        with audit.generation(model="m-1") as gen:
            yield from gen.stream(iter("hello"))

    ALIVE.append(answer())
    next(ALIVE[0])


def threads() -> None:
    """Eight at once."""
    _all([threading.Thread(target=serve, args=(50,)) for _ in range(8)])


def prefork() -> None:
    """Workers that end each in its own way: at their end, at once, killed."""
    for end in (lambda: sys.exit(0), lambda: os._exit(0), lambda: os.kill(os.getpid(), signal.SIGKILL)):
        _fork(end)
    serve(5)


def forked_inside() -> None:
    """Children of a request's body, with its stream open: one leaves, one reads the stream to its end first."""
    with audit.generation(model="m-1") as gen:
        stream = gen.stream(iter("hello"))
        next(stream)
        for chunks in (0, len("ello")):
            child = os.fork()
            if child == 0:
                assert len(list(islice(stream, chunks))) == chunks
                sys.exit(next(stream, 0) if chunks else 0)
            os.waitpid(child, 0)
        assert len(list(stream)) == len("ello")


def forks_under_load() -> None:
    """Forks in the middle of other threads' events."""
    stop = threading.Event()

    def busy() -> None:
        while not stop.is_set():
            serve()

    emitting = [threading.Thread(target=busy) for _ in range(4)]
    for thread in emitting:
        thread.start()
    for _ in range(10):
        _fork(lambda: os._exit(0))
    stop.set()
    for thread in emitting:
        thread.join()


def pools() -> None:
    """Processes of `multiprocessing`, forked."""
    context = multiprocessing.get_context("fork")
    with context.Pool(2) as pool:
        pool.map(serve, [5, 5])
    _all([context.Process(target=serve, args=(5,)) for _ in range(2)])


def terminated() -> None:
    """SIGTERM, with the handler that the guide recommends."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    serve(3)
    os.kill(os.getpid(), signal.SIGTERM)


def handlers_that_emit() -> None:
    """A signal handler that records while its thread records, and one within it."""
    depth = 0

    def record(number: int, frame: object) -> None:
        nonlocal depth
        depth += 1
        if depth == 1:
            signal.setitimer(signal.ITIMER_REAL, _A_MOMENT_S)
        serve()
        depth -= 1
        # Only now the next one: at a fixed rate, a machine that is slower than the rate would never get out of them.
        if depth == 0:
            signal.setitimer(signal.ITIMER_REAL, _A_MOMENT_S)

    signal.signal(signal.SIGALRM, record)
    signal.setitimer(signal.ITIMER_REAL, _A_MOMENT_S)
    serve(500)
    signal.signal(signal.SIGALRM, signal.SIG_IGN)


def _fork(end: Callable[[], object]) -> None:
    child = os.fork()
    if child == 0:
        serve(5)
        end()
    os.waitpid(child, 0)


def _all(workers: Sequence[threading.Thread | BaseProcess]) -> None:
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    ways: dict[str, Callable[[], object]] = {
        "abandoned": abandoned,
        "alive_at_exit": alive_at_exit,
        "forked_inside": forked_inside,
        "forks_under_load": forks_under_load,
        "handlers_that_emit": handlers_that_emit,
        "pools": pools,
        "prefork": prefork,
        "streams": lambda: asyncio.run(streams()),
        "terminated": terminated,
        "threads": threads,
        "unclosed": lambda: serve(3),
    }
    ways[sys.argv[1]]()
