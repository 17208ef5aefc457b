"""What every model has in common: camelCase on the wire, snake_case in Python."""

from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Model(BaseModel):
    """A noun. Unknown fields are ignored, as the protocol asks of every reader."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        use_enum_values=False,
        allow_inf_nan=False,
    )


class Params(BaseModel):
    """What a caller sends: only the wire's own names, and nothing unknown."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=False,
        validate_by_alias=True,
        serialize_by_alias=True,
        extra="forbid",
        allow_inf_nan=False,
    )


class Empty(Model):
    """A result that says only that it happened."""


class Read(Model):
    """A read result: subscribe from `seq` and nothing is missed."""

    seq: int = 0


def now() -> str:
    """This moment as the wire writes it: RFC 3339, UTC, milliseconds."""
    return stamp(datetime.now(UTC))


def stamp(moment: datetime) -> str:
    """`moment` (aware) as RFC 3339 UTC with milliseconds; sorts as text."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def moment(text: str) -> datetime:
    """The aware datetime that `stamp` wrote."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
