{{moderation/complaints_overdue}}
