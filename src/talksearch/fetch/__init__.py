"""Bytes from the network: the only user of HTTP.

Whoever writes a feed chooses the addresses in it, and whoever runs a server chooses how it answers.
So addresses on private networks are refused (by requests-hardened, which connects to the very
address that it checked), redirects included; and an answer has limits of size, counted after
decompression, and of time, which hold however slowly it comes. Servers are treated as guests treat
their host: one request at a time, a pause before the next, and none while they ask for peace.

The proxies, certificates and ``.netrc`` of the environment are used, as requests does: behind a
company's proxy nothing else works. The proxy itself may be on a private network; what is fetched
through it may not, except that a proxy looks up the name in an ``http://`` address for itself.
"""

from talksearch.fetch.fetcher import MAX_BYTES, MAX_REDIRECTS, Fetched, Fetcher, NotModified

__all__ = ["MAX_BYTES", "MAX_REDIRECTS", "Fetched", "Fetcher", "NotModified"]
