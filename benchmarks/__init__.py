"""Benchmarks of the running application, one a file, each with `measure(effort)`; `engine.bench` runs them all."""
