"""A long time under fire: replicas, a database and a Telegram that break, and people who live with them."""
