"""The base map: land is drawn at every zoom that the map can have."""

import pytest

from tests.browser.conftest import OpenPage

TILES = """zoom => {
    map_places.setView([20, 10], zoom, { animate: false });
    const ground = Object.values(map_places._layers).find(layer => layer.createTile);
    ground.repaint();
    const tiles = Object.values(ground._tiles);
    const { width, height } = tiles[0].el;
    const sheet = new OffscreenCanvas(width, height * tiles.length);
    const context = sheet.getContext("2d", { willReadFrequently: true });
    tiles.forEach((tile, n) => context.drawImage(tile.el, 0, n * height));
    const data = new Uint32Array(context.getImageData(0, 0, width, sheet.height).data.buffer);
    return [tiles.map(tile => tile.coords.z), new Set(data.filter((_, n) => n % 97 === 0)).size];
}"""


@pytest.mark.parametrize("zoom", [1, 1.5, 2, 2.5])
def test_land_is_drawn_at_half_zooms_too(
    open_html: OpenPage, article_html: str, zoom: float
) -> None:
    zooms, colors = open_html(article_html).page.evaluate(TILES, zoom)
    assert {int(one) for one in zooms} == set(zooms)
    assert colors > 5  # land, sea, borders and what lies between them
