"""A service for tests: emits until its standard input ends, and writes the id of each event down once `emit` has returned.

When it ends by itself, `ACCEPTED_FILE.emit.json` says how long `emit` took, in microseconds.

usage: service.py URL KEYRING ACCEPTED_FILE COUNT PAUSE_S
"""

import json
import os
import select
import sys
import time
from pathlib import Path

from tracemark.schemas.events import PromptReceived
from tracemark.sdk import AuditClient
from tracemark.sdk.config import ClientConfig

QUANTILES = {"p50": 0.5, "p99": 0.99, "p999": 0.999, "max": 1.0}


def main() -> None:
    url, keyring, accepted, count, pause_s = *sys.argv[1:4], int(sys.argv[4]), float(sys.argv[5])
    config = ClientConfig(
        url=url,
        service_id="svc-test",
        tenant_id="t-1",
        heartbeat_s=0.5,
        keyring=Path(keyring),
        journal_dir=Path(accepted).parent / "journals" if url.startswith("kafka") else None,
    )
    client = AuditClient(config)
    written = os.open(accepted, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    durations: list[int] = []
    for number in range(count):
        began = time.perf_counter_ns()
        event = PromptReceived(request_id=f"r-{os.getpid()}-{number}", modality=("text",), prompt_index=0)
        receipt = client.emit(event, user="u-1", content=f"question {number}")
        durations.append((time.perf_counter_ns() - began) // 1000)
        if receipt.accepted:
            os.write(written, f"{receipt.event_id}\n".encode())
        if select.select([sys.stdin], [], [], pause_s)[0]:
            break
    while not select.select([sys.stdin], [], [], 60.0)[0]:
        time.sleep(0.01)
    client.close(10.0)
    durations.sort()
    quantiles = {name: durations[int(share * (len(durations) - 1))] for name, share in QUANTILES.items()}
    Path(f"{accepted}.emit.json").write_text(json.dumps({"events": len(durations), "us": quantiles}))


if __name__ == "__main__":
    main()
