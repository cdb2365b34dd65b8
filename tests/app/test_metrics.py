"""Metrics: numbers that an operator can rely on, and nothing of anybody in them."""

import time

import httpx
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from app.metrics import exposition
from app.readiness import Readiness
from app.web import make_app, metrics_route
from flows.deps import Deps
from flows.gauging import KEPT, Gauging
from flows.meter import BUCKETS, METRICS, Meter
from tests.conftest import MovableClock
from tests.flows.world import PEOPLE, World


def values(meter: Meter) -> dict[tuple[str, tuple[str, ...]], float]:
    """Return every sample as a scraper reads it, by name and values of labels."""
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(exposition(meter).decode())
        for sample in family.samples
    }


def test_counts_and_distributions_are_written_as_a_scraper_reads_them() -> None:
    meter = Meter()
    for seconds in (0.004, 0.04, 20.0):
        meter.tally("keepwell_updates_total", "handled")
        meter.observe("keepwell_update_seconds", seconds)
    meter.put("keepwell_tick_lag_seconds", 0.25, "alert_tick")
    found = values(meter)
    assert found["keepwell_updates_total", ("handled",)] == 3
    assert found["keepwell_tick_lag_seconds", ("alert_tick",)] == 0.25
    assert [found["keepwell_update_seconds_bucket", (str(limit),)] for limit in BUCKETS[:4]] == [1, 1, 1, 2]
    assert found["keepwell_update_seconds_bucket", ("+Inf",)] == found["keepwell_update_seconds_count", ()] == 3
    assert found["keepwell_update_seconds_sum", ()] == 20.044


def test_a_process_that_has_counted_nothing_names_its_metrics_already() -> None:
    text_ = exposition(Meter()).decode()
    for name, metric in METRICS.items():
        assert f"# HELP {name} {metric.meaning}" in text_


async def test_what_waits_and_what_is_open_is_counted_without_anybodys_name(deps: Deps, clock: MovableClock) -> None:
    world, gauging = await World.joined(deps, clock), Gauging(deps)
    alert = await world.calls()
    clock.forward(minutes=2)
    await gauging.look()
    found = values(deps.meter)
    assert found["keepwell_alerts", ("crisis", "open")] == 1
    assert found["keepwell_alerts", ("crisis", "acknowledged")] == 0
    assert found["keepwell_alerts_overdue", ()] == 0
    assert found["keepwell_database_up", ()] == 1
    shown = exposition(deps.meter).decode()
    for secret in (*(line.name for line in PEOPLE), *world.chats.values(), alert.id.hex, alert.person_id.hex):
        assert str(secret) not in shown


async def test_messages_that_wait_have_an_age_and_the_database_is_asked_seldom(deps: Deps, clock: MovableClock) -> None:
    await World.joined(deps, clock)
    gauging = Gauging(deps)
    await gauging.look()
    async with deps.db.transaction() as session:
        await session.execute(text("UPDATE outbox SET state = 'pending', lease_until = NULL, claimed_by = NULL"))
    await gauging.look()
    assert values(deps.meter)["keepwell_queue_messages", ("reply",)] == 0  # too young to be asked again
    clock.forward(seconds=KEPT.total_seconds())
    await gauging.look()
    found = values(deps.meter)
    waiting = sum(value for (name, _), value in found.items() if name == "keepwell_queue_messages")
    assert waiting > 0
    assert max(value for (name, _), value in found.items() if name == "keepwell_queue_age_seconds") >= 10


async def test_metrics_are_served_beside_the_rest() -> None:
    looked = []

    async def look() -> None:
        looked.append(1)

    async def health() -> list[str]:
        return []

    app = make_app(health, [metrics_route(Meter(), look)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as client:
        answer = await client.get("/metrics")
    assert (answer.status_code, looked) == (200, [1])
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")


async def test_a_replica_is_ready_only_while_it_can_work(deps: Deps) -> None:
    ticked: list[float | None] = [None]
    readiness = Readiness(deps.db, lambda: ticked[0])
    assert (await readiness.lacks(refused=False))[0].startswith("starting")
    readiness.started = True
    assert await readiness.lacks(refused=False) == ["this process does not tick"]
    ticked[0] = time.monotonic()
    assert await readiness.lacks(refused=False) == []
    assert await readiness.lacks(refused=True) == ["Telegram refuses the token"]
    for version, fine in (("0000", False), ("9999", True)):  # a newer one is an update that is under way
        async with deps.db.transaction() as session:
            await session.execute(text(f"UPDATE alembic_version SET version_num = '{version}'"))
        assert (await readiness.lacks(refused=False) == []) is fine
    readiness.stopping = True
    assert await readiness.lacks(refused=False) == ["stopping"]
