"""Speed, measured side by side with the raw statement: `python -m tests.benchmarks`. Never part of the test suite."""
