"""The entry: what it does to the sockets that Streamlit has bound."""

import socket

import app


def test_answers_do_not_wait_for_an_acknowledgement():
    with socket.socket() as listener, socket.socket() as closed:
        closed.close()
        listener.bind(("localhost", 0))
        listener.listen()
        assert not listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        app.answer_without_delay()
        assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
