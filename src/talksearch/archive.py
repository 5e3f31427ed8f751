"""The library's front door: an archive on disk, what goes into it and what comes out.

What finds is here; what changes the archive is in ``keeping.py``. That is imported when it is
needed, as is what few searches want.
"""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Iterator
from itertools import tee
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Self, get_args

from talksearch import options
from talksearch.config import Config, find_home, load_config
from talksearch.engines.base import Engine, Found, Record
from talksearch.errors import NotFoundError
from talksearch.model import Episode, Transcript, clean_text
from talksearch.once import cached_property
from talksearch.options import Values
from talksearch.patterns import pattern
from talksearch.query.english import in_words
from talksearch.query.nodes import EVERYTHING, FILTER_FIELDS, Filter, Node
from talksearch.query.parser import parse
from talksearch.query.tree import both, mapped, without
from talksearch.results import (
    FACET_FIELDS,
    Facet,
    Group,
    Highlighted,
    Hit,
    SearchPage,
    SearchRequest,
    Sort,
)
from talksearch.words import fold_words

if TYPE_CHECKING:
    from talksearch.embedding import Embedder
    from talksearch.keeping import Keeping
    from talksearch.people import People
    from talksearch.report import (
        Finding,
        FollowedFeed,
        Holdings,
        Outcome,
        Progress,
        RefreshReport,
        SpeakerSummary,
    )
    from talksearch.watches import Watches

__all__ = ["Archive", "open_archive"]

_NUMBER = pattern("0|[1-9][0-9]{0,8}")


def open_archive(
    home: str | os.PathLike[str] | None = None, *, progress: Progress | None = None
) -> Archive:
    """The archive in the folder ``home``; without one, where the command line would look.

    Nothing is created before something is added. ``progress`` is called during whatever takes
    long: with what is being done, how much of it is done, and how much there is to do. Raises
    ``ConfigError`` for settings that cannot be used.
    """
    folder = find_home(home)
    return Archive(folder, load_config(folder), progress)


def _embedder(home: Path, config: Config) -> Embedder | None:
    """The model that is set. Raises ``ConfigError`` where there is none of that name."""
    if not config.model:
        return None
    from talksearch.embedding import Model

    return Model(config.model, home, home / "index" / "model")


class Archive:
    """An archive of transcripts: ``corpus/``, the documents, and ``index/``, made from them.

    Close it, or use it in a ``with`` block. Any number of threads may search at a time; of those
    who change it, in whatever process, one works and the others wait: ten minutes, then they raise
    ``BusyError``. What goes wrong and ends nothing is a warning of the logger ``talksearch``.
    """

    def __init__(self, home: Path, config: Config, progress: Progress | None = None) -> None:
        from talksearch.engines.whoosh.engine import WhooshEngine

        self.home = home
        self._config = config
        self._progress = progress
        self._engine: Engine = WhooshEngine(home / "index", embedder=_embedder(home, config))

    @cached_property
    def _keeping(self) -> Keeping:
        from talksearch.keeping import Keeping

        return Keeping(self.home, self._engine, self._config, self._progress)

    @property
    def people(self) -> People:
        """Who is who: what was decided about names, and what is worth deciding."""
        return self._keeping.people

    @property
    def watches(self) -> Watches:
        """The saved searches."""
        return self._keeping.watches

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index's files. A later call opens them again."""
        self._engine.close()

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "an Archive stays in its process: pass its home to another one, and open that there "
            "with talksearch.open"
        )

    # Putting in

    def add(
        self,
        *sources: str | os.PathLike[str],
        show: str | None = None,
        hosts: Values = (),
        guests: Values = (),
        language: str | None = None,
        date: str | dt.date | None = None,
        format: str | None = None,
    ) -> list[Outcome]:
        """Take copies into the corpus, and index them.

        A source is a feed, an OPML list, a transcript or a web page, each by address or as a
        file, or a folder of them; which it is, is worked out. What is said of them here overrides
        what they say themselves. ``date`` is ``YYYY-MM-DD``, ``language`` a code such as ``en``,
        ``format`` the name of the transcripts' format.

        Returns what became of each, in no special order; what cannot be read is an Outcome too,
        and raises nothing. Raises ``ConfigError`` for a date or format that is none, ``HomeError``
        when the home cannot be written, ``IndexUnusableError`` when the index is damaged or was
        made by a newer version.
        """
        from talksearch.corpus import Given
        from talksearch.formats import by_name

        options.text(show=show or "", format=format or "")
        paths = [os.fspath(source) for source in sources]  # all of them, before one is copied
        given = Given(
            show=clean_text(show or "") or None,
            hosts=options.names("hosts", hosts),
            guests=options.names("guests", guests),
            language=options.language(language),
            date=options.day(date),
            format=by_name(format).name if format else None,
        )
        return self._keeping.add(paths, given)

    def refresh(
        self,
        *feeds: str,
        scheduled: bool = False,
        everything: bool = False,
        prune: bool = False,
        wait_s: float | None = None,
    ) -> RefreshReport:
        """Fetch the feeds (these ones, by folder or address), and bring the index up to the corpus:
        what is new, changed or gone. Twice is as good as once.

        ``scheduled`` leaves out the feeds that are not due; ``everything`` asks also for what was
        given up, and looks at every transcript again. ``prune`` removes the episodes that had left
        their feeds before this run; without it they stay. What fails is in the report, and the rest
        is done all the same. An index that is missing, or turns out to be damaged, is made anew.

        Raises ``BusyError`` when another process or thread has been changing the archive for longer
        than ``wait_s`` (ten minutes), ``NotFoundError`` for a feed that there is not, ``HomeError``
        when the home cannot be written, ``IndexUnusableError`` when a newer version made the index.
        """
        return self._keeping.refresh(
            feeds, scheduled=scheduled, everything=everything, prune=prune, wait_s=wait_s
        )

    def rebuild(self) -> list[Outcome]:
        """Make the index anew from the corpus, without the network. Searches go on in the old one
        until the new one takes its place. Raises ``HomeError``."""
        return self._keeping.rebuild()

    # Finding

    def search(
        self,
        query: str = "",
        *,
        speaker: Values = (),
        role: Values = (),
        show: Values = (),
        kind: Values = (),
        after: str | dt.date | None = None,
        before: str | dt.date | None = None,
        ads: bool = True,
        across_turns: bool = False,
        limit: int = 10,
        offset: int = 0,
        sort: Sort = "relevance",
        group: Group | None = None,
        context: int = 0,
        facets: Values = (),
        explain: bool = False,
        like: str | None = None,
    ) -> SearchPage:
        """The passages that a query finds, best first, with counts and links.

        The options mean what the same words mean in a query: ``speaker="nico"`` is
        ``speaker:nico``; ``after`` includes the date that it is given, ``before`` does not;
        ``across_turns`` lets phrases run on into other turns. ``sort`` is ``relevance``, ``newest``
        or ``oldest``; ``group="episode"`` gives each episode's best hit. With ``context`` each hit
        comes with so many turns before and after it, of a long turn with the nearest passages
        only, no more than that number. ``facets`` names fields of ``FACET_FIELDS`` to count by.
        ``like`` is a passage's id: of what the query finds, the passages in other episodes come
        that are most like it. Builds the index first when there is none.

        Raises ``QuerySyntaxError`` with the position, ``ConfigError`` for an option that cannot
        be used, ``NotFoundError`` for an id that there is not, ``HomeError`` when nothing was ever
        added, ``IndexUnusableError`` when the index is damaged or was made by a newer version.
        """
        began = time.perf_counter()
        options.counts(limit=limit, offset=offset, context=context)
        options.choice("sort", sort, get_args(Sort))
        if group is not None:
            options.choice("group", group, get_args(Group))
        typed = options.tree(
            query, speaker, role, show, kind, after, before, ads=ads, across_turns=across_turns
        )
        names = options.facet_fields(facets)
        self._ready()
        with self._engine.steady():
            typed = self._present(typed)
            tree = asked = self._engine.parted(typed)
            said = in_words(asked)
            if like is not None:
                from talksearch import likeness

                given = self.passage(like, context=0)
                said = f"passages like {like}" + ("" if tree == EVERYTHING else f", of {said}")
                tree = both(likeness.like(self._engine, given.passage, given.episode), tree)
            request = SearchRequest(tree, limit, offset, sort, group, names, explain)
            found = self._engine.search(request)
            hits = found.hits
            if context:
                from talksearch.surroundings import with_context

                hits = tuple(with_context(hit, self._engine, context) for hit in hits)
            hints = self._hints(typed, asked, request, found)
        took_ms = (time.perf_counter() - began) * 1000
        return SearchPage(query, str(tree), found.total, took_ms, hits, found.facets, hints, said)

    def _hints(
        self, typed: Node, asked: Node, request: SearchRequest, found: Found
    ) -> tuple[str, ...]:
        """What there is to say of an answer to what was ``typed`` and looked for as ``asked``; of
        most there is nothing, and then what says it is not imported."""
        tree, by_date = request.query, request.sort != "relevance"
        explained = typed != asked or not found.is_plain
        # Not of passages like another: their words are not the user's.
        counted = tree == asked and (by_date or request.facets or not request.limit)
        dated = by_date or "year" in request.facets or without(tree, "year") != tree
        if not (explained or counted or dated):
            return ()
        from talksearch import hints

        lines = hints.explained(self._engine, typed, asked, tree, found) if explained else ()
        lines += hints.of_any_word(self._engine, tree) if counted else ()
        lines += hints.of_undated(self._engine, tree) if dated else ()
        return lines

    def facets(
        self,
        query: str = "",
        *,
        fields: Values = FACET_FIELDS,
        speaker: Values = (),
        role: Values = (),
        show: Values = (),
        kind: Values = (),
        after: str | dt.date | None = None,
        before: str | dt.date | None = None,
        ads: bool = True,
        across_turns: bool = False,
    ) -> tuple[Facet, ...]:
        """How many passages of the result have each value of these fields, the most first. A field
        that the query narrows is counted without that, so that the other values can be seen:
        ``role:host`` counts the hosts' passages of each speaker, and those of every role. Raises as
        ``search``."""
        tree = options.tree(
            query, speaker, role, show, kind, after, before, ads=ads, across_turns=across_turns
        )
        names = options.facet_fields(fields)
        self._ready()
        with self._engine.steady():
            tree = self._engine.parted(self._present(tree))
            request = SearchRequest(tree, limit=0, facets=names)
            return self._engine.search(request).facets

    def export(self, query: str = "") -> Iterator[Hit]:
        """Every passage that the query matches, episode by episode, in order, without a score.
        Raises as ``search``, before the first."""
        options.text(query=query)
        tree = parse(query)
        self._ready()
        tree = self._engine.parted(self._present(tree))
        found, texts = tee(self._engine.select(tree))
        marked = zip(found, self._engine.highlight(tree, texts), strict=True)
        return (Hit(*each, score=None, highlighted=highlighted) for each, highlighted in marked)

    def passage(self, passage_id: str, *, context: int = 1) -> Hit:
        """A passage by its id, with the turns around it; also by an id from before its episode got
        another one. Raises ``NotFoundError``, and ``ConfigError`` for what is no id, or for a
        context that is no number of turns."""
        from talksearch.surroundings import with_context

        options.text(passage_id=passage_id)
        options.counts(context=context)
        if "." not in passage_id:
            given, such = passage_id or "nothing", passage_id or "a1b2c3d4e5"
            reason = f"{given} is no passage's id: that has a dot, as in {such}.0"
            raise NotFoundError(reason, passage_id)
        self._ready()
        with self._engine.steady():
            record = self._record(passage_id.rpartition(".")[0], passage_id)
            episode, number = record.episode, passage_id.rpartition(".")[2]
            if _NUMBER.fullmatch(number):
                for passage in self._engine.passages(episode.id, [int(number)]):
                    hit = Hit(passage, episode, None, Highlighted(passage.text))
                    return with_context(hit, self._engine, context)
        last = f"{episode.id}.{record.passages - 1}" if record.passages else "none"
        raise NotFoundError(
            f"there is no passage {passage_id}: the last one of {episode.title!r} is {last}. "
            "Passages are numbered anew when a transcript is replaced; look for its words in "
            f"`talksearch show {episode.id}`",
            passage_id,
        )

    def transcript(self, episode_id: str) -> Transcript:
        """An episode's transcript by the episode's id, read from the corpus again: as it is there
        now, also where the index has not caught up with it.

        Raises ``NotFoundError``, ``ConfigError`` for what is no id, and ``SourceError`` when it can
        no longer be read.
        """
        return self._keeping.transcript(self._record(episode_id, episode_id))

    def episode(self, episode_id: str) -> Episode:
        """An episode by its id. Raises ``NotFoundError``, and ``ConfigError`` for what is no id."""
        return self._record(episode_id, episode_id).episode

    def episodes(self) -> list[Episode]:
        """Every episode, by show, the oldest first. Raises as ``search``."""
        self._ready()
        found = [record.episode for record in self._engine.records()]
        return sorted(found, key=lambda e: (e.show or "", str(e.date or ""), e.title, e.id))

    def speakers(self, name: str = "") -> list[SpeakerSummary]:
        """Everybody who speaks, the most talkative first; with a ``name``, those in one of whose
        names its words are. Nobody who only has a label such as ``Speaker 1``: that is somebody
        else in each episode. Raises as ``search``."""
        from talksearch import roster

        options.text(name=name)
        self._ready()
        return roster.summaries(self._engine.records(), fold_words(name))

    def complete(self, text: str, *, limit: int = 10) -> list[str]:
        """A query that is being typed, with its last word completed in the likeliest ways: by words
        that are said, by fields, by names (``spea`` -> ``speak``, ``speaker:``; ``speaker:ni`` ->
        ``speaker:"Nico Thiébaut"``). Nothing, where there is no index yet. Raises
        ``IndexUnusableError`` when that is damaged, and ``ConfigError`` for what is no text, or no
        number of completions."""
        options.text(text=text)
        options.counts(limit=limit)
        if self._engine.state() != "ready":
            return []
        from talksearch.completion import completions

        with self._engine.steady():
            return completions(self._engine, text, limit)

    def complete_value(self, field: str, beginning: str, *, limit: int = 10) -> list[str]:
        """The values of a field (``speaker``, ``show`` …) of which a part begins so, as they are
        shown. Nothing, where there is no index yet. Raises as ``complete``."""
        options.text(beginning=beginning)
        options.counts(limit=limit)
        if self._engine.state() != "ready" or field not in FILTER_FIELDS:
            return []
        return self._engine.complete_value(field, beginning, limit)

    # Keeping

    def feeds(self) -> list[FollowedFeed]:
        """The feeds that are followed. Raises ``HomeError`` when the corpus cannot be read."""
        return self._keeping.feeds()

    def pause_feed(self, name: str, paused: bool = True) -> FollowedFeed:
        """Leave a feed out of ``refresh``, or take it in again, also one that was retired. It is
        named by its folder or address. Raises ``NotFoundError``."""
        return self._keeping.pause_feed(name, paused)

    def remove_feed(self, name: str) -> list[Outcome]:
        """Forget a feed and remove its episodes and their transcripts, from the corpus as well.
        Raises ``NotFoundError``, and ``IndexUnusableError`` as ``add``."""
        return self._keeping.remove_feed(name)

    def status(self) -> Holdings:
        """What there is, without building anything. Raises as ``feeds``, and ``IndexUnusableError``
        when the index is damaged."""
        return self._keeping.status()

    def check(self, *, repair: bool = False) -> list[Finding]:
        """Whether corpus and index are whole and hold the same; ``repair`` mends what a run that
        was cut off left, and brings the index up to the corpus. Everything is read, so that it
        takes a while. An archive that may only be read is looked at as it is: what its owner
        changes meanwhile can be among the findings. Raises ``HomeError`` where there is no archive,
        or where it cannot be repaired, ``BusyError`` and, when it is to be repaired,
        ``IndexUnusableError`` as ``refresh``."""
        return self._keeping.check(repair=repair)

    # Wiring

    def _ready(self) -> None:
        """See that there is an index to search in."""
        if self._engine.state() != "ready":
            self._keeping.ready()

    def _present(self, tree: Node) -> Node:
        """The query with episodes by the ids that they have now."""

        def present(leaf: Node) -> Node:
            if isinstance(leaf, Filter) and leaf.field == "episode":
                record = self._found(leaf.value)
                return leaf if record is None else Filter("episode", record.episode.id)
            return leaf

        return mapped(tree, present)

    def _found(self, episode_id: str) -> Record | None:
        """The record of an episode, by an id that it has or had: few ask for one that it had."""
        return self._engine.record(episode_id) or self._keeping.record(episode_id)

    def _record(self, episode_id: str, name: str) -> Record:
        options.text(episode_id=episode_id)
        self._ready()
        record = self._found(episode_id)
        if record is None:
            raise NotFoundError(
                f"nothing here has the id {name}: its episode has left the archive, or its file "
                "has another name now. Search for words of it, or for its title with title:",
                name,
            )
        return record
