"""Effects of people's verdicts: reviews, queues, appeals and their deadlines. Pure, but for YAML."""
