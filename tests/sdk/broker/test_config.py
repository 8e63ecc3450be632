"""How a broker's address and credentials are read, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark.sdk.broker import BrokerConfig, BrokerConfigError

SECRET = "s3cr3t-value"  # noqa: S105  no real one


def test_a_url_gives_servers_and_options() -> None:
    """Servers without a port get Kafka's own; options are the fields of the class."""
    config = BrokerConfig.from_url("kafka://one:9093,two,[::1]:9094?client_id=svc&client_library=kafka-python")
    assert config.servers == ("one:9093", "two:9092", "[::1]:9094")
    assert (config.client_id, config.client_library, config.security) == ("svc", "kafka-python", "PLAINTEXT")


def test_the_environment_completes_a_url() -> None:
    """What the URL does not say comes from the environment, and the URL wins."""
    environ = {
        "TRACEMARK_KAFKA_SERVERS": "elsewhere:1",
        "TRACEMARK_KAFKA_USERNAME": "ignored",
        "TRACEMARK_KAFKA_PASSWORD": SECRET,
        "TRACEMARK_KAFKA_MAX_RECORD_BYTES": "5000",
    }
    url = "kafka://broker:9092?security=SASL_SSL&sasl_mechanism=SCRAM-SHA-512&username=svc"
    config = BrokerConfig.from_url(url, environ=environ)
    assert config.servers == ("broker:9092",)
    assert (config.username, config.password, config.max_record_bytes) == ("svc", SECRET, 5000)


def test_the_environment_alone_is_enough() -> None:
    """Every setting has a variable."""
    assert BrokerConfig.from_env({"TRACEMARK_KAFKA_SERVERS": "a:1, b:2"}).servers == ("a:1", "b:2")


def test_secrets_are_not_shown() -> None:
    """Neither password is part of the representation, which ends up in logs."""
    config = BrokerConfig(
        servers=("broker:9092",),
        security="SASL_SSL",
        sasl_mechanism="PLAIN",
        username="svc",
        password=SECRET,
        ssl_certfile="cert.pem",
        ssl_keyfile="key.pem",
        ssl_key_password=SECRET,
    )
    assert SECRET not in repr(config)


@pytest.mark.parametrize(
    ("url", "remedy"),
    [
        ("http://broker:9092", "kafka://broker:9092"),
        ("kafka://", "servers"),
        ("kafka://broker:0", "port"),
        ("kafka://broker:99999", "port"),
        ("kafka://bro ker:9092", "host:port"),
        (f"kafka://svc:{SECRET}@broker:9092", "TRACEMARK_KAFKA_PASSWORD"),
        (f"kafka://broker?password={SECRET}", "TRACEMARK_KAFKA_PASSWORD"),
        (f"kafka://broker?ssl_key_password={SECRET}", "TRACEMARK_KAFKA_SSL_KEY_PASSWORD"),
        (f"kafka://broker?{SECRET}=1", "known are"),
        (f"kafka://broker/{SECRET}", "path"),
        ("kafka://broker?security=TLS", "SASL_SSL"),
        ("kafka://broker?client_library=aiokafka", "kafka-python"),
        ("kafka://broker?security=SASL_SSL", "sasl_mechanism, username, password"),
        ("kafka://broker?username=svc", "no effect"),
        ("kafka://broker?ssl_cafile=ca.pem", "no effect"),
        ("kafka://broker?security=SSL&ssl_certfile=cert.pem", "belong together"),
        ("kafka://broker?max_record_bytes=-1", "whole number"),
        ("kafka://broker?max_in_flight_bytes=0", "positive"),
    ],
)
def test_a_wrong_url_is_refused_with_the_remedy(url: str, remedy: str) -> None:
    """The text names what to change and repeats nothing that could be secret."""
    with pytest.raises(BrokerConfigError) as refusal:
        BrokerConfig.from_url(url)
    assert remedy in str(refusal.value)
    assert SECRET not in str(refusal.value)


def test_a_missing_environment_is_refused() -> None:
    """The variable to set is named."""
    with pytest.raises(BrokerConfigError, match="TRACEMARK_KAFKA_SERVERS"):
        BrokerConfig.from_env({})


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    """No URL raises anything else than the one error of this class."""
    try:
        config = BrokerConfig.from_url(f"kafka://{text}")
    except BrokerConfigError:
        return
    assert config.servers
