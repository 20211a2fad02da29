"""What people do with scores: review, queue, appeal, calibrate. Here their words meet the store."""
