WITH
{{chain}}
SELECT
    occurred_at,
    event_type,
    _broker_ts,
    _topic,
    _partition,
    _offset,
    lower(hex(_schema_id)) AS schema_id,
    lower(hex(event_hash)) AS event_hash,
    lower(hex(private_commitment)) AS private_commitment,
    clock_suspect,
    erased_by,
    event_id
FROM events
WHERE {{in_chain}}
ORDER BY occurred_at, producer_id, producer_seq
LIMIT 1000
