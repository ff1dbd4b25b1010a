"""Parsed documents to one self-contained HTML page with a map.

`geo.page.page` draws it with folium, which takes a while to import; nothing here loads it.
"""

__all__: list[str] = []
