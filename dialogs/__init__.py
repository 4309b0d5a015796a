"""What do we ask and say? The dialogue: Rasa's YAML, rasa-sdk actions, and the engine that runs them in-process."""
