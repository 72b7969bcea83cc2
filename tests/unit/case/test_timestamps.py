"""Time stamps: requests that OpenSSL reads, stamps that hold for one content, and everything else refused."""

from __future__ import annotations

import http.server
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.paths import GOLDEN

from similarity.absence import NotMeasured, not_measured
from similarity.case.seal.timestamps import (
    MAX_RESPONSE_BYTES,
    as_response,
    check_time_stamp,
    fetch_time_stamp,
    time_stamp_request,
)
from similarity.errors import SignatureError

STAMPED = GOLDEN / "time_stamp"  # made by OpenSSL with make.sh
DATA = (STAMPED / "stamped.json").read_bytes()
REQUEST = (STAMPED / "timestamp.tsq").read_bytes()
RESPONSE = (STAMPED / "timestamp.tsr").read_bytes()
ROOT = (STAMPED / "root.pem").read_bytes()
REFUSED = bytes.fromhex("30053003020102")  # PKIStatusInfo alone: rejection


def check(response=RESPONSE, data=DATA, *, request=REQUEST, roots=(ROOT,)):
    return check_time_stamp(response, data, request=request, roots=roots)


def test_a_stamp_made_by_openssl_holds():
    stamp = check()
    assert stamp.serial_number == str(0x0458)
    assert stamp.policy == "1.2.3.4.1"
    assert stamp.utc == "2026-11-21T18:56:29.000000Z"
    assert stamp.accuracy_seconds == 1.5
    assert stamp.hash_algorithm == "sha256"
    assert stamp.nonce == str(0x496690E68C1A2D74)
    assert stamp.authority == "CN=Golden authority"
    assert stamp.trust == "CN=Golden root"


def test_without_a_root_certificate_a_stamp_is_read_and_not_trusted():
    stamp = check(roots=())
    assert stamp.serial_number == str(0x0458)
    assert stamp.trust == not_measured("no root certificate was given: anybody may have signed the stamp")


def test_a_bare_token_is_the_same_stamp():
    token = RESPONSE[RESPONSE.index(bytes.fromhex("06092a864886f70d010702")) - 4 :]
    assert as_response(token) == RESPONSE
    assert as_response(RESPONSE) == RESPONSE


@pytest.mark.parametrize("roots", [(), (ROOT,)])
def test_a_stamp_holds_for_its_own_content_alone(roots):
    with pytest.raises(SignatureError, match="stamps something else"):
        check(data=DATA + b" ", request=time_stamp_request(DATA + b" "), roots=roots)


@pytest.mark.parametrize("roots", [(), (ROOT,)])
def test_a_stamp_answers_its_own_request_alone(roots):
    with pytest.raises(SignatureError, match="nonce"):
        check(request=time_stamp_request(DATA), roots=roots)
    with pytest.raises(SignatureError, match="asks for another stamp"):
        check(request=time_stamp_request(b"else"), roots=roots)
    with pytest.raises(SignatureError, match="request: can't be read"):
        check(request=b"no request", roots=roots)


@pytest.mark.parametrize("response", [b"", b"0", b"0\x80", b"no stamp", b"<html>404</html>", REFUSED, RESPONSE[:-1]])
def test_what_is_no_stamp_is_refused(response):
    with pytest.raises(SignatureError, match="time stamp"):
        as_response(response)


def test_a_refusal_says_so():
    with pytest.raises(SignatureError, match="the authority refused"):
        as_response(REFUSED)


def test_an_enormous_answer_is_refused():
    with pytest.raises(SignatureError, match="at most"):
        as_response(bytes(MAX_RESPONSE_BYTES + 1))


@given(st.integers(0, len(RESPONSE) - 1), st.integers(0, 7), st.booleans())
def test_a_flipped_bit_gives_the_same_stamp_or_an_error_of_ours(at, bit, with_root):
    changed = bytearray(RESPONSE)
    changed[at] ^= 1 << bit
    try:
        stamp = check(bytes(changed), roots=(ROOT,) if with_root else ())
    except SignatureError:
        return
    if with_root:  # some bytes are under no signature, as parameters of the algorithm; none of them says anything
        assert stamp == check()


@pytest.mark.parametrize(
    "root", [b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"]
)
def test_what_is_no_root_certificate_is_refused(root):
    with pytest.raises(SignatureError, match=r"root certificate: can't be read"):
        check(roots=(root,))


def test_another_root_certificate_does_not_do(authority):
    with pytest.raises(SignatureError, match="not signed by an authority below CN=Root"):
        check(roots=(authority.root,))


def test_the_request_is_derived_from_the_content_and_openssl_reads_it(authority):
    request = time_stamp_request(DATA)
    assert request == time_stamp_request(DATA)
    assert request != time_stamp_request(DATA + b" ")
    (authority.folder / "derived.tsq").write_bytes(request)
    said = authority.openssl("ts -query -in derived.tsq -text").stdout.decode()
    assert "Hash Algorithm: sha256" in said
    assert "Certificate required: yes" in said
    assert "Nonce: 0x" in said


@given(st.binary(max_size=50))
def test_every_derived_request_is_well_formed(data):
    from rfc3161_client._rust import parse_timestamp_request

    request = time_stamp_request(data)
    parsed = parse_timestamp_request(request)
    assert parsed.as_bytes() == request
    assert parsed.cert_req
    assert 0 <= parsed.nonce < 2**63


def test_a_stamp_without_certificate_needs_it_to_be_trusted(authority):
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    builder = TimestampRequestBuilder().data(DATA).hash_algorithm(HashAlgorithm.SHA512)
    request = builder.cert_request(cert_request=False).nonce(nonce=False).build().as_bytes()
    response = authority.answer(request)
    stamp = check(response, request=request, roots=())
    assert stamp.hash_algorithm == "sha512"
    assert isinstance(stamp.nonce, NotMeasured)
    assert isinstance(stamp.authority, NotMeasured)


@pytest.fixture
def server(authority):
    """A stub of an authority on this machine; its path says how it answers."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            is_query = self.headers["Content-Type"] == "application/timestamp-query"
            answers = {
                "/stamp": lambda: authority.answer(asked),
                "/page": lambda: b"<html>hello</html>",
                "/large": lambda: bytes(MAX_RESPONSE_BYTES + 10),
            }
            self.send_response(200 if is_query and self.path in answers else 500)
            self.end_headers()
            if self.path in answers:
                self.wfile.write(answers[self.path]())

        def log_message(self, *args):
            """Nothing on the terminal."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


@pytest.fixture
def no_proxy(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def test_a_stamp_is_fetched_from_an_authority(server, authority, no_proxy):
    request = time_stamp_request(DATA)
    response = fetch_time_stamp(f"{server}/stamp", request, timeout_seconds=10)
    assert check(response, request=request, roots=(authority.root,)).trust == "CN=Root"


@pytest.mark.parametrize(("path", "says"), [("/page", "can't be read"), ("/large", "at most"), ("/none", "no answer")])
def test_an_answer_that_is_no_stamp_is_refused(server, no_proxy, path, says):
    with pytest.raises(SignatureError, match=says):
        fetch_time_stamp(server + path, REQUEST, timeout_seconds=10)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://x/y", "", "no address", "http://127.0.0.1:1/", "http://[/"]
)
def test_only_answering_web_addresses_are_asked(url, no_proxy):
    with pytest.raises(SignatureError, match="time stamp"):
        fetch_time_stamp(url, REQUEST, timeout_seconds=2)
