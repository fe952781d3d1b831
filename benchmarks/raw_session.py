"""A person's session without a browser: Streamlit's own messages over a websocket."""

import asyncio
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

SECONDS_TO_FINISH = 120


@dataclass
class Run:
    """What one run of the script sent: the ids of its sliders by label, and its complaints."""

    sliders: dict[str, str] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    def read(self, element: Element) -> None:
        """Take from an element what matters here: a slider's id, an exception's or a warning's text."""
        kind = element.WhichOneof("type")
        if kind == "slider":
            self.sliders[element.slider.label] = element.slider.id
        elif kind == "exception":
            self.complaints.append(f"{element.exception.type}: {element.exception.message}")
        elif kind == "alert" and element.alert.format != element.alert.INFO:
            self.complaints.append(element.alert.body)


class RawSession:
    """One open page: `connect`, then `run` once and `move` sliders, at last `close`."""

    def __init__(self, socket: ClientConnection, page: str, query: str):
        self.socket = socket
        self.state = ClientState(page_name=page, query_string=query)
        self.sliders: dict[str, str] = {}

    @classmethod
    async def connect(cls, url: str, page: str, query: str) -> "RawSession":
        """Open the websocket of the application at `url`, as a browser on `/page?query` does."""
        address = url.replace("http", "ws", 1) + "/_stcore/stream"
        socket = await connect(
            address, subprotocols=["streamlit"], max_size=None, ping_interval=None, open_timeout=SECONDS_TO_FINISH
        )
        return cls(socket, page, query)

    async def close(self) -> None:
        """Leave the page."""
        await self.socket.close()

    async def run(self) -> Run:
        """Run the script with the widgets as they stand, until it has finished.

        Raises:
            TimeoutError: it does not finish.
            websockets.ConnectionClosed: the application went away.
        """
        await self.socket.send(BackMsg(rerun_script=self.state).SerializeToString())
        async with asyncio.timeout(SECONDS_TO_FINISH):
            finished = await self._finished()
        self.sliders |= finished.sliders
        return finished

    async def move(self, label: str, value: float) -> Run:
        """Move the slider with that label and run the script. Raises `KeyError` if the page has none."""
        del self.state.widget_states.widgets[:]
        moved = WidgetState(id=self.sliders[label])
        moved.double_array_value.data.append(value)
        self.state.widget_states.widgets.append(moved)
        return await self.run()

    async def _finished(self) -> Run:
        run = Run()
        while True:
            message = ForwardMsg.FromString(await self.socket.recv())
            kind = message.WhichOneof("type")
            if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                run.read(message.delta.new_element)
            elif kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return run
