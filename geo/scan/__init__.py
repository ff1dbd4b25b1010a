"""Corpora of any size: shards to GeoParquet parts, on one machine or on a cluster."""

from geo.scan.job import Limits
from geo.scan.scanning import Progress, ScanSummary, scan

__all__ = ["Limits", "Progress", "ScanSummary", "scan"]
