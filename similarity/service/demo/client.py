"""The demo as a platform's program and as a person: requests to the running service, with a key or a session."""

from __future__ import annotations

import http.client
import json
import re
from typing import Any
from urllib.parse import urlencode, urlsplit

from similarity.errors import SimilarityError

__all__ = ["Client"]

_LONGEST_SECONDS = 90.0
_CSRF = re.compile(r'<meta name="csrf-token" content="([^"]+)">')


class Client:
    """Asks one service.

    Args:
        url: `http://HOST:PORT`.
        headers: sent with every request: a key, or the cookie and the token of a session.
    """

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        self._url, self._headers = url, headers

    @classmethod
    def of_key(cls, url: str, api_key: str) -> Client:
        """A program."""
        return cls(url, {"authorization": f"Bearer {api_key}"})

    @classmethod
    def of_person(cls, url: str, name: str, password: str) -> Client:
        """A person who signs in at the pages.

        Args:
            url: of the service.
            name: of the person.
            password: of the person.

        Raises:
            SimilarityError: name or password is wrong.
        """
        form = urlencode({"name": name, "password": password})
        kind = {"content-type": "application/x-www-form-urlencoded"}
        _, headers = cls(url, {}).exchange("POST", "/sign-in", form.encode(), kind)
        session = {"cookie": str(headers["set-cookie"]).partition(";")[0]}
        page, _ = cls(url, session).exchange("GET", "/queues", None, {})
        token = _CSRF.search(page.decode("utf-8"))
        if token is None:
            raise SimilarityError(f"{url}/queues: expected a page with the token of a session, got none")
        return cls(url, {**session, "x-csrf-token": token[1]})

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send JSON, get JSON; an empty answer is an empty object.

        Args:
            method: of HTTP.
            path: with its query.
            body: JSON, or nothing.

        Raises:
            SimilarityError: the service refuses; OSError: it does not answer.
        """
        sent = None if body is None else json.dumps(body).encode("utf-8")
        content, _ = self.exchange(method, path, sent, {"content-type": "application/json"})
        return dict(json.loads(content)) if content else {}

    def exchange(
        self, method: str, path: str, content: bytes | None, headers: dict[str, str]
    ) -> tuple[bytes, http.client.HTTPMessage]:
        """Send bytes; what comes back, and its headers.

        Args:
            method: of HTTP.
            path: with its query.
            content: the body, or none.
            headers: beside those of every request.

        Raises:
            SimilarityError: the service refuses; OSError: it does not answer.
        """
        connection = http.client.HTTPConnection(urlsplit(self._url).netloc, timeout=_LONGEST_SECONDS)
        try:
            connection.request(method, path, content, {**self._headers, **headers})
            answer = connection.getresponse()
            received = answer.read()
        finally:
            connection.close()
        if answer.status >= http.client.BAD_REQUEST:
            said = received[:500].decode("utf-8", "replace")
            raise SimilarityError(f"{method} {path}: expected it done, got {answer.status}: {said}")
        return received, answer.headers
