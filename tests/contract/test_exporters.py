from geo.exporters.csv import CsvExporter
from geo.exporters.geojson import GeojsonExporter
from geo.exporters.jsonl import JsonlExporter
from geo.testing import ExporterContract


class TestJsonlExporter(ExporterContract):
    make = JsonlExporter


class TestGeojsonExporterByMention(ExporterContract):
    make = GeojsonExporter


class TestGeojsonExporterByPlace(ExporterContract):
    def make(self) -> GeojsonExporter:
        return GeojsonExporter(by="place")


class TestCsvExporter(ExporterContract):
    make = CsvExporter
