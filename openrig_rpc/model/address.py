"""Addresses: `pod-member@rig` as shown, `pod.member@rig` as written without doubt."""

import re
from dataclasses import dataclass

HUMAN = "human"
GROUP_ALL = "*"

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
RIG_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


@dataclass(frozen=True, slots=True)
class Target:
    """What one element of an address list asks for. `rig` is None for the sender's own rig, `*` for every rig.

    `pod` and `member` are None where the text leaves them open; `shown` is the `pod-member` form, which only the
    directory of agents can split.
    """

    text: str
    rig: str | None
    shown: str | None = None
    pod: str | None = None
    member: str | None = None
    group: bool = False
    human: bool = False


def shown(pod: str, member: str, rig: str | None = None) -> str:
    """How an agent is shown: `pod-member@rig`."""
    return f"{pod}-{member}@{rig}" if rig else f"{pod}-{member}"


def parse(text: str) -> Target | None:
    """One address or group, or None when it can't be one.

    `*@rig`, `pod.*@rig` and `*@*` are groups; `human@rig` is the person; without `@` the sender's own rig is meant.
    """
    local, at, rig = text.strip().partition("@")
    if at and not rig:
        return None
    where = rig or None
    if where is not None and where != GROUP_ALL and not RIG_NAME.fullmatch(where):
        return None
    if local == GROUP_ALL:
        return Target(text, where, group=True)
    if where == GROUP_ALL and not local.endswith(".*"):
        return None
    if local == HUMAN:
        return Target(text, where, human=True)
    pod, dot, member = local.partition(".")
    if dot:
        if not NAME.fullmatch(pod):
            return None
        if member == GROUP_ALL:
            return Target(text, where, pod=pod, group=True)
        return Target(text, where, pod=pod, member=member) if NAME.fullmatch(member) else None
    return Target(text, where, shown=local) if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,128}", local) else None


def split_list(text: str) -> list[str]:
    """The elements of a comma list, in order, each once."""
    return list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
