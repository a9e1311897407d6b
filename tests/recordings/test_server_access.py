"""Servers that want to know who asks: passwords, tokens, certificates, and none of them told to anybody."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from mixwright.cli import mixwright
from mixwright.driver.server import server
from mixwright.errors import MixwrightError, RecordingError
from mixwright.recordings import Server, open_recording
from mixwright.recordings.server.reading import ServerRecording
from mixwright.values import Matcher, MatchOp

from . import servers

PASSWORD = "open sesame"
HASH = "$2b$04$abcdefghijklmnopqrstuu/LVz6MZlItEy42I2juLihZ66HnQx/cy"


def _openssl(folder: Path, *words: str) -> None:
    subprocess.run(
        [servers.program("openssl"), *words], cwd=folder, capture_output=True, check=True
    )


def _certificate(folder: Path, name: str, extension: str) -> None:
    """Make `name.pem` and `name.key`, signed by `ca.pem`."""
    curve = "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"
    subject = "-subj", f"/CN={name}"
    _openssl(folder, "req", *curve, *subject, "-keyout", f"{name}.key", "-out", f"{name}.csr")
    (folder / "extension").write_text(extension)
    signed = "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2"
    files = "-in", f"{name}.csr", "-out", f"{name}.pem", "-extfile", "extension"
    _openssl(folder, "x509", "-req", *files, *signed)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificates")
    curve = "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"
    files = "-keyout", "ca.key", "-out", "ca.pem"
    _openssl(folder, "req", "-x509", *curve, "-subj", "/CN=ca", "-days", "2", *files)
    _certificate(folder, "server", "subjectAltName = DNS:metrics.example\n")
    _certificate(folder, "client", "extendedKeyUsage = clientAuth\n")
    return folder


@pytest.fixture(scope="module")
def guarded(certificates: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Prometheus that speaks TLS to those who have a certificate and a password."""
    folder = tmp_path_factory.mktemp("guarded")
    web = folder / "web.yml"
    web.write_text(
        f"""
tls_server_config:
  cert_file: {certificates / "server.pem"}
  key_file: {certificates / "server.key"}
  client_ca_file: {certificates / "ca.pem"}
  client_auth_type: RequireAndVerifyClientCert
basic_auth_users:
  ali: {HASH}
"""
    )
    binary = servers.program("prometheus")
    with servers.prometheus(binary, folder, f"--web.config.file={web}") as url:
        yield url


@pytest.fixture
def config(certificates: Path, tmp_path: Path) -> Path:
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    path = tmp_path / "http.yml"
    path.write_text(
        f"""
basic_auth: {{username: ali, password_file: password}}
tls_config:
  ca_file: {certificates / "ca.pem"}
  cert_file: {certificates / "client.pem"}
  key_file: {certificates / "client.key"}
  server_name: metrics.example
"""
    )
    return path


def test_a_server_that_wants_a_certificate_and_a_password_gets_them(
    guarded: str, config: Path
) -> None:
    recording = ServerRecording(server(guarded, http_config=config))

    assert recording.way.name == "remote read"
    assert recording.series() == ()


def test_the_command_line_takes_them_from_the_file(guarded: str, config: Path) -> None:
    words = ["query", "vector(1)", "-r", guarded, "--http-config", str(config)]
    done = CliRunner().invoke(mixwright, words, catch_exceptions=False)

    assert done.exit_code == 0
    assert "1" in done.output


def test_a_target_that_wants_them_is_scraped(guarded: str, config: Path, tmp_path: Path) -> None:
    def scraped(name: str, *more: str) -> tuple[str, set[float]]:
        target = f"prometheus={guarded.replace('http:', 'https:')}/metrics"
        words = ["record", "--scrape", target, str(tmp_path / name), "--for", "2s"]
        words += ["--interval", "500ms", *more]
        done = CliRunner().invoke(mixwright, words, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        with open_recording(tmp_path / name) as recording:
            up = recording.select((Matcher("__name__", MatchOp.EQUAL, "up"),), 0, 2**60)
            return done.stderr, {value for _, _, values in up for value in values.tolist()}

    assert scraped("with", "--http-config", str(config)) == ("", {1.0})
    said, up = scraped("without")
    assert (up, PASSWORD in said) == ({0.0}, False)
    assert "does not answer" in said


@pytest.mark.parametrize(
    ("line", "instead", "message"),
    [
        ("server_name", "server_name: other.example", "Hostname mismatch"),
        ("ca_file", "", "unable to get local issuer certificate"),
        ("basic_auth", "", "answers 401"),
        ("basic_auth", f"basic_auth: {{username: eve, password: {PASSWORD}}}", "answers 401"),
    ],
)
def test_what_is_wrong_is_said_without_the_secret(
    guarded: str, config: Path, line: str, instead: str, message: str
) -> None:
    text = config.read_text().splitlines()
    indented = [
        found[: len(found) - len(found.lstrip())] + instead if line in found else found
        for found in text
    ]
    config.write_text("\n".join(indented))
    with pytest.raises(RecordingError, match=message) as error:
        ServerRecording(server(guarded, http_config=config))

    assert PASSWORD not in str(error.value)
    assert len(str(error.value).splitlines()) == 1


def test_a_missing_certificate_is_said(guarded: str, config: Path) -> None:
    lines = [line for line in config.read_text().splitlines() if "client" not in line]
    config.write_text("\n".join(lines))
    with pytest.raises(RecordingError, match=r"cannot be (spoken|read)"):
        ServerRecording(server(guarded, http_config=config))


def test_an_address_loads_no_http_library() -> None:
    code = (
        "import sys; from mixwright.recordings import Server; import mixwright.cli.record; "
        "Server('http://a'); print({'urllib3', 'numba', 'pyarrow', 'rich'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"


def test_secrets_are_in_no_representation(config: Path) -> None:
    found = server(
        "https://metrics.example", http_config=config, headers=("X-Scope-OrgID: hidden",)
    )

    assert found.access.authorization.startswith("Basic ")
    assert not {PASSWORD, "hidden", "Basic"} & set(repr(found).replace("'", " ").split())
    assert str(found) == "https://metrics.example"


def test_the_environment_gives_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIXWRIGHT_BEARER_TOKEN", "abc")

    assert server("http://a").access.authorization == "Bearer abc"


def test_a_file_goes_before_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MIXWRIGHT_USERNAME", "ali")
    monkeypatch.setenv("MIXWRIGHT_PASSWORD", PASSWORD)
    token = tmp_path / "token"
    token.write_text("from the file\n")
    by_name = server("http://a").access.authorization
    by_token = server("http://a", bearer_token_file=token).access.authorization

    assert by_name.startswith("Basic ")
    assert by_token == "Bearer from the file"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (f"http://ali:{PASSWORD}@a:9090", "has credentials in it"),
        ("http://token@a", "has credentials in it"),
        ("ftp://a", "is not the address of a server"),
        ("http://", "is not the address of a server"),
        ("http://a:port", "is not a URL"),
        ("http://a/?tenant=1", "is followed by a query"),
    ],
)
def test_addresses_that_cannot_be_meant_are_refused(url: str, message: str) -> None:
    with pytest.raises(RecordingError, match=message) as error:
        Server(url)

    assert PASSWORD not in str(error.value)
    assert "token@" not in str(error.value)


@pytest.mark.parametrize("header", ["Authorization: Bearer abc", "cookie: abc", "nothing"])
def test_headers_with_secrets_are_refused(header: str) -> None:
    with pytest.raises(MixwrightError, match="--header") as error:
        server("http://a", headers=(header,))

    assert "abc" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("basic_auth: {user: a}", "`user` is not a field"),
        ("proxy: x", "`proxy` is not a field"),
        ("basic_auth: {username: a}\nauthorization: {credentials: b}", "cannot both be given"),
        ("bearer_token_file: nowhere", "cannot be read: No such file"),
        ("tls_config: {ca_file: nowhere}", "cannot be used for TLS"),
        ("- a", "must be a mapping"),
    ],
)
def test_configurations_that_cannot_be_used_are_named(
    text: str, message: str, tmp_path: Path
) -> None:
    config = tmp_path / "http.yml"
    config.write_text(text)
    with pytest.raises(MixwrightError, match=message):
        ServerRecording(server("https://127.0.0.1:1", http_config=config))


def test_a_configuration_has_headers_from_files_too(tmp_path: Path) -> None:
    (tmp_path / "tenant").write_text("team\n")
    config = tmp_path / "http.yml"
    config.write_text(
        "authorization: {type: Token, credentials: abc}\n"
        "http_headers: {X-Scope-OrgID: {files: [tenant]}, X-Two: {values: [a], secrets: [b]}}\n"
    )
    access = server("http://a", http_config=config).access

    assert access.authorization == "Token abc"
    assert access.headers == {"X-Scope-OrgID": "team", "X-Two": "a, b"}
