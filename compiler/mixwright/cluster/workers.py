"""dask.distributed: its scheduler is found or started, and what goes wrong there is one line here."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final, Generic, TypeVar

import attrs

from mixwright.cluster.address import Cluster
from mixwright.errors import MixwrightError, RecordingError

if TYPE_CHECKING:
    from distributed import Client, Future

Given = TypeVar("Given")
Result = TypeVar("Result")

_PATIENCE: Final = 20
"""Seconds until a scheduler, or a first worker, is taken not to be there."""
_LONELY: Final = 120
"""Seconds until it is taken that no other worker will come for those that have left."""
_LOOK: Final = 5
"""Seconds between two looks at who is there."""


@attrs.frozen(eq=False)
class Pending(Generic[Result]):
    """What a worker will have found."""

    future: Future[Result]


@attrs.frozen(eq=False)
class Workers:
    """The workers of a cluster; `count` of them were there at first."""

    cluster: Cluster
    client: Client
    count: int

    def submit(self, function: Callable[[Given], Result], given: Given) -> Pending[Result]:
        """Have a function called by any worker; by another one, when that is killed."""
        return Pending(self.client.submit(function, given, pure=False))

    def result(self, pending: Pending[Result]) -> Result:
        """Return what the function returned, when it is there."""
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError

        waited = 0
        while True:
            try:
                found: Result = pending.future.result(timeout=_LOOK)
                return found
            except TimeoutError:
                waited = 0 if self.client.scheduler_info()["workers"] else waited + _LOOK
                if waited < _LONELY:
                    continue
                reason = f"has had no worker for {_LONELY} s; start some with `dask worker`"
            except RecordingError as error:
                reason = f"has a worker that cannot read the recording: {error}"
            except KilledWorker:
                reason = "lost worker after worker to one shard; give them more memory, or less `--memory`"
            except FutureCancelledError:
                reason = "was lost on the way: its scheduler does not answer any more"
            except ImportError as error:
                reason = f"has a worker without all of mixwright: {error}"
            raise MixwrightError(f"cluster `{self.cluster}` {reason}") from None


@contextmanager
def connected(cluster: Cluster) -> Iterator[Workers]:
    """Yield the workers of a cluster; those that were started here end with the block."""
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise MixwrightError(
            "`--cluster` needs dask.distributed; `pip install 'mixwright[distributed]'`"
        ) from None
    # What dask says of workers that come and go is no news to who waits for a report.
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with ExitStack() as stack:
        address: str | LocalCluster | None = cluster.address
        if address is None:
            # What a worker takes is bounded by our own budget, which it keeps to shard by shard.
            address = stack.enter_context(
                LocalCluster(  # type: ignore[no-untyped-call]
                    n_workers=cluster.workers,
                    threads_per_worker=1,
                    memory_limit=0,
                    dashboard_address="127.0.0.1:0",
                    silence_logs=logging.CRITICAL,
                )
            )
        try:
            client = Client(address, timeout=_PATIENCE)  # type: ignore[no-untyped-call]
            stack.enter_context(client)
        except OSError:
            raise MixwrightError(
                f"there is no dask scheduler at `{cluster}`; start one with `dask scheduler`"
            ) from None
        try:
            client.wait_for_workers(cluster.workers or 1, timeout=_PATIENCE)
        except TimeoutError:
            raise MixwrightError(
                f"the scheduler at `{cluster}` has no workers; start some with `dask worker {cluster}`"
            ) from None
        yield Workers(cluster, client, len(client.nthreads()))  # type: ignore[no-untyped-call]
