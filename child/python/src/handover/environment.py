"""What the supervisor tells a process in its environment; read once, and hidden from its descendants."""

from __future__ import annotations

import os
import re
from collections.abc import MutableMapping
from typing import NamedTuple, Optional


class Environment(NamedTuple):
    input: int
    """The descriptor to read from."""
    output: int
    """The one to write to; the same where the link is a socket."""
    token: str
    pulse: Optional[int]
    """The one over which the supervisor asks whether the process lives, if it does."""


def take_environment(env: MutableMapping[str, str]) -> Optional[Environment]:
    """None: no supervisor started this process."""
    link, token = env.pop("HANDOVER_LINK", ""), env.pop("HANDOVER_TOKEN", None)
    pulse = env.pop("HANDOVER_PULSE", None)
    numbers = re.fullmatch(r"(\d+),(\d+)", link, re.ASCII)
    if numbers is None or token is None:
        return None
    environment = Environment(int(numbers[1]), int(numbers[2]), token, None if pulse is None else int(pulse))
    for descriptor in descriptors_of(environment):
        os.set_inheritable(descriptor, False)
    return environment


def descriptors_of(environment: Environment) -> set[int]:
    descriptors = {environment.input, environment.output}
    return descriptors if environment.pulse is None else descriptors | {environment.pulse}
