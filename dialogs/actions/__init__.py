"""rasa-sdk actions: what the bot does and says."""
