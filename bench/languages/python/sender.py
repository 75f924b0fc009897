from handover import stage
from stopwatch import MESSAGE, microseconds_of

with stage() as ends:
    send = ends["values"].send
    microseconds = microseconds_of(lambda: send(MESSAGE))
    ends["values"].close()
    ends.figures.send(microseconds)
