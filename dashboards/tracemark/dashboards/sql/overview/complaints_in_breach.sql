{{moderation/complaints_in_breach}}
