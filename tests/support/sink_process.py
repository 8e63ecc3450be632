"""A whole sink as a process, stopped by SIGTERM: `python -m support.sink_process '[store url, bootstrap, topic, settings]'`."""

import json
import logging
import os
import signal
import sys
import threading

from support.sinks import KEY, sink_config
from tracemark.sink import DeadLetterKey, Sink
from tracemark.sink.collector import tune_collector
from tracemark.sink.dead_letter_topic import KafkaDeadLetters
from tracemark.store import Store, StoreConfig


def main() -> None:
    """Run until SIGTERM."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    tune_collector()
    url, bootstrap, topic, settings = json.loads(sys.argv[1])
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
    config = sink_config(bootstrap, topic, **settings)
    letters = KafkaDeadLetters(config)
    store = Store(StoreConfig.parse(url, password=os.environ["TRACEMARK_STORE_PASSWORD"]))
    Sink(config, store, letters, DeadLetterKey(KEY)).run(stop)
    letters.close()


if __name__ == "__main__":
    main()
