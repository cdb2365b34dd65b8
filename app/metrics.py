"""What the meter counted, in the form that Prometheus reads. The library is loaded when somebody asks first."""

from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from flows.meter import BUCKETS, METRICS, Distribution, Meter, Type

if TYPE_CHECKING:
    from prometheus_client.core import Metric as Family

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


def exposition(meter: Meter) -> bytes:
    """Return everything that was counted, as text."""
    from prometheus_client import CollectorRegistry, generate_latest

    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(meter))
    text: bytes = generate_latest(registry)
    return text


class _Collector:
    """Hands the numbers over as they stand."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter

    def describe(self) -> Iterable["Family"]:
        return ()

    def collect(self) -> Iterator["Family"]:
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

        for name, metric in METRICS.items():
            if metric.type is Type.HISTOGRAM:
                seen = self._meter.distributions.get(name, Distribution())
                counted = [str(float(count)) for count in accumulate(seen.buckets)]
                limits = [*map(str, BUCKETS), "+Inf"]
                yield HistogramMetricFamily(
                    name,
                    metric.meaning,
                    buckets=[(limit, float(count)) for limit, count in zip(limits, counted, strict=True)],
                    sum_value=seen.total,
                )
                continue
            kind = CounterMetricFamily if metric.type is Type.COUNTER else GaugeMetricFamily
            family = kind(name, metric.meaning, labels=metric.labels)
            for (of, labels), value in sorted(self._meter.numbers.items()):
                if of == name:
                    family.add_metric(labels, value)
            yield family
