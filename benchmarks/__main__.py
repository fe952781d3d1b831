"""`python -m benchmarks NAME`: measure one thing about the running application and print it as JSON."""

import argparse
import json
from importlib import import_module

from engine.bench import APPLICATION
from engine.timing import LeftOut


def main() -> None:
    """The command line. What is missing here becomes a sentence in the JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("name", choices=APPLICATION)
    parser.add_argument("--effort", type=float, default=1.0, help="share of the repetitions")
    options = parser.parse_args()
    try:
        result = import_module(f"benchmarks.{options.name}").measure(options.effort)
    except ModuleNotFoundError as error:
        result = {"left_out": f"The package {error.name} is not installed; `make bench` installs it."}
    except LeftOut as reason:
        result = {"left_out": str(reason)}
    print(json.dumps(result, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
