"""What do we ask and say? The dialogue: Rasa's YAML, rasa-sdk actions, and the engine that runs them in-process."""

from dialogs.serverless import import_sdk

# Before any module of this package imports rasa-sdk by itself
import_sdk()
