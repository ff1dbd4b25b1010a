"""Corpora of any size: shards to GeoParquet parts, on one machine or on a cluster."""

from geo.scan.corpus import ScannedCorpus, is_scan
from geo.scan.job import Limits
from geo.scan.scanning import Progress, ScanSummary, scan

__all__ = ["Limits", "Progress", "ScanSummary", "ScannedCorpus", "is_scan", "scan"]
