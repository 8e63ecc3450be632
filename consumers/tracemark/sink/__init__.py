"""From Kafka into ClickHouse: poll, cut a range, insert, verify, commit."""
