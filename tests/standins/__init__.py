"""Programs that stand in for the hypervisors' own: they keep state in a JSON file, and answer as the real ones do."""
