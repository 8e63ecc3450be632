"""Apache Kafka's published jars, fetched once with the ordinary Maven client and kept in a cache folder."""

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

__all__ = ["KAFKA_VERSION", "KafkaUnavailable", "cache_root", "java_command", "kafka_jars"]

KAFKA_VERSION = "4.3.1"
"""The Apache Kafka release that the tests run."""

_LOG4J_VERSION = "2.25.4"
"""What kafka_2.13 of this version brings; its binding to slf4j has to be asked for and must be of the same version."""

_OLDEST_JAVA = 17
_REPOSITORY = Path(__file__).parents[2]

_POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>tracemark.test</groupId><artifactId>kafka-jars</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>{KAFKA_VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId>
      <version>{_LOG4J_VERSION}</version>
    </dependency>
  </dependencies>
</project>
"""


class KafkaUnavailable(Exception):
    """No broker can be run here; the text says what is missing and how to get it."""


def cache_root(environ: Mapping[str, str]) -> Path:
    """The folder for downloads that outlive a test run: `TRACEMARK_CACHE`, or `.cache` in the repository."""
    return Path(environ.get("TRACEMARK_CACHE") or _REPOSITORY / ".cache")


def java_command() -> str:
    """The path of a Java runtime that Kafka 4 accepts."""
    java = shutil.which("java")
    if java is None:
        raise KafkaUnavailable("no `java` on PATH: install a Java runtime >= 17 (Debian: openjdk-17-jre-headless)")
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', told)
    if found is None or int(found[1]) < _OLDEST_JAVA:
        raise KafkaUnavailable(f"`java` is {told.splitlines()[:1]}, Kafka {KAFKA_VERSION} needs >= {_OLDEST_JAVA}")
    return java


def kafka_jars(environ: Mapping[str, str]) -> Path:
    """The folder that holds all jars of the broker; filled on first use, under a lock, and complete once it exists."""
    folder = cache_root(environ) / f"kafka-{KAFKA_VERSION}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / "kafka.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            _fetch(folder)
    return folder


def _fetch(folder: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise KafkaUnavailable("no `mvn` on PATH to fetch Kafka's jars with: install Maven (Debian: maven)")
    partial = folder.with_name(f"{folder.name}.partial-{os.getpid()}")
    partial.mkdir(parents=True)
    pom = partial / "pom.xml"
    pom.write_text(_POM)
    goal = ["dependency:copy-dependencies", f"-DoutputDirectory={partial}", "-DincludeScope=runtime"]
    done = subprocess.run([maven, "-B", "-q", "-f", str(pom), *goal], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        shutil.rmtree(partial)
        raise KafkaUnavailable(f"Maven could not fetch Kafka {KAFKA_VERSION}: {(done.stdout + done.stderr)[-800:]}")
    partial.rename(folder)
