"""Speed and memory of what reads estates, beside the bare libraries underneath. See docs/benchmarks.md."""
