{{moderation/requests_in_breach}}
