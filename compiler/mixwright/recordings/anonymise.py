"""Label values replaced by pseudonyms, so that a recording may leave the company.

A pseudonym is the beginning of an HMAC-SHA256 of the value: with one key a value has one pseudonym,
in every label and every recording, so that joins still join; without the key nobody can check a
guess. What structure a value has is kept: `host:9100` keeps its port, a path its depth, a URL its
scheme; numbers of a few digits are numbers of things, not names, and stay. Times and sample values
stay, and with them what they give away. Help texts and provenance do not.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

import attrs

from mixwright.errors import MixwrightError
from mixwright.frame import Samples
from mixwright.frame.slicing import share_clocks
from mixwright.recordings.memory import in_order
from mixwright.recordings.recording import Metadata
from mixwright.values import METRIC_NAME, Labels

KEPT: Final = frozenset(
    {
        # what rules and functions go by
        *(METRIC_NAME, "le", "quantile", "job", "alertname", "alertstate", "severity"),
        # kinds of requests and how they went
        *("code", "status", "status_code", "method", "verb", "protocol", "proto", "grpc_code"),
        *("grpc_method", "grpc_type", "handler_type", "result", "outcome", "error_type"),
        # kinds of resources and states of things
        *("cpu", "mode", "fstype", "collector", "type", "kind", "state", "phase", "condition"),
        *("reason", "resource", "unit", "scope", "direction", "operation", "op", "stage", "level"),
        *(
            "quantity",
            "event",
            "role",
            "rule_type",
            "slice",
            "area",
            "rcode",
            "long_running",
            "ready",
        ),
        *("qos_class", "access_mode", "operstate", "duplex", "effect", "owner_kind"),
        *("created_by_kind", "envoy_response_code_class", "exit_code"),
        # software
        *("version", "goversion", "goos", "goarch", "engine", "implementation"),
        *("major", "minor", "patchlevel", "machine", "sysname"),
    }
)
"""Labels whose values say what kind of thing something is, not which one."""

SHORTEST_KEY: Final = 16
"""Bytes; a shorter key could be guessed."""

_DIGITS: Final = 12
"""Hexadecimal digits of a pseudonym: two of a million values are the same with a chance of one in 500."""

_NUMBER: Final = re.compile(r"[-+]?(?:\d{1,5}(?:\.\d{1,4})?|\.\d{1,4}|Inf|NaN)|true|false", re.I)
_URL: Final = re.compile(r"([a-z][a-z0-9+.-]*://)([^/?#]*)(.*)", re.S)
_HOST_PORT: Final = re.compile(r"(\[[^\]]+\]|[^:]+):(\d{1,5})", re.S)
_SEPARATORS: Final = re.compile(r"([/?&=#]+)")


@attrs.frozen
class Pseudonyms:
    """Says what a label's value is called outside.

    `keep` and `hide` are names of labels, beside those that are `KEPT` anyway; `hide` has the last word.
    """

    key: bytes = attrs.field(repr=False)
    keep: Collection[str] = ()
    hide: Collection[str] = ()
    _known: dict[str, str] = attrs.field(factory=dict, init=False, repr=False)

    @key.validator
    def _long_enough(self, _attribute: object, key: bytes) -> None:
        if len(key) < SHORTEST_KEY:
            raise MixwrightError(
                f"the key must have {SHORTEST_KEY} bytes or more, it has {len(key)}; "
                "`openssl rand -hex 32` makes one"
            )

    def hides(self, name: str) -> bool:
        """Tell whether the values of a label are replaced."""
        return name in self.hide or not (name in self.keep or name in KEPT)

    def labels(self, labels: Labels) -> Labels:
        """Return what a series is called outside."""
        return Labels(
            (name, self.of(value) if self.hides(name) else value) for name, value in labels.pairs
        )

    def of(self, value: str) -> str:
        """Return what stands for a value."""
        known = self._known.get(value)
        if known is None:
            known = self._known[value] = "".join(self._parts(value))
        return known

    def _parts(self, value: str) -> Iterator[str]:
        if _NUMBER.fullmatch(value):
            yield value
        elif match := _URL.fullmatch(value):
            scheme, host, rest = match.groups()
            yield scheme
            yield from self._parts(host) if host else ()
            yield from self._parts(rest) if rest else ()
        elif "/" in value:
            for part in _SEPARATORS.split(value):
                if not part or _SEPARATORS.fullmatch(part):
                    yield part
                else:
                    yield from self._parts(part)
        elif match := _HOST_PORT.fullmatch(value):
            host, port = match.groups()
            yield f"{self._digest(host)}:{port}"
        else:
            yield self._digest(value)

    def _digest(self, text: str) -> str:
        found = hmac.new(self.key, text.encode("utf-8", "surrogatepass"), hashlib.sha256)
        return f"x{found.hexdigest()[:_DIGITS]}"


def anonymised(samples: Samples, pseudonyms: Pseudonyms) -> Samples:
    """Return `samples` under pseudonyms, in order."""
    return share_clocks(
        in_order(attrs.evolve(samples, labels=tuple(map(pseudonyms.labels, samples.labels))))
    )


def without_help(metadata: Mapping[str, Metadata]) -> dict[str, Metadata]:
    """Return metadata without texts that somebody wrote."""
    return {name: Metadata(said.type) for name, said in metadata.items()}
