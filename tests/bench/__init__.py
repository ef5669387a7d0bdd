"""The benchmarks and their peers; ``python -m tests.bench [NAME]`` runs all, or one."""
