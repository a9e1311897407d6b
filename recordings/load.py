"""What services meet: requests at a rate whatever the answers, proxies that delay or refuse, and small servers."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from recordings.rig import Rig

CHUNK: Final = 65536
BAD_GATEWAY: Final = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Load:
    """Something done `rate` times a second by up to `workers` threads, whatever comes of it; `rate` may be changed."""

    def __init__(
        self, rig: Rig, do: Callable[[], object], *, rate: float, workers: int = 16
    ) -> None:
        self.rate = rate
        self._do = do
        self._workers = workers
        rig.background(self._run)

    def _run(self, over: threading.Event) -> None:
        places = threading.BoundedSemaphore(self._workers)

        def once() -> None:
            # An answer that does not come or says no is what some incidents are about.
            with contextlib.suppress(Exception):
                self._do()
            places.release()

        due = time.monotonic()
        with ThreadPoolExecutor(self._workers) as pool:
            while not over.wait(max(0.0, due - time.monotonic())):
                due = max(due + 1 / self.rate, time.monotonic() - 1)
                if places.acquire(blocking=False):
                    pool.submit(once)


class Proxy:
    """A TCP proxy on loopback: `delay` seconds are added each way; while it `refuses`, it answers as a bad gateway."""

    def __init__(self, rig: Rig, listen: tuple[str, int], to: tuple[str, int]) -> None:
        self.delay = 0.0
        self.refuses = False
        self._listen, self._to = listen, to
        ready = threading.Event()
        rig.background(lambda over: asyncio.run(self._serve(over, ready)))
        ready.wait()

    async def _serve(self, over: threading.Event, ready: threading.Event) -> None:
        server = await asyncio.start_server(self._meet, *self._listen)
        ready.set()
        while not over.is_set():
            await asyncio.sleep(0.2)
        server.close()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection(*self._to)
        except OSError:
            writer.close()
            return
        await asyncio.gather(self._pass(reader, back, answer=writer), self._pass(there, writer))

    async def _pass(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        answer: asyncio.StreamWriter | None = None,
    ) -> None:
        """Pass on what comes, in order, each piece after the delay."""
        pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def write() -> None:
            while True:
                due, piece = await pieces.get()
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                if not piece:
                    break
                writer.write(piece)
                await writer.drain()

        writing = asyncio.create_task(write())
        with contextlib.suppress(OSError):
            while piece := await reader.read(CHUNK):
                if self.refuses and answer is not None:
                    answer.write(BAD_GATEWAY)
                    answer.close()
                    break
                pieces.put_nowait((time.monotonic() + self.delay, piece))
        pieces.put_nowait((time.monotonic() + self.delay, b""))
        with contextlib.suppress(OSError):
            await writing
        writer.close()


def serve(
    rig: Rig,
    address: tuple[str, int],
    answer: Callable[[str, bytes], tuple[int, bytes]],
    headers: Mapping[str, str] | None = None,
) -> None:
    """Serve HTTP until everything stops: `answer` gets path and body, and returns status and body."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = answer(
                self.path, self.rfile.read(int(self.headers.get("Content-Length", 0)))
            )
            # Who asked may have given up meanwhile.
            with contextlib.suppress(ConnectionError):
                self.send_response(status)
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(address, Handler)
    server.daemon_threads = True
    rig.stack.callback(server.shutdown)
    threading.Thread(target=server.serve_forever).start()
