"""A small Grafana: a real HTTP server with the routes that a deployment uses, and their statuses."""

import json
import ssl
import threading
from base64 import b64encode
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

__all__ = ["FakeGrafana", "answering", "running_grafana", "self_signed"]

Json = dict[str, Any]
Answer = tuple[int, Any]

PLUGIN = "grafana-clickhouse-datasource"
ORGANISATION = 7
"""Of whoever asks; Grafana stores it with every rule, whatever it is sent."""


@dataclass(slots=True)
class FakeGrafana:
    """What is in it, and what it will say; tests change both.

    Attributes:
        version: Of Grafana; None when it hides it.
        plugins: Ids of those installed.
        plugin_version: Of the ClickHouse plugin.
        query_error: What the store says to a query through Grafana; empty when it answers.
        token: The one it knows.
        role: `admin`; `editor`, who may write boards and rules, but sees neither data sources nor plugins from outside; or
            `viewer`, who may change nothing.
        starting: How many health checks fail before the database is ready.
        store_answers: Whether the data source's health check is well.
        is_provisioned: Whether files own the data source and the boards.
    """

    url: str = ""
    version: str | None = "13.2.3"
    plugins: tuple[str, ...] = (PLUGIN, "prometheus")
    plugin_version: str = "4.20.0"
    query_error: str = ""
    token: str = "glsa_right"  # noqa: S105 - a token of this fake
    role: str = "admin"
    starting: int = 0
    store_answers: bool = True
    is_provisioned: bool = False
    folders: dict[str, Json] = field(default_factory=dict)
    datasources: dict[str, Json] = field(default_factory=dict)
    boards: dict[str, list[Json]] = field(default_factory=dict)
    """Every version of every board, as posted."""
    alerts: dict[str, Json] = field(default_factory=dict)
    """Rule groups, by name."""
    writes: int = 0

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: Json) -> Answer:
        """Status and JSON for a request."""
        if path == "/api/health":
            return self._health()
        basic = "Basic " + b64encode(b"admin:secret").decode()
        if headers.get("Authorization") not in (f"Bearer {self.token}", basic):
            return 401, {"message": "Invalid API key"}
        if (method != "GET" and self.role == "viewer") or (
            path.startswith("/api/datasources") and self.role != "admin"
        ):
            return 403, {"message": "You'll need additional permissions to perform this action."}
        self.writes += method != "GET" and path != "/api/ds/query"
        parts = path.removeprefix("/api/").split("/")
        route = getattr(self, f"_{method.lower()}_{parts[0].partition('?')[0]}", None)
        return route(parts[1:], body) if route else (404, {"message": "Not found"})

    def _health(self) -> Answer:
        if self.starting:
            self.starting -= 1
            return 503, {"database": "failing"}
        return 200, {"database": "ok"}

    def _get_frontend(self, _: list[str], __: Json) -> Answer:
        return 200, {"buildInfo": {"version": self.version} if self.version else {}}

    def _get_plugins(self, _: list[str], __: Json) -> Answer:
        shown = self.plugins if self.role == "admin" else ("prometheus",)  # that is, those Grafana brings along
        return 200, [{"id": plugin, "info": {"version": self.plugin_version}} for plugin in shown]

    def _get_folders(self, rest: list[str], _: Json) -> Answer:
        return _found(self.folders, rest[0])

    def _post_folders(self, _: list[str], body: Json) -> Answer:
        if body["uid"] in self.folders:
            return 412, {"message": "a folder with that uid exists"}
        self.folders[body["uid"]] = {**body, "version": 1}
        return 200, self.folders[body["uid"]]

    def _put_folders(self, rest: list[str], body: Json) -> Answer:
        self.folders[rest[0]] = {**self.folders[rest[0]], **body}
        return 200, self.folders[rest[0]]

    def _get_datasources(self, rest: list[str], _: Json) -> Answer:
        if rest[-1] == "health":
            well = self.store_answers
            return (
                (200, {"status": "OK"})
                if well
                else (400, {"status": "ERROR", "message": "dial tcp: connection refused"})
            )
        return _found(self.datasources, rest[1])

    def _post_datasources(self, _: list[str], body: Json) -> Answer:
        self.datasources[body["uid"]] = _as_shown(body)
        return 200, {"datasource": self.datasources[body["uid"]]}

    def _put_datasources(self, rest: list[str], body: Json) -> Answer:
        if self.datasources[rest[1]].get("readOnly"):
            return 403, {"message": "Cannot update read-only data source"}
        self.datasources[rest[1]] = _as_shown(body)
        return 200, {}

    def _get_dashboards(self, rest: list[str], _: Json) -> Answer:
        versions = self.boards.get(rest[1])
        if not versions:
            return 404, {"message": "Dashboard not found"}
        board = {**versions[-1]["dashboard"], "id": 7, "version": len(versions)}
        return 200, {
            "dashboard": board,
            "meta": {"folderUid": versions[-1]["folderUid"], "provisioned": self.is_provisioned},
        }

    def _post_dashboards(self, _: list[str], body: Json) -> Answer:
        uid = body["dashboard"]["uid"]
        if self.is_provisioned:
            return 400, {"message": "Cannot save provisioned dashboard"}
        if body["folderUid"] not in self.folders:
            return 400, {"message": "folder not found"}
        if uid in self.boards and not body.get("overwrite"):
            return 412, {"message": "The dashboard has been changed by someone else"}
        self.boards.setdefault(uid, []).append(body)
        return 200, {"uid": uid, "version": len(self.boards[uid])}

    def _post_ds(self, _: list[str], body: Json) -> Answer:
        """`/api/ds/query`: 400 with the reason within the results when a query fails."""
        (query,) = body["queries"]
        if query["datasource"]["uid"] not in self.datasources:
            return 404, {"message": "data source not found"}
        if self.query_error:
            return 400, {"results": {query["refId"]: {"error": self.query_error, "status": 400}}}
        return 200, {"results": {query["refId"]: {"status": 200, "frames": []}}}

    def _get_v1(self, rest: list[str], _: Json) -> Answer:
        """A rule by its uid, or a group in a folder."""
        if rest[1] == "alert-rules":
            rules = {rule["uid"]: rule for group in self.alerts.values() for rule in group["rules"]}
            return _found(rules, rest[2])
        group = self.alerts.get(rest[4])
        return (200, group) if group and group["folderUid"] == rest[2] else (404, {"message": "not found"})

    def _put_v1(self, rest: list[str], body: Json) -> Answer:
        if rest[2] not in self.folders or rest[1] != "folder":
            return 400, {"message": "folder does not exist"}
        if any(rule.get("provenance") == "file" for group in self.alerts.values() for rule in group["rules"]):
            return 500, {"message": "cannot update with provided provenance 'api', needs 'file'"}
        rules = [{**_as_stored(rule), "id": number, "isPaused": False} for number, rule in enumerate(body["rules"])]
        self.alerts[rest[-1]] = {**body, "rules": rules}
        return 200, self.alerts[rest[-1]]


@contextmanager
def running_grafana(grafana: FakeGrafana) -> Generator[FakeGrafana]:
    """Serve on a free loopback port for the block."""

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or b"{}")
            status, answer = grafana.answer(self.command, self.path, dict(self.headers), body)
            text = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PUT = _serve  # noqa: N815 - http.server's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
            """Say nothing."""

    with answering(Handler) as url:
        grafana.url = url
        yield grafana


@contextmanager
def answering(
    handler: type[BaseHTTPRequestHandler], *, certificate: Path | None = None, key: Path | None = None
) -> Generator[str]:
    """A handler served on a free loopback port for the block, by TLS when it has a certificate; its URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    if certificate is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate, key)
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http{'' if certificate is None else 's'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def self_signed(directory: Path) -> tuple[Path, Path]:
    """Files of a certificate for the loopback address that nobody vouches for, and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, unlocked = serialization.Encoding.PEM, serialization.NoEncryption()
    paths = directory / "certificate.pem", directory / "key.pem"
    paths[0].write_bytes(made.public_bytes(pem))
    paths[1].write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, unlocked))
    return paths


def _as_stored(rule: Json) -> Json:
    """Grafana's defaults, which it writes into the queries themselves."""
    data = [
        {"queryType": "", **part, "model": {"intervalMs": 1000, "maxDataPoints": 43200, **part["model"]}}
        for part in rule["data"]
    ]
    return {"provenance": "api", "keep_firing_for": "0s", **rule, "orgID": ORGANISATION, "data": data}


def _found(things: Mapping[str, Json], uid: str) -> Answer:
    return (200, things[uid]) if uid in things else (404, {"message": "not found"})


def _as_shown(body: Json) -> Json:
    """Grafana never tells a password."""
    return {
        **{key: value for key, value in body.items() if key != "secureJsonData"},
        "secureJsonFields": {"password": True},
    }
