"""AnkiConnect's protocol: one JSON object there, one back, over HTTP to the Anki that runs on this machine.

A request is `{"action", "version": 6, "params", "key"}`, an answer `{"result", "error"}`. What is asked for (`ask`) may
be sent again when the connection drops; what changes something (`tell`) is sent once, because nobody knows whether a
request without an answer was carried out. Many small requests travel as one `multi`, in batches of a bounded size.

No proxy is looked up and no redirection followed: a collection is nobody else's business. Whatever goes wrong is an
`AnkiError` whose text says what happened and what to do; what Anki itself refuses is a `Refused`.

This module knows the wire and nothing of courses.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import socket
import time
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from deckforge.errors import AnkiError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

URL = "http://127.0.0.1:8765"
VERSION = 6
TIMEOUT = 30.0
"""Seconds that one answer may take."""

_MOST_REQUESTS, _MOST_BYTES = 100, 2_000_000
"""What one `multi` holds at most: Anki does not redraw its window while it works on one."""
_MOST_ANSWER = 512 * 1024 * 1024
_PAUSES = (0.2, 0.6)
"""Seconds before a question is put again."""


class Unreachable(AnkiError):  # noqa: N818 - reads as what happened
    """Nothing answers, or not in time, or not as AnkiConnect does."""


class Dropped(Unreachable):
    """The connection broke before there was an answer."""


class Refused(AnkiError):  # noqa: N818 - reads as what happened
    """Anki refuses an action; `action` is its name and `words` what Anki says."""

    def __init__(self, action: str, words: str) -> None:
        super().__init__(_refusal(action, words))
        self.action, self.words = action, words

    @property
    def gone(self) -> bool:
        """Whether what the action was about is not there (any more)."""
        return "not found" in self.words.lower()

    @property
    def unknown(self) -> bool:
        """Whether this AnkiConnect is too old to know the action."""
        return "unsupported action" in self.words.lower()

    @property
    def closed(self) -> bool:
        """Whether no collection is open."""
        return "collection is not available" in self.words.lower()


class Request(NamedTuple):
    """An action with its parameters."""

    action: str
    params: Mapping[str, Any]


class AnkiConnect:
    """A way to one Anki. Nothing is sent before the first call."""

    def __init__(self, url: str = URL, key: str = "", timeout: float = TIMEOUT) -> None:
        """Keep the address.

        Raises:
            UsageError: the address is none.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise UsageError(f"{url} is no address: {error}") from None
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
            raise UsageError(f"{url} is no address of AnkiConnect: it looks like {URL}")
        self.url = url
        self.host = parts.hostname
        self.timeout = timeout
        self._key = key
        self._secure = parts.scheme == "https"
        self._port = port
        self._path = parts.path or "/"

    @property
    def local(self) -> bool:
        """Whether the address is this machine's own."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host.lower() == "localhost"

    def hello(self) -> None:
        """Make sure that somebody is there who speaks version 6 and lets us in.

        Raises:
            AnkiError: nobody is, or not so, or not us.
        """
        try:
            answer = self.ask("requestPermission")
        except Refused as refused:
            if not refused.unknown:
                raise
            answer = {}
        if not isinstance(answer, dict):
            raise Unreachable(f"{self.url} answers, but not as AnkiConnect does: is that its address?")
        if answer.get("permission", "granted") != "granted":
            raise AnkiError(
                "AnkiConnect denies permission: in Anki, Tools → Add-ons → AnkiConnect → Config, look at "
                "`ignoreOriginList` and `webCorsOriginList`"
            )
        if not self._key and any(name.lower() == "requireapikey" and needed for name, needed in answer.items()):
            raise AnkiError("AnkiConnect asks for its API key: give it with --key, or in DECKFORGE_ANKI_KEY")
        version = self.ask("version")
        if not isinstance(version, int) or isinstance(version, bool):
            raise Unreachable(f"{self.url} answers, but not as AnkiConnect does: is that its address?")
        if version < VERSION:
            raise AnkiError(
                f"AnkiConnect speaks version {version} of its protocol, and {VERSION} is needed: update the add-on "
                "(Tools → Add-ons → Check for Updates)"
            )

    def ask(self, action: str, **params: Any) -> Any:
        """Return the result of an action that changes nothing; put the question again where the connection drops."""
        for pause in _PAUSES:
            try:
                return self._send(action, params)
            except Dropped:
                time.sleep(pause)
            except Refused as refused:
                if not refused.closed:
                    raise
                time.sleep(pause)  # Anki closes the collection while it syncs or checks it
        return self._send(action, params)

    def tell(self, action: str, **params: Any) -> Any:
        """Return the result of an action that changes something; it is sent once."""
        return self._send(action, params)

    def ask_each(self, requests: Iterable[Request]) -> list[Any]:
        """Return the results of many actions that change nothing.

        Raises:
            Refused: one of them is refused.
        """
        found: list[Any] = []
        for batch in batches(requests, self._key):
            found += _opened(batch, self.ask("multi", actions=self._each(batch)))
        for result in found:
            if isinstance(result, Refused):
                raise result
        return found

    def tell_each(self, requests: Iterable[Request]) -> Iterator[list[Any]]:
        """Carry out many actions; yield, batch by batch, their results, a `Refused` for each that was refused."""
        for batch in batches(requests, self._key):
            yield _opened(batch, self.tell("multi", actions=self._each(batch)))

    def _each(self, batch: Sequence[Request]) -> list[dict[str, Any]]:
        return [self._request(action, params) for action, params in batch]

    def _request(self, action: str, params: Mapping[str, Any]) -> dict[str, Any]:
        return _request(action, params, self._key)

    def _send(self, action: str, params: Mapping[str, Any]) -> Any:
        body = self._post(json.dumps(self._request(action, params), ensure_ascii=False).encode(), action)
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict) or "result" not in answer or "error" not in answer:
            shown = body[:60].decode("utf-8", "replace").split("\n")[0].strip()
            raise Unreachable(
                f"{self.url} answers, but not as AnkiConnect does ({shown!r}): is another program at that address?"
            )
        if answer["error"] is not None:
            raise Refused(action, str(answer["error"]))
        return answer["result"]

    def _post(self, body: bytes, action: str) -> bytes:
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        connection = kind(self.host, self._port, timeout=self.timeout)
        try:
            connection.request("POST", self._path, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            data = response.read(_MOST_ANSWER + 1)
        except ConnectionRefusedError:
            raise Unreachable(
                f"nothing answers at {self.url}: start Anki, with the add-on AnkiConnect in it (code 2055492159)"
            ) from None
        except TimeoutError:
            raise Unreachable(
                f"Anki gave no answer to `{action}` within {self.timeout:g} s: it may be busy, or wait for you in a "
                "dialog; look at it, or allow more with --timeout"
            ) from None
        except (ConnectionError, http.client.RemoteDisconnected, http.client.IncompleteRead):
            raise Dropped(f"Anki went away during `{action}`: the connection to {self.url} broke") from None
        except http.client.HTTPException:
            raise Unreachable(f"{self.url} answers, but does not speak HTTP: is that AnkiConnect's address?") from None
        except socket.gaierror:
            raise Unreachable(f"there is no machine called {self.host}") from None
        except OSError as error:
            raise Unreachable(f"{self.url} cannot be reached: {error.strerror or error}") from None
        finally:
            connection.close()
        if response.status == http.HTTPStatus.FORBIDDEN:
            raise AnkiError("AnkiConnect denies permission to this program: look at its configuration in Anki")
        if response.status != http.HTTPStatus.OK:
            raise Unreachable(f"{self.url} answers with HTTP status {response.status}: is that AnkiConnect's address?")
        if len(data) > _MOST_ANSWER:
            raise Unreachable(f"the answer to `{action}` is larger than {_MOST_ANSWER >> 20} MiB")
        return data


def batches(requests: Iterable[Request], key: str = "") -> Iterator[list[Request]]:
    """Yield the requests in batches: at most a hundred, and no more bytes than a window that freezes may cost.

    A request that is larger than a batch may be travels alone.
    """
    batch: list[Request] = []
    size = 0
    for request in requests:
        weight = len(json.dumps(_request(request.action, request.params, key)))
        if batch and (len(batch) == _MOST_REQUESTS or size + weight > _MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(request)
        size += weight
    if batch:
        yield batch


def _request(action: str, params: Mapping[str, Any], key: str) -> dict[str, Any]:
    request = {"action": action, "version": VERSION, "params": dict(params)}
    return request | {"key": key} if key else request


def _opened(batch: Sequence[Request], answers: Any) -> list[Any]:
    """Return the results in the answer to a `multi`."""
    if not isinstance(answers, list) or len(answers) != len(batch):
        raise Unreachable("AnkiConnect answers to another number of requests than were sent: update the add-on")
    results: list[Any] = []
    for request, answer in zip(batch, answers, strict=True):
        if not isinstance(answer, dict) or "result" not in answer or "error" not in answer:
            raise Unreachable(f"AnkiConnect's answer to `{request.action}` cannot be read: update the add-on")
        error = answer["error"]
        results.append(answer["result"] if error is None else Refused(request.action, str(error)))
    return results


def _refusal(action: str, words: str) -> str:
    low = words.lower()
    if "api key" in low:
        return "AnkiConnect does not accept the API key: compare --key with `apiKey` in the add-on's configuration"
    if "collection is not available" in low:
        return "Anki has no collection open: choose a profile, or wait until it has synced or checked the collection"
    if "unsupported action" in low:
        return f"this AnkiConnect does not know `{action}`: update the add-on (Tools → Add-ons → Check for Updates)"
    return f"Anki refuses `{action}`: {words.strip() or 'it does not say why'}"
