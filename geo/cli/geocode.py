"""`geo geocode`: look names up."""

from typing import Annotated

import typer

from geo.cli.options import Debug, GazetteerFile, Json


def geocode(
    names: Annotated[
        list[str],
        typer.Argument(metavar="NAME...", help="Names to look up, or - for one a line of stdin."),
    ],
    country: Annotated[
        str | None,
        typer.Option("--country", metavar="CODE", help="Only places there, ISO 3166-1 alpha-2."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Places a name.")] = 1,
    json: Json = False,
    gazetteer: GazetteerFile = None,
    debug: Debug = False,
) -> None:
    """Look names up in the gazetteer, without any context.

    Example:  geo geocode Juarez --limit 2
    """
    import sys

    from geo.cli.console import print_error, print_json, print_table
    from geo.gazetteer import open_gazetteer

    if names == ["-"]:
        names = [line.strip() for line in sys.stdin if line.strip()]
    rows: list[list[object]] = []
    missing = 0
    with open_gazetteer(gazetteer) as opened:
        for name in names:
            found = [
                candidate
                for candidate in opened.lookup(name, limit=500)
                if country is None or candidate.place.country_code == country.upper()
            ][:limit]
            if not found:
                missing += 1
                print_error(f'no place goes by "{name}". Check the spelling, or drop --country.')
            for candidate in found:
                place = candidate.place
                feature = ".".join(x for x in (place.feature_class, place.feature_code) if x)
                if json:
                    print_json(
                        {
                            "query": name,
                            "name": place.name,
                            "country_code": place.country_code,
                            "admin1": place.admin1,
                            "feature_class": place.feature_class,
                            "feature_code": place.feature_code,
                            "population": place.population,
                            "latitude": place.latitude,
                            "longitude": place.longitude,
                            "radius_km": place.radius_km,
                            "id": place.id,
                            "match": candidate.match,
                            "score": round(candidate.score, 4),
                        }
                    )
                rows.append(
                    [
                        place.name,
                        place.country_code,
                        place.admin1,
                        feature,
                        f"{place.population:,}" if place.population else "",
                        place.latitude,
                        place.longitude,
                        place.id,
                    ]
                )
    if rows and not json:
        columns = ("name", "country", "admin1", "feature", "population", "latitude", "longitude")
        print_table([*columns, "id"], rows, right=["population", "latitude", "longitude"])
    if missing:
        raise typer.Exit(1)
