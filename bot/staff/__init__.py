"""The staff's door: commands in chat, the same in every channel."""
