-- What is not listed as a breach is none, where somebody judged and the list is whole.
((tenant_id, service_id) IN (SELECT tenant_id, service_id FROM partly_listed) OR empty(last_judgements))
