"""Bridges to other programs' ways: data frames of pandas and geopandas, pipelines of spaCy."""

__all__: list[str] = []
