"""Say how far confidences are from what comes true."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["calibration_error"]


def calibration_error(p: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """Return the expected calibration error, ten bins."""
    at = np.minimum((p * 10).astype(int), 9)
    return float(
        sum(
            (at == n).mean() * abs(p[at == n].mean() - y[at == n].mean())
            for n in range(10)
            if (at == n).any()
        )
    )
