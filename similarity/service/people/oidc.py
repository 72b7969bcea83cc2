"""Signing in by OpenID Connect: who a provider says that somebody is.  The extra `oidc` brings Authlib.

OpenID Connect Core 1.0, authorization code flow, with PKCE (RFC 7636, S256), `state` and `nonce`; keys and endpoints by
discovery.  A provider only says who somebody is: people and roles are those that the service was told of.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import requests
from pydantic import BaseModel, ConfigDict, Field, field_validator

from similarity.errors import ConfigurationError, SimilarityError
from similarity.yaml_files import read_yaml

__all__ = ["Begun", "NotSignedInError", "Provider", "ProviderSettings", "read_provider"]

_ALGORITHMS = ["RS256", "PS256", "ES256", "ES384", "EdDSA", "Ed25519"]
"""Of signatures: those by a key that the provider alone has."""
_TIMEOUT_SECONDS = 10.0
_LEEWAY_SECONDS = 60
_MOST_BYTES = 1 << 20


class NotSignedInError(SimilarityError):
    """The provider could not be asked, or what it said does not hold."""


class ProviderSettings(BaseModel):
    """Which provider, and how this service is known there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: str
    """Its address, as its tokens name it; `/.well-known/openid-configuration` is below."""
    client_id: str = Field(min_length=1)
    """Of this service there."""
    client_secret_file: Path
    """File that holds the secret, and nothing else."""
    redirect_uri: str
    """`https://HOST/sign-in/provider/back`, as it is registered there."""
    name_claim: str = "email"
    """The claim whose value is the person's name here; an address has to be verified."""
    scope: str = "openid email"
    """What is asked for."""

    @field_validator("issuer", "redirect_uri")
    @classmethod
    def _is_encrypted(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"}):
            raise ValueError(f"expected an address that begins with https://, got {value!r}")
        return value.rstrip("/")


def read_provider(path: Path) -> ProviderSettings:
    """Settings from a YAML file; the file of the secret is named from its folder.

    Raises:
        ConfigurationError: it can't be read or used, or Authlib is not installed.
    """
    try:
        import authlib  # noqa: F401 - said now, not at the first sign-in
    except ModuleNotFoundError as error:
        said = "signing in by a provider needs Authlib: pip install 'substantial-similarity[oidc]'"
        raise ConfigurationError(f"{path}: {said}") from error
    found = read_yaml(path, ProviderSettings)
    return found.model_copy(update={"client_secret_file": path.parent / found.client_secret_file})


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A sign-in under way: what the browser keeps meanwhile."""

    address: str
    """At the provider, where the browser goes."""
    state: str
    """Comes back with the answer."""
    nonce: str
    """Stands in the token."""
    verifier: str
    """Shows that whoever brings the code began the sign-in."""


class Provider:
    """A provider that people sign in by.

    Args:
        settings: which, and how this service is known there.
    """

    def __init__(self, settings: ProviderSettings) -> None:
        self._settings = settings

    def begin(self) -> Begun:
        """Where the browser goes to sign in.

        Raises:
            NotSignedInError: the provider could not be asked.
        """
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
        with self._client() as client:
            endpoint = self._described(client)["authorization_endpoint"]
            address, state = client.create_authorization_url(endpoint, nonce=nonce, code_verifier=verifier)
        return Begun(address=address, state=state, nonce=nonce, verifier=verifier)

    def name_of(self, code: str, *, nonce: str, verifier: str) -> str:
        """The name of who signed in.

        Args:
            code: that came back.
            nonce: of this sign-in.
            verifier: of this sign-in.

        Raises:
            NotSignedInError: the provider could not be asked, or what it said does not hold.
        """
        from authlib.common.errors import AuthlibBaseError

        with self._client() as client:
            said = self._described(client)
            try:
                token = client.fetch_token(
                    said["token_endpoint"], code=code, code_verifier=verifier, timeout=_TIMEOUT_SECONDS
                )
            except (AuthlibBaseError, requests.RequestException, ValueError) as error:
                raise NotSignedInError(f"the provider gave no token: {type(error).__name__}") from error
            keys = _asked(client, said["jwks_uri"])
        claims = self._claims(str(token.get("id_token", "")), keys, nonce=nonce)
        return self._name(claims)

    def _claims(self, token: str, keys: Mapping[str, Any], *, nonce: str) -> Mapping[str, Any]:
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        settings = self._settings
        try:
            found = jwt.decode(token, KeySet.import_key_set(cast("Any", keys)), algorithms=_ALGORITHMS)
            jwt.JWTClaimsRegistry(
                leeway=_LEEWAY_SECONDS,
                iss={"essential": True, "value": settings.issuer},
                aud={"essential": True, "value": settings.client_id},
                sub={"essential": True},
                exp={"essential": True},
                iat={"essential": True},
                nonce={"essential": True, "value": nonce},
            ).validate(found.claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise NotSignedInError(f"the provider's token does not hold: {type(error).__name__}: {error}") from error
        several = found.claims["aud"] if isinstance(found.claims["aud"], list) else []
        if len(several) > 1 and found.claims.get("azp") != settings.client_id:
            raise NotSignedInError("the provider's token was made for another client")
        return found.claims

    def _name(self, claims: Mapping[str, Any]) -> str:
        claim = self._settings.name_claim
        name = claims.get(claim)
        if not isinstance(name, str) or not name:
            raise NotSignedInError(f"the provider's token has no {claim!r}; see `name_claim` and `scope`")
        if claim == "email" and claims.get("email_verified") is not True:
            raise NotSignedInError("the provider has not verified this address")
        return name

    def _described(self, client: requests.Session) -> Mapping[str, Any]:
        """What the provider says of itself."""
        settings = self._settings
        said = _asked(client, f"{settings.issuer}/.well-known/openid-configuration")
        if str(said.get("issuer", "")).rstrip("/") != settings.issuer:
            raise NotSignedInError(f"the provider names itself {said.get('issuer')!r}, expected {settings.issuer!r}")
        wanted = {"authorization_endpoint", "token_endpoint", "jwks_uri"}
        if missing := wanted - said.keys():
            raise NotSignedInError(f"the provider does not name its {', '.join(sorted(missing))}")
        for name in wanted:
            if urlsplit(settings.issuer).scheme == "https" and urlsplit(str(said[name])).scheme != "https":
                raise NotSignedInError(f"the provider's {name} is not encrypted")
        return said

    def _client(self) -> Any:
        from authlib.integrations.requests_client import OAuth2Session

        settings = self._settings
        try:
            secret = settings.client_secret_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise NotSignedInError(f"the secret of this service can't be read: {type(error).__name__}") from error
        return OAuth2Session(
            client_id=settings.client_id,
            client_secret=secret,
            scope=settings.scope,
            redirect_uri=settings.redirect_uri,
            code_challenge_method="S256",
        )


def _asked(client: requests.Session, address: str) -> Mapping[str, Any]:
    """What stands at an address, as an object."""
    try:
        answer = client.request("GET", address, withhold_token=True, timeout=_TIMEOUT_SECONDS)  # type: ignore[call-arg]
        answer.raise_for_status()
        said = answer.json() if len(answer.content) <= _MOST_BYTES else None
    except (requests.RequestException, ValueError) as error:
        raise NotSignedInError(f"{address}: {type(error).__name__}") from error
    if not isinstance(said, dict):
        raise NotSignedInError(f"{address}: expected a JSON object")
    return said
