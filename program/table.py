"""What every table of a program file has in common."""

from pydantic import BaseModel, ConfigDict


class Table(BaseModel):
    """A table of the file: its keys, and no others."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
