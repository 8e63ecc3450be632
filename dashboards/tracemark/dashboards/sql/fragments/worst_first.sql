ORDER BY indexOf(['fail', 'no evidence', 'pass'], verdict), indexOf(['critical', 'high', 'medium', 'low'], severity), obligation
LIMIT 500
