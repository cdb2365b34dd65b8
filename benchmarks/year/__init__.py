"""A year of a whole program through the real flows, with a clock that is moved and a Telegram that takes everything."""
