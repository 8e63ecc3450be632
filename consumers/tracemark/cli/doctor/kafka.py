"""Checks of Kafka: reachable, and with topics under which the guarantees hold. Makes and changes nothing."""

import logging
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from tracemark.cli.doctor.findings import Finding, fail, ok, warn
from tracemark.schemas.topics import DEAD_LETTERS_TOPIC, EVENTS_TOPIC
from tracemark.sink.config import KafkaConnection

__all__ = ["check_kafka"]

_WITHIN_MS = 5_000
_REQUIRED = {"message.timestamp.type": "LogAppendTime", "cleanup.policy": "delete"}
_TOPICS = (EVENTS_TOPIC, DEAD_LETTERS_TOPIC)


def check_kafka(connection: KafkaConnection) -> Iterator[Finding]:
    """Can it be asked, are the topics there, and are their settings right?"""
    logging.getLogger("kafka").setLevel(logging.CRITICAL)  # what it would say is said below, once
    admin_: Any = import_module("kafka.admin")
    errors: Any = import_module("kafka.errors")
    try:
        admin = admin_.KafkaAdminClient(
            **connection.settings(), client_id="tracemark-doctor", bootstrap_timeout_ms=_WITHIN_MS
        )
    except (errors.KafkaError, OSError) as error:
        yield _unreachable(connection, error)
        return
    try:
        there = set(admin.list_topics())
        yield ok("kafka", f"{connection.servers} answers")
        for name in _TOPICS:
            if name not in there:
                yield warn(f"topic {name}", "does not exist yet", "tracemark sink makes it with the right settings")
            else:
                yield _topic(admin, admin_, name, connection.servers)
    except (errors.KafkaError, OSError) as error:
        yield _unreachable(connection, error)
    finally:
        admin.close()


def _unreachable(connection: KafkaConnection, error: Exception) -> Finding:
    text = f"{connection.servers} cannot be asked: {type(error).__name__}"
    return fail(
        "kafka", text, "start the broker, or correct --kafka and TRACEMARK_KAFKA_*; journals keep events meanwhile"
    )


def _topic(admin: Any, admin_: Any, name: str, servers: str) -> Finding:
    resource = admin_.ConfigResource(admin_.ConfigResourceType.TOPIC, name)
    found = admin.describe_configs([resource], config_filter="all")["topic"][name]
    wrong = {key: str(found[key]["value"]) for key, wanted in _REQUIRED.items() if str(found[key]["value"]) != wanted}
    if not wrong:
        return ok(f"topic {name}", "has the settings that the guarantees need")
    text = ", ".join(f"{key} is {value}, not {_REQUIRED[key]}" for key, value in wrong.items())
    changes = ",".join(f"{key}={_REQUIRED[key]}" for key in wrong)
    remedy = (
        f"kafka-configs.sh --bootstrap-server {servers} --alter --entity-type topics --entity-name {name} "
        f"--add-config {changes}"
    )
    return fail(f"topic {name}", text, remedy)
