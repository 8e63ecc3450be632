WITH
{{verdicts}}
SELECT if(any(verdict) IN ('pass', 'fail'), toInt64(any(breaches)), NULL) AS requests_in_breach
FROM verdicts
WHERE obligation = 'INV-9'
