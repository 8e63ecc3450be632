WITH
{{seen_reads}}
SELECT if(countIf(state != 'on its way') = 0, NULL, toInt64(countIf(state = 'not recorded'))) AS reads_not_recorded
FROM seen_reads
