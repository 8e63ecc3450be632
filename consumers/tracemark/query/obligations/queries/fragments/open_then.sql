-- Begun by the window's end, and open in it; or answered before, and heard of only in it: an event of the round, or its limit.
start < {to:DateTime64(6, 'UTC')} AND (empty(feedback) OR feedback[1] >= {from:DateTime64(6, 'UTC')} OR news)
