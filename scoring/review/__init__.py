"""What people's words change: reviews, queues, appeals and their deadlines. Pure, but for YAML."""
