"""A small case with everything in it, and a time stamping authority made on the spot with OpenSSL."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from support.footage import moving_pattern, write_video

from similarity.absence import not_measured
from similarity.case.custody.log import append_entry
from similarity.case.disk.hashing import hash_file
from similarity.case.disk.pictures import png_of
from similarity.case.disk.stills import pixels_sha256, write_stills
from similarity.case.exhibits import add_exhibit, write_exhibits
from similarity.case.facts import write_template
from similarity.case.seal.sealing import attach_time_stamp, seal_case
from similarity.case.values import DeclaredExhibit, Still
from similarity.signatures import SigningKey, create_key

UNSTATED = not_measured("not stated")

AUTHORITY_CONFIG = """
[authority]
serial = ./serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1, millisecs:500
tsa_name = yes
ess_cert_id_alg = sha256
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
authorityKeyIdentifier = keyid
[req]
distinguished_name = name
[name]
"""
NEW_KEY = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config c.cnf"


@dataclass(frozen=True)
class Authority:
    """Stamps what it is asked to."""

    folder: Path

    def openssl(self, command: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(["openssl", *command.split()], cwd=self.folder, check=False, capture_output=True)

    def make(self) -> Authority:
        (self.folder / "c.cnf").write_text(AUTHORITY_CONFIG)
        (self.folder / "serial").write_text("41")
        for command in (
            f"req -x509 {NEW_KEY} -keyout root.key -out root.pem -subj /CN=Root -days 3650 -extensions root",
            f"req {NEW_KEY} -keyout tsa.key -out tsa.csr -subj /CN=Authority",
            "x509 -req -in tsa.csr -CA root.pem -CAkey root.key -CAcreateserial -out tsa.pem -days 3650 "
            "-extfile c.cnf -extensions leaf",
        ):
            done = self.openssl(command)
            assert done.returncode == 0, done.stderr.decode()
        return self

    @property
    def root(self) -> bytes:
        return (self.folder / "root.pem").read_bytes()

    def answer(self, request: bytes, *, options: str = "") -> bytes:
        (self.folder / "q.tsq").write_bytes(request)
        done = self.openssl(
            "ts -reply -queryfile q.tsq -signer tsa.pem -inkey tsa.key -out r.tsr -config c.cnf -section authority "
            + options
        )
        assert done.returncode == 0, done.stderr.decode()
        return (self.folder / "r.tsr").read_bytes()


@pytest.fixture(scope="session")
def authority(tmp_path_factory) -> Authority:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed: the time stamping authority of these tests")
    return Authority(tmp_path_factory.mktemp("authority")).make()


@pytest.fixture(scope="session")
def film(tmp_path_factory) -> Path:
    return write_video(tmp_path_factory.mktemp("films") / "film.mp4", moving_pattern(12))


@pytest.fixture(scope="session")
def key(tmp_path_factory) -> SigningKey:
    return create_key(tmp_path_factory.mktemp("keys") / "key.pem")


def declared(number: str = "E1", **changes) -> DeclaredExhibit:
    """An exhibit of which little was stated."""
    values = {
        "number": number,
        "role": "reference",
        "file": "film.mp4",
        "is_copied_in": True,
        "title": "Film",
        **dict.fromkeys(
            (
                "owner",
                "author",
                "registration",
                "source",
                "obtained_how",
                "obtained_when",
                "obtained_by",
                "obtained_with",
            ),
            UNSTATED,
        ),
    }
    return DeclaredExhibit(**(values | changes))


@pytest.fixture(scope="session")
def declare():
    return declared


def kept_still(folder: Path, picture: np.ndarray, *, pts: int, time_base: Fraction, start_pts: int = 0) -> Still:
    """A frame of E1 in the folder, and what `stills.json` says of it."""
    path = f"stills/E1_{pts}.png"
    (folder / "stills").mkdir(exist_ok=True)
    (folder / path).write_bytes(png_of(picture))
    height, width = picture.shape[:2]
    return Still(
        exhibit="E1",
        path=path,
        pts=pts,
        time_base=str(time_base),
        seconds=float((pts - start_pts) * time_base),
        width=width,
        height=height,
        sha256=hash_file(folder / path).sha256,
        pixels_sha256=pixels_sha256(width, height, picture.tobytes()),
    )


@pytest.fixture(scope="session")
def keep_still():
    return kept_still


def fill(folder: Path, film: Path, document: Path) -> None:
    """A case with a copied exhibit, a referenced one, a still, a report and a log of four entries."""
    folder.mkdir(parents=True)
    write_template(folder / "case.yaml", case_id="2024-17", profile="cn", language="zh")
    append_entry(folder, actor="A. Nalyst", action="case made", details={"case_id": "2024-17"})
    exhibits = (
        add_exhibit(folder, declared("E1"), source=film),
        add_exhibit(folder, declared("E2", role="document", is_copied_in=False), source=document),
    )
    for exhibit in exhibits:
        append_entry(folder, actor="A. Nalyst", action="exhibit added", details={"sha256": exhibit.sha256})
    write_exhibits(folder, exhibits)
    picture = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)
    write_stills(folder, (kept_still(folder, picture, pts=512, time_base=Fraction(1, 12800)),))
    (folder / "report.json").write_text('{"score": 0.5}\n')
    (folder / "notes").mkdir()
    (folder / "notes" / "长城.txt").write_text("第一次比对\n", encoding="utf-8")
    append_entry(folder, actor="A. Nalyst", action="compared", details={"seconds": 1.5})


@pytest.fixture(scope="session")
def open_case(tmp_path_factory, film) -> Path:
    """Never changed: tests take copies."""
    place = tmp_path_factory.mktemp("open")
    (place / "contract.pdf").write_bytes(b"%PDF-1.7 a contract")
    fill(place / "case", film, place / "contract.pdf")
    return place / "case"


@pytest.fixture(scope="session")
def sealed_case(tmp_path_factory, open_case, key) -> Path:
    """Sealed once; never changed: tests take copies."""
    case = Path(shutil.copytree(open_case, tmp_path_factory.mktemp("sealed") / "case"))
    seal_case(case, key, case_id="2024-17", actor="A. Nalyst")
    return case


@pytest.fixture(scope="session")
def stamped_case(tmp_path_factory, sealed_case, key, authority) -> Path:
    """Sealed, stamped, sealed again, stamped again; never changed: tests take copies."""
    case = Path(shutil.copytree(sealed_case, tmp_path_factory.mktemp("stamped") / "case"))
    for number in (1, 2):
        request = (case / "seal" / str(number) / "timestamp.tsq").read_bytes()
        attach_time_stamp(case, authority.answer(request), actor="A. Nalyst", roots=(authority.root,))
        if number == 1:
            (case / "report.json").write_text('{"score": 0.6}\n')
            seal_case(case, key, case_id="2024-17", actor="A. Nalyst")
    return case


@pytest.fixture
def copy_of(tmp_path):
    """A copy that a test may change."""

    def copied(case: Path) -> Path:
        return Path(shutil.copytree(case, tmp_path / "case", symlinks=True))

    return copied
