"""How the test broker is configured."""

from pathlib import Path

__all__ = ["JVM", "LOGGING", "PASSWORD", "USERNAME", "server_properties"]

JVM = ("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")
"""Enough for a node that nobody else talks to, and started quickly: no second JIT stage, no parallel collector."""

USERNAME = "service"
PASSWORD = "right-password"  # noqa: S105  the test broker's own

LOGGING = """<?xml version="1.0"?>
<Configuration status="WARN">
  <Appenders><Console name="out"><PatternLayout pattern="%d %p %c %m%n"/></Console></Appenders>
  <Loggers><Root level="WARN"><AppenderRef ref="out"/></Root></Loggers>
</Configuration>
"""

# One node holds every internal topic; nothing waits for other members; a topic exists only when somebody made it;
# after a kill the node is let in again as soon as its former session has ended, so that session is short.
# Three ways in: plain; DETOUR, whose clients are sent to another port; GUARDED, which asks for a password.
_PROPERTIES = """
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAIN://127.0.0.1:{port},DETOUR://127.0.0.1:{detour},GUARDED://127.0.0.1:{guarded},\
 CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAIN://127.0.0.1:{port},DETOUR://127.0.0.1:{detour_seen},GUARDED://127.0.0.1:{guarded}
listener.security.protocol.map=PLAIN:PLAINTEXT,DETOUR:PLAINTEXT,CONTROLLER:PLAINTEXT,GUARDED:SASL_PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAIN
listener.name.guarded.sasl.enabled.mechanisms=PLAIN
listener.name.guarded.plain.sasl.jaas.config=\
 org.apache.kafka.common.security.plain.PlainLoginModule required user_{username}="{password}";
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
allow.everyone.if.no.acl.found=true
log.dirs={data}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=2
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
num.network.threads=2
num.io.threads=4
log.cleaner.dedupe.buffer.size=8388608
"""


def server_properties(data: Path, *, controller: int, port: int, detour: int, detour_seen: int, guarded: int) -> str:
    """The broker's `server.properties` for these ports and this data folder."""
    return _PROPERTIES.format(
        data=data,
        controller=controller,
        port=port,
        detour=detour,
        detour_seen=detour_seen,
        guarded=guarded,
        username=USERNAME,
        password=PASSWORD,
    )
