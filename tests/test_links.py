"""Links to the moment: in the recording, on a page, as a show's template has it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import talksearch
from conftest import Run
from talksearch.corpus import Corpus
from talksearch.errors import ConfigError, SourceError
from talksearch.links import (
    checked_template,
    is_web_address,
    link_note,
    passage_link,
    web_address,
)
from talksearch.model import NOBODY, Episode, Kind, Passage
from talksearch.results import Highlighted, Hit

PAGE, AUDIO = "https://kiln.example/ep/1", "https://kiln.example/1.mp3"
EPISODE = Episode("e", "Slow", url=PAGE, audio_url=AUDIO, guid="yt:1/2&3")


def said(ms: int | None = 3_754_250) -> Passage:
    return Passage("e.1", "e", 1, 1, Kind.SPEECH, NOBODY, "It cracks.", ms)


def test_a_link_leads_to_the_moment_else_to_the_episode() -> None:
    assert passage_link(said(), EPISODE) == f"{AUDIO}#t=3754"
    assert passage_link(said(None), EPISODE) == PAGE
    assert passage_link(said(), replace(EPISODE, audio_url=None)) == PAGE
    assert passage_link(said(None), replace(EPISODE, url=None)) == AUDIO
    assert passage_link(said(), replace(EPISODE, url=None, audio_url=None)) is None
    assert passage_link(said(), replace(EPISODE, audio_url=f"{AUDIO}#x")) == f"{AUDIO}#t=3754"


@pytest.mark.parametrize(
    ("page", "link"),
    [
        ("https://www.youtube.com/watch?v=l-Zx", "https://www.youtube.com/watch?v=l-Zx&t=3754s"),
        ("https://youtu.be/l-Zx", "https://youtu.be/l-Zx?t=3754s"),
        ("https://youtube.com/live/l-Zx?si=a", "https://youtube.com/live/l-Zx?si=a&t=3754s"),
        ("https://youtu.be/l-Zx?t=9", "https://youtu.be/l-Zx?t=9"),
        ("https://www.youtube.com/@kiln", "https://www.youtube.com/@kiln"),
        ("https://youtube.com.example/watch?v=Zx", "https://youtube.com.example/watch?v=Zx"),
    ],
)
def test_a_video_is_its_own_recording(page: str, link: str) -> None:
    watched = replace(EPISODE, url=page, audio_url=None)
    assert passage_link(said(), watched) == link
    assert passage_link(said(0), watched) == link.replace("3754s", "0s")
    assert passage_link(said(None), watched) == page
    assert passage_link(said(), replace(watched, audio_url=AUDIO)) == f"{AUDIO}#t=3754"


@pytest.mark.parametrize(
    ("template", "link"),
    [
        ("https://x.example/{guid}?t={seconds}", "https://x.example/yt:1%2F2%263?t=3754"),
        ("{episode_url}&t={seconds}s", f"{PAGE}?t=3754s"),
        ("{episode_url}#t={hms}", f"{PAGE}#t=1:02:34"),
        ("{audio_url}?at={ms}", f"{AUDIO}?at=3754250"),
        (
            "https://x.example/?u={audio_url}&t={ms}",
            "https://x.example/?u=https:%2F%2Fkiln.example%2F1.mp3&t=3754250",
        ),
    ],
)
def test_a_template_is_filled_in(template: str, link: str) -> None:
    assert checked_template(template) == template
    assert passage_link(said(), replace(EPISODE, link_template=template)) == link


def test_a_template_goes_on_where_an_address_has_a_query() -> None:
    watched = replace(EPISODE, url="https://tube.example/watch?v=Zx#top")
    watched = replace(watched, link_template="{episode_url}&t={seconds}s")
    assert passage_link(said(), watched) == "https://tube.example/watch?v=Zx&t=3754s"


def test_what_a_template_lacks_leaves_the_usual_link() -> None:
    template = "https://x.example/{guid}?t={seconds}"
    assert passage_link(said(None), replace(EPISODE, link_template=template)) == PAGE
    nameless = replace(EPISODE, guid=None, link_template=template)
    assert passage_link(said(), nameless) == f"{AUDIO}#t=3754"


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("https://x.example/{second}", "there is no {second}"),
        ("https://x.example/{seconds.real}", "there is no {seconds.real}"),
        ("javascript:alert({ms})", "should begin with http"),
        ("{guid}", "should begin with http"),
        ("https://x.example/\x1b[2J", "should begin with http"),
        ("https://jo:pw@x.example/?t={ms}", "has a secret"),
        ("https://x.example/?token=Zx81Zx81&t={ms}", "has a secret"),
    ],
)
def test_what_is_no_template_is_said(template: str, reason: str) -> None:
    with pytest.raises(ConfigError) as raised:
        checked_template(template)
    assert reason in raised.value.reason


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("https://x.example/a?b#c", True),
        ("http://x.example", True),
        ("file:///etc/passwd", False),
        ("javascript:alert(1)", False),
        ("javascript://x.example/%0aalert(1)", False),
        ("https://", False),
        ("https://[", False),
        ("--help", False),
        ("https://x.example/ --help", False),
        ("https://x.example/\x1b", False),
        ("audio/1.mp3", False),
    ],
)
def test_a_browser_is_sent_to_the_web_only(address: str, good: bool) -> None:
    assert is_web_address(address) is good
    assert web_address(address) == (address if good else None)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://traffic.megaphone.fm/ABC123.mp3", "megaphone.fm"),
        ("https://sphinx.acast.com/p/open/s/1/e/2/media.mp3?x=1", "acast.com"),
        ("https://pdst.example/e/dts.x.example/redirect.mp3/rss.art19.com/e/1.mp3", "art19.com"),
        ("https://kiln.example/1.mp3", None),
        ("https://notmegaphone.fm.example/1.mp3", None),
        ("https://kiln.example/1.mp3?from=megaphone.fm", None),
        ("https://kiln.example/megaphone.fmx/1.mp3", None),
    ],
)
def test_hosts_that_insert_advertisements_are_known(address: str, host: str | None) -> None:
    episode = replace(EPISODE, audio_url=address)
    note = link_note(said(), episode)
    assert (note is not None) is (host is not None)
    assert host is None or (note and note.startswith(f"{host} puts advertisements in"))
    assert link_note(said(None), episode) is None
    elsewhere = replace(episode, link_template="{episode_url}#{seconds}")
    assert link_note(said(), elsewhere) is None
    told = Hit(said(), episode, None, Highlighted("It cracks.")).to_dict()
    assert told["link_note"] == note


def test_a_hit_that_was_kept_has_the_link_that_it_had() -> None:
    templated = replace(EPISODE, link_template="{episode_url}#{seconds}")
    for episode in (templated, EPISODE, replace(EPISODE, url=None, audio_url=None)):
        kept = Hit(said(), episode, None, Highlighted("It cracks.")).to_dict()
        assert Hit.from_dict(kept).to_dict()["link"] == kept["link"]


FEED = b"""<rss version="2.0"><channel><title>Kiln</title><item><title>Slow</title>
<guid>slow-1</guid><link>https://kiln.example/ep/1</link>
<enclosure url="https://traffic.megaphone.fm/1.mp3" type="audio/mpeg"/>
<description>Salt cracks.</description></item></channel></rss>"""

VTT = "WEBVTT\n\n00:05.000 --> 00:07.000\n<v Ana>Salt cracks.\n"


def test_a_shows_template_is_in_show_toml_and_stays(run: Run, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (tmp_path / "feed.xml").write_bytes(FEED)
    (tmp_path / "kiln-1.vtt").write_text(VTT)
    with talksearch.open(home) as archive:
        archive.add(tmp_path / "feed.xml")
        archive.add(tmp_path / "kiln-1.vtt", show="Kiln")

        def hit() -> Hit:
            return archive.search("salt", kind="speech").hits[0]

        assert hit().link == "https://traffic.megaphone.fm/1.mp3#t=5"
        shown = run("--home", home, "search", "salt", "--kind", "speech").out
        assert "(megaphone.fm puts advertisements in as it is played: the moment may" in shown
        (folder,) = Corpus(home / "corpus").folders()
        settings = home / "corpus" / folder / "show.toml"
        settings.write_text(settings.read_text() + 'link = "{episode_url}?t={hms}"\n')
        for bring_up in (archive.refresh, archive.refresh, archive.rebuild):
            bring_up()
            assert hit().link == "https://kiln.example/ep/1?t=0:05"
            assert hit().link_note is None
        settings.write_text('link = "{sekunden}"\n')
        (failed,) = (outcome for outcome in archive.refresh().outcomes if outcome.error)
        assert isinstance(failed.error, SourceError)
        assert str(settings) in str(failed.error) and "there is no {sekunden}" in str(failed.error)
        assert hit().link == "https://kiln.example/ep/1?t=0:05"  # what there was is kept
