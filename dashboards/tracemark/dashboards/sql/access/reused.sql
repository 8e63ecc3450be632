WITH
{{seen_reads}}
SELECT if(countIf(state IN ('recorded', 'used after its record')) = 0, NULL, toInt64(countIf(state = 'used after its record'))) AS ids_used_again
FROM seen_reads
