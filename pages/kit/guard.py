"""An engine error shows one sentence and what to do, never a traceback; the rest of the page goes on."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from engine.cards import CheckpointError
from engine.errors import EngineDown, EngineError, Superseded
from engine.images import UploadError


@contextmanager
def guard() -> Iterator[None]:
    """Whatever the engine, a checkpoint or an upload has to say goes on the page in place of what failed."""
    try:
        yield
    except Superseded:
        st.stop()
    except EngineDown as error:
        st.warning(str(error), icon=":material/restart_alt:")
        st.button("Try again", type="primary")
    except UploadError as error:
        st.warning(str(error), icon=":material/image_not_supported:")
    except (EngineError, CheckpointError) as error:
        st.error(str(error), icon=":material/error:")
