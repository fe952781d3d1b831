"""Raw sessions speak Streamlit's messages: played against a small server that answers as Streamlit does."""

import asyncio
from contextlib import asynccontextmanager

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.server import serve

from benchmarks.raw_session import RawSession
from benchmarks.sessions import SLIDER, load

EARLY, SUCCESS = ForwardMsg.FINISHED_EARLY_FOR_RERUN, ForwardMsg.FINISHED_SUCCESSFULLY


def slider() -> ForwardMsg:
    message = ForwardMsg()
    message.delta.new_element.slider.label, message.delta.new_element.slider.id = SLIDER, "$$ID-strength"
    return message


def alert(body: str, kind: int) -> ForwardMsg:
    message = ForwardMsg()
    message.delta.new_element.alert.body, message.delta.new_element.alert.format = body, kind
    return message


@asynccontextmanager
async def application(*answer: ForwardMsg):
    """A server that answers every request with these messages; yields its address and the requests it gets."""
    requests = []

    async def talk(socket):
        async for data in socket:
            requests.append(BackMsg.FromString(data).rerun_script)
            for message in answer:
                await socket.send(message.SerializeToString())

    async with serve(talk, "localhost", 0, subprotocols=["streamlit"]) as server:
        yield f"http://localhost:{server.sockets[0].getsockname()[1]}", requests


def test_a_session_finds_its_slider_by_label_and_moves_it():
    async def scenario():
        answer = (slider(), ForwardMsg(script_finished=EARLY), slider(), ForwardMsg(script_finished=SUCCESS))
        async with application(*answer) as (address, requests):
            session = await RawSession.connect(address, "autoencoders", "exhibit=Arithmetic")
            await session.run()
            await session.move(SLIDER, 0.5)
            await session.move(SLIDER, 1.5)
            await session.close()
        return requests

    opened, *moved = asyncio.run(scenario())
    assert (opened.page_name, opened.query_string) == ("autoencoders", "exhibit=Arithmetic")
    widgets = [[(w.id, list(w.double_array_value.data)) for w in request.widget_states.widgets] for request in moved]
    assert widgets == [[("$$ID-strength", [0.5])], [("$$ID-strength", [1.5])]]


def loaded(*answer: ForwardMsg) -> dict:
    async def scenario():
        async with application(*answer) as (address, _):
            return await load(address, sessions=3, reruns=4)

    return asyncio.run(scenario())


def test_every_rerun_of_every_session_is_counted():
    row = loaded(slider(), ForwardMsg(script_finished=SUCCESS))
    assert (row["sessions"], row["reruns"], row["errors"]) == (3, 12, 0)
    assert row["p50_ms"] <= row["p95_ms"] and "complaints" not in row


def test_what_a_page_complains_of_is_an_error_and_what_it_notes_is_none():
    kinds = alert("", 0).delta.new_element.alert
    finished = ForwardMsg(script_finished=SUCCESS)
    assert loaded(slider(), alert("Draw something.", kinds.INFO), finished)["errors"] == 0
    row = loaded(slider(), alert("The engine stopped.", kinds.WARNING), finished)
    assert (row["errors"], row["complaints"]) == (15, ["The engine stopped."])


def test_a_page_without_the_slider_is_an_error_a_session():
    row = loaded(ForwardMsg(script_finished=SUCCESS))
    assert (row["reruns"], row["errors"]) == (0, 3)
