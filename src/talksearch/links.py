"""Addresses of moments: where a passage can be heard.

A show's ``link_template`` (``link`` in its ``show.toml``) is an address with places for what is
known of a passage: ``{seconds}``, ``{ms}`` and ``{hms}`` (``1:02:03``) for the time,
``{episode_url}``, ``{audio_url}`` and ``{guid}``. Values are encoded as those of a query are, but
for an address that the template begins with: ``{episode_url}&t={seconds}s``.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from talksearch.errors import ConfigError
from talksearch.model import Episode, Passage
from talksearch.patterns import pattern
from talksearch.timecode import format_clock

__all__ = ["checked_template", "is_web_address", "link_note", "passage_link", "web_address"]

_PLACE = pattern(r"\{([^{}]*)\}")
_PLACES = ("seconds", "ms", "hms", "episode_url", "audio_url", "guid")
_ADDRESSES = ("episode_url", "audio_url")

# Hosts whose business is to put advertisements into a recording while it is being fetched. They
# stand anywhere in an address, for what counts listeners stands before them:
# https://counter.example/redirect.mp3/traffic.megaphone.fm/X.mp3
_INSERTING = pattern(
    r"""
    (?: ^ | [/.] )
    ( acast\.com | adswizz\.com | art19\.com | audioboom\.com | megaphone\.fm | omny\.fm
    | omnycontent\.com | redcircle\.com | simplecast\.com | simplecastaudio\.com | spreaker\.com )
    (?= [:/] | $ )
""",
    re.VERBOSE | re.IGNORECASE,
)

# The page of a video that is its recording as well, and has no time of its own yet.
_VIDEO = pattern(
    r"https?://(?: (?:www\.|m\.)? youtube\.com/(?:watch\?|live/) | youtu\.be/ )(?!.*[?&]t=)",
    re.VERBOSE | re.IGNORECASE,
)
_IN_VIDEO = "{episode_url}&t={seconds}s"


def passage_link(passage: Passage, episode: Episode) -> str | None:
    """The moment as the show's template has it, else in the recording, as a media fragment
    (``audio.mp3#t=754``), where the time and the recording are known; else the episode's page, at
    the moment if that is a video's on YouTube; else the recording.

    https://www.w3.org/TR/media-frags/#naming-time
    """
    if episode.link_template:
        filled = _filled(episode.link_template, passage, episode)
        if filled:
            return filled
    if episode.audio_url and passage.start_ms is not None:
        return _moment(episode.audio_url, passage.start_ms)
    if passage.start_ms is not None and _VIDEO.match(episode.url or ""):
        return _filled(_IN_VIDEO, passage, episode)
    return episode.url or episode.audio_url


def link_note(passage: Passage, episode: Episode) -> str | None:
    """What may be wrong with a link: None for most."""
    audio, start_ms = episode.audio_url, passage.start_ms
    if audio is None or start_ms is None:
        return None
    link = passage_link(passage, episode)
    host = _INSERTING.search(audio.partition("://")[2].partition("?")[0])
    if host and link and link.startswith(audio.partition("#")[0]):
        return f"{host[1].lower()} puts advertisements in as it is played: the moment may shift"
    return None


def checked_template(template: str) -> str:
    """A template of links. Raises ``ConfigError`` for what is none."""
    for name in _PLACE.findall(template):
        if name not in _PLACES:
            known = ", ".join(f"{{{each}}}" for each in _PLACES)
            raise ConfigError(f"there is no {{{name}}}; there are: {known}")
    if not template.startswith(("{episode_url}", "{audio_url}")):
        if not is_web_address(template):
            raise ConfigError(f"should begin with http:// or https://, not {template!r:.80}")
        from talksearch.redaction import is_private  # 5 ms, which a search needs not

        if is_private(template):
            raise ConfigError("has a secret in it, which everybody who gets a link would see")
    return template


def is_web_address(address: str) -> bool:
    """Whether a browser may be sent there: http(s), to a host, in one word."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    one_word = address.isprintable() and not any(map(str.isspace, address))
    return parts.scheme in ("http", "https") and bool(host) and one_word


def web_address(text: str | None) -> str | None:
    """The address, if it is one of the web; None for "/about" and everything else."""
    return text if text and is_web_address(text) else None


def _moment(audio_url: str, ms: int) -> str:
    return f"{audio_url.partition('#')[0]}#t={ms // 1000}"


def _filled(template: str, passage: Passage, episode: Episode) -> str | None:
    """The address; None where something that it needs is not known."""
    ms = passage.start_ms
    values = {
        "seconds": None if ms is None else str(ms // 1000),
        "ms": None if ms is None else str(ms),
        "hms": None if ms is None else format_clock(ms),
        "episode_url": episode.url,
        "audio_url": episode.audio_url,
        "guid": episode.guid,
    }
    if not all(values.get(name) for name in _PLACE.findall(template)):
        return None
    start = _PLACE.match(template)
    address = ""
    if start and start[1] in _ADDRESSES:
        address = (values[start[1]] or "").partition("#")[0]
        template = template[start.end() :]
        if template[:1] in ("?", "&"):
            template = ("&" if "?" in address else "?") + template[1:]
    return address + _PLACE.sub(lambda place: quote(values[place[1]] or "", safe=":"), template)
