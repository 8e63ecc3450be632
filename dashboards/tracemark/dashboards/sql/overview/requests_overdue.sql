{{moderation/requests_overdue}}
