import pytest

from geo.exporters.gpkg import GpkgExporter
from geo.exporters.kml import KmlExporter
from geo.exporters.parquet import ParquetExporter
from geo.exporters.webannotation import WebAnnotationExporter
from geo.exporters.xlsx import XlsxExporter
from geo.testing import ExporterContract


class TestKmlExporter(ExporterContract):
    make = KmlExporter


class TestGpkgExporter(ExporterContract):
    make = GpkgExporter


class TestXlsxExporter(ExporterContract):
    make = XlsxExporter

    @pytest.fixture(autouse=True)
    def _needs(self) -> None:
        pytest.importorskip("xlsxwriter")


class TestParquetExporter(ExporterContract):
    make = ParquetExporter

    @pytest.fixture(autouse=True)
    def _needs(self) -> None:
        pytest.importorskip("pyarrow")


class TestWebAnnotationExporter(ExporterContract):
    make = WebAnnotationExporter
