"""From a verdict to fills: the plan, its approval, and orders that are sent once."""
