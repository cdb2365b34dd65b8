"""Migrations run up, down and up again on both databases, and leave exactly the tables of the code."""

from storage import migrate, revision


def test_migrations_lead_to_the_tables_of_the_code(database_address: str) -> None:
    assert migrate.current(database_address) == migrate.head()
    assert migrate.differences(database_address) == []


def test_the_version_is_told_without_the_tool_that_migrates(database_address: str) -> None:
    assert revision.needed() == migrate.head()
    assert revision.current(database_address) == migrate.current(database_address) == migrate.head()
    migrate.downgrade(database_address)
    assert revision.current(database_address) is None


def test_migrations_go_down_to_nothing_and_up_again(database_address: str) -> None:
    migrate.downgrade(database_address)
    assert migrate.current(database_address) is None
    migrate.upgrade(database_address)
    assert migrate.differences(database_address) == []
