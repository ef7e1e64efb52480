"""What a market says: each reading a pure function of what was known at its moment. It decides nothing."""
