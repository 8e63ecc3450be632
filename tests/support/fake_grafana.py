"""A small Grafana: a real HTTP server with the routes that a deployment uses, and their statuses."""

import json
import threading
from base64 import b64encode
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

__all__ = ["FakeGrafana", "running_grafana"]

Json = dict[str, Any]
Answer = tuple[int, Any]

PLUGIN = "grafana-clickhouse-datasource"


@dataclass(slots=True)
class FakeGrafana:
    """What is in it, and what it will say; tests change both.

    Attributes:
        version: Of Grafana; None when it hides it.
        plugins: Ids of those installed.
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
        self.writes += method != "GET"
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
        return 200, [{"id": plugin} for plugin in shown]

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
        return 200, {"dashboard": board, "meta": {"folderUid": versions[-1]["folderUid"]}}

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

    def _get_v1(self, rest: list[str], _: Json) -> Answer:
        return _found(self.alerts, rest[-1])

    def _put_v1(self, rest: list[str], body: Json) -> Answer:
        if rest[2] not in self.folders or rest[1] != "folder":
            return 400, {"message": "folder does not exist"}
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

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    grafana.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield grafana
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _as_stored(rule: Json) -> Json:
    """Grafana's defaults, which it writes into the queries themselves."""
    data = [
        {"queryType": "", **part, "model": {"intervalMs": 1000, "maxDataPoints": 43200, **part["model"]}}
        for part in rule["data"]
    ]
    return {"provenance": "api", "keep_firing_for": "0s", **rule, "data": data}


def _found(things: Mapping[str, Json], uid: str) -> Answer:
    return (200, things[uid]) if uid in things else (404, {"message": "not found"})


def _as_shown(body: Json) -> Json:
    """Grafana never tells a password."""
    return {
        **{key: value for key, value in body.items() if key != "secureJsonData"},
        "secureJsonFields": {"password": True},
    }
