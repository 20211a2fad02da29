"""What scores say of an agent, a team or a category: means, rates, ranks, trends, with their uncertainty. Pure."""
