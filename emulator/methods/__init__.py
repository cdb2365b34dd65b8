"""The methods of the Bot API that the emulator has, one module per subject."""

from emulator.methods import chats, editing, intake, profile, sending
from emulator.methods.registry import METHODS, Arguments, Method

__all__ = ["METHODS", "Arguments", "Method", "chats", "editing", "intake", "profile", "sending"]
