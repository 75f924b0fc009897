"""What a series of values says: the arithmetic is in Python's standard library."""

import statistics

from handover import stage


def summary_of(place: str, degrees: list[float]) -> dict[str, object]:
    return {
        "place": place,
        "median": statistics.median(degrees),
        "spread": statistics.stdev(degrees),
        "slope": statistics.linear_regression(range(len(degrees)), degrees).slope,
    }


with stage() as ends:
    for work in ends.series.extended():
        try:
            summary = summary_of(**work.value)
        except statistics.StatisticsError as error:
            work.fail(error)
        else:
            ends.summaries.send(summary)
