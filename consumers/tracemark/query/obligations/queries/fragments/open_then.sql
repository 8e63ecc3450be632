start < {to:DateTime64(6, 'UTC')}
    AND (empty(feedback) OR feedback[1] >= {from:DateTime64(6, 'UTC')} OR ifNull(due >= {from:DateTime64(6, 'UTC')}, true))
