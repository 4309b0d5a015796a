"""Rasa's dialogue semantics, run in the bot's own process with rasa-sdk's `ActionExecutor`.

The same ``domain.yml``, ``rules.yml`` and actions run under a Rasa server; what this runner does not support stops
the start (`Unsupported`), never a conversation.
"""
