"""Addresses that carry secrets: shown without them, and their secrets kept out of other texts.

A secret is the user and password of an address; the value of a parameter whose name or looks say
so; and a token in the path where the address itself says that there is one: behind ``/private/``
or ``/token/``, on a host like ``private.example.org``, or the beginning of encoded JSON (``eyJ``).
Any other long part of a path is left: the addresses of shows that everybody may hear have such
parts too, and nothing tells the token in ``/feed/<32 digits>/`` from the number of a show.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import quote, unquote, unquote_to_bytes

from talksearch.patterns import pattern

__all__ = ["is_private", "redacted", "without_secrets"]

_HIDDEN = "***"
_USER = pattern(
    r"""
    ^ ( [A-Za-z][A-Za-z0-9+.-]* : [/\\]* | [/\\]* )
    ( [^/\\?\#]*                                     # user:password
    | [^/\\?\#@:\[]* : (?! \d* ([/\\?\#]|$) ) .* )   # the same, with a / in the password
    @
""",
    re.VERBOSE | re.DOTALL,
)
_PARAMETER = pattern(r"(?<=[?&;#])([^?=&;#]*)=([^&;#]+)")
_NAME = pattern(r"[?&;#]([^?=&;#]*)=")
_SECRET_NAME = pattern(
    r"auth(?!or(?!i))|cred|jwt|(?<!mon)key(?!word|note)|pass(?!age|enger)|pwd|secret|session"
    r"|(?<!de)sig(?!ht)|tok",
    re.IGNORECASE,
)
# Of what everybody may see, however long its value is: ?channel_id=UC…, ?list=PL…
_PUBLIC_NAME = pattern(r"(?:.*[_-])?id|(?-i:.*[a-z]Id)|list|guid|v", re.IGNORECASE)
_SECRET_VALUE = pattern(r"(?=\D*\d)(?=[^A-Za-z]*[A-Za-z])[\w.~+/=-]{20,}", re.ASCII)
_QUERY = pattern(r"[?#]")
_PART_OF_PATH = pattern(r"[^/;]+")
_TOKEN_FOLLOWS = pattern(
    r"(?:private|premium|subscribers?|members?|token|secret|auth|key)"
    r"(?:[_-]?(?:feeds?|podcasts?|rss))?(?:\..*)?",
    re.IGNORECASE,
)
_TOKEN = pattern(
    r"""
    ( [0-9a-fA-F]{8} (?:-[0-9a-fA-F]{4}){3} - [0-9a-fA-F]{12}
    | (?=(?:\D*\d){2}) (?=[^a-z]*[a-z]) [0-9a-z]{16,}
    | (?=\D*\d) (?=[^a-z]*[a-z]) (?=[^A-Z]*[A-Z]) [\w-]{16,}
    ) (?: \. | $ )
""",
    re.VERBOSE | re.ASCII,
)
_ENCODED_JSON = pattern(r"(eyJ[\w-]{17,}(?:[.|][\w-]{16,})*)", re.ASCII)


def redacted(address: str) -> str:
    """The address to show to people: with ``***`` in place of its secrets. Any text will do; the
    result is one line.

    >>> redacted("https://jo:pw@example.org/feed?page=2&auth=Zx81")
    'https://***@example.org/feed?page=2&auth=***'
    """
    address = "".join(
        c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in address.strip()
    )
    shown, at = "", 0
    for start, end in _places(address):
        shown += address[at:start] + _HIDDEN
        at = end
    return shown + address[at:]


def is_private(address: str) -> bool:
    """Does the address carry a secret, so that whoever knows it gets what others do not?"""
    return any(True for _ in _places(address.strip()))


def without_secrets(text: str, *addresses: str) -> str:
    """The text with ``***`` wherever it repeats a secret of one of these addresses, as it is there
    or encoded.

    A secret that could as well be a word or a number goes only where it stands as in an address:
    whoever has "radio" for a password still finds the radio.

    >>> without_secrets("no Zx81b!, no feed", "https://example.org/feed?auth=Zx81b!")
    'no ***, no feed'
    """
    forms, secrets = _sought(addresses)
    if any(form in text for form in forms):
        return secrets.sub(_HIDDEN, text)
    return text


def _places(address: str) -> Iterator[tuple[int, int]]:
    """From where to where each secret goes, in order. What is hidden already is none."""
    user = _USER.match(address)
    if user and user[2] not in ("", ":", _HIDDEN):
        yield user.span(2)
    start = user.end() if user else 0
    query = _QUERY.search(address, start)
    end = query.start() if query else len(address)
    yield from _tokens(address, start, end)
    for parameter in _PARAMETER.finditer(address, end):
        name, value = parameter.groups()
        if value != _HIDDEN and (_SECRET_NAME.search(name) or _is_secret(name, unquote(value))):
            yield parameter.span(2)


def _is_secret(name: str, value: str) -> bool:
    if "://" in value:  # an address in an address
        return bool(_USER.match(value) or any(map(_SECRET_NAME.search, _NAME.findall(value))))
    return bool(_SECRET_VALUE.fullmatch(value) and not _PUBLIC_NAME.fullmatch(name))


def _tokens(address: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Those in the path, or in the parts of the host that come before it."""
    expected = False
    for part in _PART_OF_PATH.finditer(address, start, end):
        found = _ENCODED_JSON.match(part[0]) or (expected and _TOKEN.match(part[0]))
        if found:
            yield part.start(), part.start() + found.end(1)
        expected = expected or bool(_TOKEN_FOLLOWS.fullmatch(part[0]))


@lru_cache(maxsize=256)
def _sought(addresses: tuple[str, ...]) -> tuple[frozenset[str], re.Pattern[str]]:
    """What a text has to hold if it repeats a secret, and what to hide in it."""
    found: dict[str, str] = {}
    for address in addresses:
        for before, secret, after in _secrets(address.strip()):
            for form in _forms(secret):
                exact = re.escape(form)
                found[before + exact + after] = form
                if not _may_be_a_word(form):
                    found[rf"(?:(?<![^\W_])|(?<=%[0-9A-Fa-f]{{2}})){exact}(?![^\W_])"] = form
    patterns = sorted(found, key=lambda each: len(found[each]), reverse=True)
    return frozenset(found.values()), re.compile("|".join(patterns))


def _secrets(address: str) -> Iterator[tuple[str, str, str]]:
    """Each with the patterns of what is before and behind it in an address."""
    for start, end in _places(address):
        secret = address[start:end]
        if address.startswith("@", end):
            user, _, password = secret.partition(":")
            if user:
                yield "(?<=//)", user, "(?=[:@])"
            if password:
                yield "(?<=:)", password, "(?=@)"
            header = unquote_to_bytes(user) + b":" + unquote_to_bytes(password)
            yield "(?<=Basic )", base64.b64encode(header).decode(), ""
        elif address[start - 1] == "=":
            name = re.split("[?&;#]", address[: start - 1])[-1]
            yield f"(?<={re.escape(name)}=)", secret, r"(?!\w)"
        else:
            yield "", secret, ""


def _forms(secret: str) -> set[str]:
    """As it stands, decoded, and encoded in what it may stand in itself."""
    from html import escape

    plain = unquote(secret)
    encoded = {quote(plain, safe=""), quote(secret, safe="")}
    return {secret, plain, escape(secret), escape(plain)} | encoded


def _may_be_a_word(secret: str) -> bool:
    if secret.isalpha():
        usual = secret.islower() or secret.isupper() or secret.istitle()
        return len(secret) < 6 or (usual and len(secret) < 16)
    return len(secret) < (10 if secret.isdigit() else 6)
