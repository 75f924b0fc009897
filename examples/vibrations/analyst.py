"""Finds in each second what is loudest, and what does not belong: the arithmetic is numpy's."""

import numpy as np

from handover import stage

PER_SECOND = 1_000
#: What is so much softer than the loudest is noise.
SOFT = 0.2
#: So many standard deviations from the median.
FAR = 6


def finding_of(second: int, rows: int, samples: bytes) -> dict[str, object]:
    heard = np.frombuffer(samples, dtype="<f8")
    median = np.median(heard)
    # What the standard deviation would be without the outliers.
    deviation = 1.4826 * np.median(np.abs(heard - median))
    if deviation == 0:
        raise ValueError("the sensor says nothing")
    is_outlier = np.abs(heard - median) > FAR * deviation
    clean = np.where(is_outlier, median, heard)
    spectrum = np.abs(np.fft.rfft((clean - clean.mean()) * np.hanning(rows)))
    # Higher than on both sides.
    peaks = np.flatnonzero((spectrum[1:-1] > spectrum[:-2]) & (spectrum[1:-1] > spectrum[2:])) + 1
    loud = peaks[spectrum[peaks] > SOFT * spectrum.max()]
    loud_first = loud[np.argsort(spectrum[loud])[::-1]]
    return {
        "second": second,
        "rows": rows,
        "hertz": np.fft.rfftfreq(rows, 1 / PER_SECOND)[loud_first].tolist(),
        "strength": float(np.sqrt(np.mean(clean**2))),
        "outliers": int(is_outlier.sum()),
    }


with stage() as ends:
    for work in ends.seconds.extended():
        try:
            finding = finding_of(**work.value)
        except ValueError as error:
            work.fail(error)
        else:
            ends.findings.send(finding)
