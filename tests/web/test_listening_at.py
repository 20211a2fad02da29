"""Addresses at which the desk cannot listen, and what is to be done."""

import socket

import pytest

from callqa.errors import ConfigError
from callqa.settings.desk import DeskSettings
from cli.serve import _bound


def test_a_port_that_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"choose another port: callqa serve --port {port + 1}"):
            _bound(DeskSettings(port=port))


def test_an_address_of_no_machine() -> None:
    with pytest.raises(ConfigError, match=r"desk\.host is to be an address of this machine"):
        _bound(DeskSettings(host="192.0.2.1"))
