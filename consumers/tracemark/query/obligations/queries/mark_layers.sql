-- One row per file that must be marked: in signed metadata and by a watermark, both. Metadata that nobody signed is neither.
WITH marks AS ({{marks}}),
began AS ({{began}})
SELECT {{row}},
    multiIf(
        signed AND watermarked, '',
        {{start_unknown}}, 'start_not_declared',
        marked = 0, 'not_marked',
        signed, 'no_watermark',
        watermarked, 'no_signed_metadata',
        'unsigned_metadata_only'
    ) AS reason,
    reason != 'start_not_declared' AS usable
{{outputs_to_mark}} AND media_type != ''
