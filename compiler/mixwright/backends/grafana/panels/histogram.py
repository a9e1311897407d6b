"""How often which values occurred."""

from __future__ import annotations

from mixwright.backends.grafana.panels.shown import Json, Shown, legend, tooltip
from mixwright.backends.grafana.thresholds import number
from mixwright.model import Panel
from mixwright.model.panels.histogram import Histogram


def shown(panel: Panel) -> Shown:
    """Return bars by bucket, in the colours of the series."""
    look = panel.look
    assert isinstance(look, Histogram)
    options: Json = {
        "bucketCount": look.bucket_count,
        "bucketOffset": number(look.bucket_offset),
        "combine": look.combine,
        "legend": legend(look),
        "tooltip": tooltip("multi"),
    }
    if look.bucket_size is not None:
        options["bucketSize"] = number(look.bucket_size)
    custom = {"fillOpacity": look.fill, "gradientMode": "none", "lineWidth": look.line_width}
    return Shown(options, custom, {"color": {"mode": "palette-classic"}})
