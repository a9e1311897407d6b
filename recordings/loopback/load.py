"""An open-loop load generator: Poisson arrivals, so a slow service gets no fewer requests for being slow.

The rate swings slowly, as daily traffic does, by 20 % around its mean, and is multiplied by the number in a control
file that is read every second (a missing file means 1). Each request goes to a random instance and, when that one
refuses the connection, to the other, as a load balancer would. It talks to loopback only and stops by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import math
import random
import time
from collections import Counter
from pathlib import Path
from typing import Final

SWING: Final = 0.2
MOST_IN_FLIGHT: Final = 300
PATIENCE_SECONDS: Final = 15.0
# Shares of traffic: people look at a cart more often than they pay.
MIX: Final = {
    "checkout": (("GET", "/cart", 6), ("POST", "/pay", 2), ("POST", "/confirm", 2)),
    "catalogue": (("GET", "/search", 4), ("GET", "/product", 5), ("GET", "/related", 3)),
}


async def exchange(host: str, port: int, method: str, path: str) -> str:
    """Send one request on a new connection and return the answer's status code."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(
            f"{method} {path} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 0\r\n\r\n".encode()
        )
        await writer.drain()
        answer = await reader.read()
    finally:
        writer.close()
    return answer[9:12].decode() or "reset"


async def request(instances: list[tuple[str, int]], method: str, path: str) -> str:
    """Try the instances in random order until one accepts the connection."""
    for host, port in random.sample(instances, len(instances)):
        try:
            return await asyncio.wait_for(exchange(host, port, method, path), PATIENCE_SECONDS)
        except ConnectionRefusedError:
            continue
        except TimeoutError:
            return "timeout"
        except OSError:
            return "reset"
    return "refused"


def factor(control: Path) -> float:
    """Return the control file's number."""
    try:
        return float(control.read_text(encoding="ascii"))
    except FileNotFoundError:
        return 1.0


async def generate(options: argparse.Namespace) -> None:
    """Send requests until the duration is over, and print a line of totals every minute."""
    routes = [(method, path) for method, path, _ in MIX[options.name]]
    weights = [share for _, _, share in MIX[options.name]]
    totals: Counter[str] = Counter()
    running: set[asyncio.Task[str]] = set()

    def finished(task: asyncio.Task[str]) -> None:
        running.discard(task)
        if not task.cancelled():
            totals[task.result()] += 1

    began = due = looked = told = time.monotonic()
    multiplier = factor(options.control)
    while due - began < options.seconds:
        now = time.monotonic()
        if now - looked >= 1:
            looked, multiplier = now, factor(options.control)
        if now - told >= 60:
            told = now
            print(
                f"{options.name} after {now - began:.0f} s: {dict(sorted(totals.items()))}",
                flush=True,
            )
        swing = 1 + SWING * math.sin(2 * math.pi * (due - began) / options.period)
        due += random.expovariate(options.rate * swing * multiplier)
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        if len(running) >= MOST_IN_FLIGHT:
            totals["not sent"] += 1
            continue
        task = asyncio.create_task(request(options.instances, *random.choices(routes, weights)[0]))
        running.add(task)
        task.add_done_callback(finished)
    await asyncio.gather(*running)
    print(f"{options.name} at the end: {dict(sorted(totals.items()))}", flush=True)


def loopback(text: str) -> tuple[str, int]:
    """Read HOST:PORT, and refuse a host that is not a loopback address."""
    host, _, port = text.partition(":")
    if not ipaddress.ip_address(host).is_loopback:
        raise argparse.ArgumentTypeError(
            f"`{text}` is not on loopback; this generator sends nowhere else"
        )
    return host, int(port)


def main() -> None:
    """Read the command line and send."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", choices=sorted(MIX), help="which service to send to")
    parser.add_argument("instances", type=loopback, nargs="+", help="HOST:PORT of its instances")
    parser.add_argument(
        "--rate", type=float, default=24.0, help="mean requests per second (default: %(default)s)"
    )
    parser.add_argument(
        "--period", type=float, default=1500.0, help="seconds of one swing (default: %(default)s)"
    )
    parser.add_argument("--seconds", type=float, required=True, help="how long to send")
    parser.add_argument(
        "--control", type=Path, required=True, help="file that holds the multiplier"
    )
    try:
        asyncio.run(generate(parser.parse_args()))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
