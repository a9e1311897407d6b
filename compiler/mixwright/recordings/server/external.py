"""Labels that Prometheus puts onto everything that leaves it by remote read, and that its own rules do not see."""

from __future__ import annotations

import attrs

from mixwright.errors import MixwrightError
from mixwright.frame import Samples
from mixwright.recordings.memory import in_order
from mixwright.recordings.server.client import Client
from mixwright.values import Labels
from mixwright.yamlnodes import read_text


def external_labels(client: Client) -> tuple[Labels, Labels]:
    """Return `external_labels` of a server's configuration: those to take off, and those to leave.

    What some series have of their own cannot be told from what was put onto others. A server that
    does not show its configuration is taken to have none.
    """
    try:
        config = client.data("api/v1/status/config", post=False)
        known = client.data("api/v1/labels", post=False)
        (document,) = read_text(config["yaml"], "the server's configuration")
        section = document.fields("a configuration").get("global")
        fields = {} if section is None else section.fields("`global`")
        labels = (
            fields["external_labels"].texts("`external_labels`")
            if fields.get("external_labels")
            else {}
        )
        return Labels(labels).drop(known), Labels(labels).keep(known)
    except (MixwrightError, KeyError, TypeError, ValueError):
        return Labels(), Labels()


def without_labels(samples: Samples, unwanted: Labels) -> Samples:
    """Return the same series without the `unwanted` pairs of label and value."""
    if not unwanted:
        return samples
    pairs = set(unwanted.pairs)
    labels = tuple(Labels(p for p in series.pairs if p not in pairs) for series in samples.labels)
    return in_order(attrs.evolve(samples, labels=labels))
