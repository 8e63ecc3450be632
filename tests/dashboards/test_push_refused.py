"""A push that cannot be done says why, and what to do; nothing is written, and no secret is told."""

from collections.abc import Mapping
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from support.fake_grafana import FakeGrafana, answering, self_signed
from support.kafka import free_port
from support.pushing import STORE, config, dashboards_command
from tracemark.dashboards.deploy import compare, push
from tracemark.dashboards.errors import GrafanaElsewhere, GrafanaRefused, GrafanaUnfit, GrafanaUnreachable, PushFailed
from tracemark.dashboards.grafana import GrafanaConfig, GrafanaConfigError


def never(_seconds: float) -> None:
    """For a push that must not wait."""
    pytest.fail("waited for what will not come")


class Other(BaseHTTPRequestHandler):
    """A web server that is no Grafana."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html>hello</html>")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Say nothing."""


@pytest.mark.parametrize("told", ["11.6.0", "12.3.9", "12.3.9-pre"])
def test_an_old_grafana_is_refused(grafana: FakeGrafana, told: str) -> None:
    """Nothing is written, and the text names both versions."""
    grafana.version = told
    with pytest.raises(GrafanaUnfit, match=r"12\.4 or newer"):
        push(config(grafana), datasource=STORE)
    assert grafana.writes == 0


def test_a_missing_plugin_is_refused(grafana: FakeGrafana) -> None:
    """Nothing is written, and the text says how to install it."""
    grafana.plugins = ("prometheus",)
    with pytest.raises(GrafanaUnfit, match=r"GF_PLUGINS_PREINSTALL_SYNC=grafana-clickhouse-datasource@4\.20\.0"):
        push(config(grafana), datasource=STORE)
    assert grafana.writes == 0


@pytest.mark.parametrize("told", ["3.3.0", "4.19.9"])
def test_an_old_plugin_is_refused(grafana: FakeGrafana, told: str) -> None:
    """Nothing is written: an older plugin expands what the boards ask in another way."""
    grafana.plugin_version = told
    with pytest.raises(GrafanaUnfit, match=rf"is {told}, the boards need 4\.20\.0 or newer"):
        push(config(grafana), datasource=STORE)
    assert grafana.writes == 0


def test_a_store_that_refuses_what_panels_ask_is_noticed(grafana: FakeGrafana) -> None:
    """The data source's health is well where every panel would fail: a query of ours is asked, too, and its refusal is told."""
    grafana.query_error = "code: 452, message: Setting max_execution_time shouldn't be greater than 60"
    with pytest.raises(PushFailed, match="query fails there: code: 452"):
        push(config(grafana), datasource=STORE)
    assert grafana.boards == {}


def test_a_redirect_is_told(grafana: FakeGrafana) -> None:
    """A token does not follow to another address, so the push says where Grafana is instead of blaming the token."""

    class Elsewhere(Other):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", f"{grafana.url}{self.path}?token=s3cret")
            self.end_headers()

    with (
        answering(Elsewhere) as url,
        pytest.raises(GrafanaElsewhere, match=f"at {grafana.url}; use that URL") as told,
    ):
        push(GrafanaConfig(url=url, token=grafana.token), pause=never)
    assert "s3cret" not in str(told.value)


def test_a_certificate_that_nobody_vouches_for_is_told(tmp_path: Path) -> None:
    """The text says which variable names the file of the authority's certificate; with it the server is asked."""
    certificate, key = self_signed(tmp_path)
    secrets = {"TRACEMARK_GRAFANA_TOKEN": "x"}
    with answering(Other, certificate=certificate, key=key) as url:
        told = dashboards_command("push", "--grafana", url, **secrets)
        known = dashboards_command("push", "--grafana", url, REQUESTS_CA_BUNDLE=str(certificate), **secrets)
    assert "REQUESTS_CA_BUNDLE" in told.stderr
    assert "not Grafana" in known.stderr


def test_a_wrong_token_and_a_weak_one(grafana: FakeGrafana) -> None:
    """401 asks for another token, 403 for more rights; the token is in neither text."""
    with pytest.raises(GrafanaRefused, match="TRACEMARK_GRAFANA_TOKEN") as wrong:
        push(replace(config(grafana), token="glsa_wrong"))  # noqa: S106 - a test's own
    assert "glsa_wrong" not in str(wrong.value)
    grafana.role = "viewer"
    with pytest.raises(GrafanaUnfit, match="Admin is needed"):
        push(config(grafana), datasource=STORE)
    grafana.role = "editor"
    with pytest.raises(GrafanaUnfit, match="Admin is needed"):
        push(config(grafana), datasource=STORE)
    with pytest.raises(GrafanaRefused, match="role Admin"):
        compare(config(grafana), datasource=STORE)
    assert grafana.writes == 0


def test_nothing_answers() -> None:
    """A closed port is told from a wrong token."""
    with pytest.raises(GrafanaUnreachable, match="no connection"):
        push(GrafanaConfig(url=f"http://127.0.0.1:{free_port()}", token="x"), ready_within_s=0)  # noqa: S106 - a test's own


def test_something_else_answers() -> None:
    """A web server that is no Grafana is named as such."""
    with answering(Other) as url, pytest.raises(GrafanaElsewhere, match="not Grafana"):
        push(GrafanaConfig(url=url, token="x"), pause=never)  # noqa: S106 - a test's own


def test_something_else_that_knows_no_such_page() -> None:
    """A 404 is no Grafana either, and nobody waits for it to become one."""

    class Empty(Other):
        def do_GET(self) -> None:
            self.send_error(404)

    with answering(Empty) as url, pytest.raises(GrafanaElsewhere, match="not Grafana; check the URL and its path"):
        push(GrafanaConfig(url=url, token="x"), pause=never)  # noqa: S106 - a test's own


def test_no_data_source_and_a_sick_one(grafana: FakeGrafana) -> None:
    """Without a store named there must be a data source; and it must be able to read."""
    with pytest.raises(PushFailed, match="--datasource"):
        push(config(grafana))
    grafana.store_answers = False
    with pytest.raises(PushFailed, match="connection refused"):
        push(config(grafana), datasource=STORE)


@pytest.mark.parametrize(
    ("environ", "url", "why"),
    [
        ({}, None, "TRACEMARK_GRAFANA_URL"),
        ({}, "http://g:3000", "TRACEMARK_GRAFANA_TOKEN"),
        ({"TRACEMARK_GRAFANA_TOKEN": "x"}, "g:3000", "scheme"),
        ({"TRACEMARK_GRAFANA_TOKEN": "x"}, "http://admin:hunter2@g:3000", "holds credentials"),
        ({"TRACEMARK_GRAFANA_TOKEN": "x"}, "http://g:port", "cannot be read"),
    ],
)
def test_unusable_settings_are_refused(environ: Mapping[str, str], url: str | None, why: str) -> None:
    """The text names what to set, and never shows a secret."""
    with pytest.raises(GrafanaConfigError, match=why) as refused:
        GrafanaConfig.from_env(environ, url=url)
    assert "hunter2" not in str(refused.value)


def test_secrets_are_not_in_any_repr() -> None:
    """Neither the token nor a password is shown."""
    shown = repr(GrafanaConfig(url="http://g", token="s3cret", user="u", password="s3cret")) + repr(STORE)  # noqa: S106 - a test's own
    assert "s3cret" not in shown
    assert STORE.password not in shown


def test_the_command_says_what_is_missing(grafana: FakeGrafana) -> None:
    """Without credentials the exit code is 2 and the text names the variables."""
    told = dashboards_command("push", "--grafana", grafana.url, TRACEMARK_GRAFANA_TOKEN="")
    assert told.returncode == 2
    assert "TRACEMARK_GRAFANA_TOKEN" in told.stderr
    secrets = {"TRACEMARK_GRAFANA_TOKEN": "x", "TRACEMARK_GRAFANA_STORE_PASSWORD": ""}
    nameless = dashboards_command("push", "--grafana", grafana.url, "--datasource", "clickhouse://r@h/d", **secrets)
    assert nameless.returncode == 2
    assert "TRACEMARK_GRAFANA_STORE_PASSWORD" in nameless.stderr
