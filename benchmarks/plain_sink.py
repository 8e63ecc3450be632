"""What one would write in an afternoon, to compare the sink with: poll, decode with fastavro, insert, commit.

No event is checked, no hash is rebuilt, nothing is put aside, and a crash between insert and commit stores a batch twice.
`python benchmarks/plain_sink.py HOST:PORT DATA` prints a line when it has partitions, and runs until it is ended.
"""

import gc
import io
import sys
import time
import uuid
from pathlib import Path
from typing import Any, cast

import fastavro
from kafka import KafkaConsumer

from tracemark.schemas import schemas
from tracemark.schemas.columns import PROVENANCE, table_columns
from tracemark.schemas.topics import EVENTS_TOPIC
from tracemark.store import Store, StoreConfig

ROWS, AGE_S = 20_000, 1.0


def plain(node: Any) -> Any:
    """A schema without logical types: fastavro is faster, and clickhouse-connect takes ticks and text."""
    if isinstance(node, dict):
        return {key: plain(value) for key, value in node.items() if key != "logicalType"}
    return [plain(item) for item in node] if isinstance(node, list) else node


def absent(type_: str) -> Any:
    """What stands for nothing in a column."""
    if type_.startswith(("Nullable", "Array", "Map")):
        return {"N": None, "A": [], "M": {}}[type_[0]]
    if type_.startswith("FixedString"):
        return bytes(int(type_[12:-1]))
    return 0 if type_.startswith(("Int", "UInt", "Float", "Date", "Bool")) else ""


class PlainSink:
    """Rows of `events_traffic`, batch by batch."""

    def __init__(self, consumer: Any, store: Store) -> None:
        """Read and write through these."""
        self._consumer = consumer
        self._store = store
        self._avro = {schema.schema_id: fastavro.parse_schema(plain(schema.avro)) for schema in schemas()}
        self._types = {column.name: column.type for column in table_columns(schemas(), "traffic")}
        self._rows: list[dict[str, Any]] = []
        self._since = time.monotonic()

    def step(self) -> None:
        """Poll once; insert and commit when there is enough or it has waited long enough."""
        for records in self._consumer.poll(timeout_ms=100, max_records=5_000).values():
            self._rows += map(self._row, records)
        now = time.monotonic()
        if not self._rows:
            self._since = now
        elif len(self._rows) >= ROWS or now - self._since >= AGE_S:
            self._insert()
            self._consumer.commit()
            self._rows, self._since = [], now

    def _row(self, record: Any) -> dict[str, Any]:
        schema_id = int.from_bytes(record.value[1:5], "big")
        datum = io.BytesIO(record.value[5:])
        row = cast("dict[str, Any]", fastavro.schemaless_reader(datum, self._avro[schema_id], None))
        place = (record.topic, record.partition, record.offset, record.timestamp, schema_id)
        row.update(zip((column.name for column in PROVENANCE), place, strict=True))
        return row

    def _insert(self) -> None:
        names = list(dict.fromkeys(name for row in self._rows[:100] for name in row))
        nothing = {name: absent(self._types[name]) for name in names}
        columns = [
            [nothing[name] if (value := row.get(name)) is None else value for row in self._rows] for name in names
        ]
        types = [self._types[name] for name in names]
        self._store.insert("events_traffic", names, columns, query_id=uuid.uuid4().hex, column_types=types)


def main(servers: str, data: str) -> None:
    """Run until ended."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    consumer = KafkaConsumer(
        EVENTS_TOPIC,
        bootstrap_servers=servers,
        group_id="plain",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=4 * 1024 * 1024,
    )
    sink = PlainSink(consumer, Store(StoreConfig.embedded(Path(data))))
    while not consumer.assignment():
        sink.step()
    print("ready", flush=True)
    while True:
        sink.step()


if __name__ == "__main__":
    main(*sys.argv[1:])
