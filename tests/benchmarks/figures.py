"""The figures that were agreed on, and what each must be."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A named figure; exactly one of the two limits is set."""

    name: str
    what: str
    at_most: float | None = None
    at_least: float | None = None

    @property
    def limit(self) -> str:
        return f"≤ {self.at_most:g}" if self.at_most is not None else f"≥ {self.at_least:g}"

    def holds(self, value: float) -> bool:
        if self.at_most is not None:
            return value <= self.at_most
        return self.at_least is not None and value >= self.at_least


FIGURES = (
    Figure("push_p95_ms_100_viewers", "commit → last of 100 viewers has it, p95", at_most=100),
    Figure("push_vs_bare_socketio", "the same, over a bare broadcast of the same bytes", at_most=3),
    Figure("push_bytes", "bytes to one viewer for one moved appointment", at_most=3000),
    Figure("push_to_paint_ms", "commit → painted in Chromium, median", at_most=50),
    Figure("day_open_ms", "opening a day of 40 staff among 2,000,000, p95", at_most=60),
    Figure("book_p99_ms_contended", "32 clients book one staff member, p99", at_most=60),
    Figure("book_vs_raw", "bookings/s over a raw insert with the same constraint", at_least=0.10),
    Figure("gate_overhead", "event round trip with gate and audit, over without", at_most=1.5),
    Figure("memory_per_viewer_kb", "resident growth per viewer with the day open", at_most=500),
    Figure("reserve_hot_vs_raw", "one hot item, over a bare update and insert", at_least=0.25),
    Figure("reserve_p99_ms_contended", "32 clients, bundles that cross, p99", at_most=80),
    Figure("stock_list_ms", "stock list of 5,000 items, 5,000,000 movements, p95", at_most=60),
    Figure(
        "stock_push_p95_ms_100_viewers",
        "reservation committed → last of 100 open stock pages has it, p95",
        at_most=100,
    ),
    Figure("grant_report_ms", "a year's report over 1,000,000 movements, p95", at_most=1500),
    Figure("customer_search_ms", "one search as typed, over 200,000 customers, p95", at_most=50),
    Figure("duplicates_ms", "who may be the same among 200,000 customers, p95", at_most=60),
    Figure("record_open_ms", "any tab of a record of 5,000 entries, server work, p95", at_most=100),
    Figure(
        "vault_mb_per_s", "25 MB stored and read, over plain AES-GCM to that disk", at_least=0.4
    ),
    Figure("outbox_per_s_vs_raw", "20,000 notices by two senders, over a bare loop", at_least=0.5),
    Figure(
        "outbox_with_idle_tx", "the same with an idle transaction open, over without", at_least=0.5
    ),
    Figure("first_view_kb", "compressed bytes of the schedule's first view", at_most=700),
)
