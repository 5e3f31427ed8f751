"""The settings: from the home's file and from the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from talksearch.config import Config, load_config
from talksearch.errors import ConfigError


def test_there_need_not_be_any(tmp_path: Path) -> None:
    assert load_config(tmp_path, {}) == Config(False, "", "")


def test_the_environment_comes_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "talksearch.toml").write_text(
        'allow_private_addresses = true\nping = "https://hc.example/1"\non_new = "mail jo"\n'
    )
    assert load_config(tmp_path, {}) == Config(True, "https://hc.example/1", "mail jo")
    environment = {
        "TALKSEARCH_ALLOW_PRIVATE_ADDRESSES": "no",
        "TALKSEARCH_PING": " http://hc.example/2\n",
        "TALKSEARCH_ON_NEW": "",
    }
    assert load_config(tmp_path, environment) == Config(False, "http://hc.example/2", "")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("allow_private_addresses = 1", "allow_private_addresses should be true or false"),
        ("ping = true", "ping should be a text in quotes"),
        ("on_new = ['mail']", "on_new should be a text in quotes"),
        (
            "pingg = ''",
            "no setting 'pingg'; there are: allow_private_addresses, model, on_new, ping",
        ),
        ("ping = ", "cannot be read"),
        ('ping = "hc.example/s3cret"', "ping should be an address that begins with http"),
        ('ping = "file:///s3cret"', "ping should be an address that begins with http"),
        ('ping = "https:///s3cret"', "ping should be an address that begins with http"),
        ('ping = "https://[s3cret"', "ping should be an address that begins with http"),
        ('ping = "https://hc.example/s3cret\\n"', "ping should be an address that begins with"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "talksearch.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path, {})
    assert str(caught.value).startswith(f"{tmp_path / 'talksearch.toml'}: ")
    assert told in str(caught.value) and "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [("TALKSEARCH_ALLOW_PRIVATE_ADDRESSES", "maybe"), ("TALKSEARCH_PING", "hc.example/s3cret")],
)
def test_a_mistake_in_the_environment_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path, {name: value})
    assert str(caught.value).startswith(name) and "s3cret" not in str(caught.value)
