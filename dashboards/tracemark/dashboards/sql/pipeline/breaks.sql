WITH
{{in_order}}
SELECT if(count() = 0, NULL, countIf(is_behind_a_break)) AS breaks
FROM in_order
