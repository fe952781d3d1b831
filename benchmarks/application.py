"""The application under measurement, as a process of its own."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.measurements import SECONDS_TO_SETTLE
from engine.timing import LeftOut
from tests.browser.driver import App


@contextmanager
def running(*, settled: bool = False, **environment: str) -> Iterator[App]:
    """`streamlit run app.py` on a free port, with `environment` on top of this process's, ended at the end.

    `settled` waits until the engine beside it has imported what it puts off at first.

    Raises:
        LeftOut: it did not start.
    """
    with TemporaryDirectory() as folder:
        try:
            app = App.start(Path(folder) / "log.txt", **environment)
        except RuntimeError as error:
            raise LeftOut(f"The application did not start: {str(error).splitlines()[-1]}") from None
        try:
            if settled:
                time.sleep(SECONDS_TO_SETTLE)
            yield app
        finally:
            app.stop()
