"""Where events rest: DDL and migrations, the ClickHouse client, the embedded engine and its HTTP interface."""
