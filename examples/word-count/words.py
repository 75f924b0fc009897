"""The words of each line, in small letters, as one list."""

import re

from handover import stage

with stage() as ends:
    for line in ends.input:
        ends.output.send(re.findall(r"\w+", line.lower()))
