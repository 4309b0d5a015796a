"""rasa-sdk form validations: what a message means as an answer."""
