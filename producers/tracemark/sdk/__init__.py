"""The TraceMark producer SDK: typed, durable, private audit events from a generative-AI service."""
