"""Small clusters whose best plan is known: the planner's makespan beside the optimum of an exact solver."""
