"""`geo doctor`: is everything there and whole, and what to do if not."""

import typer

from geo.cli.options import Debug, Json


def doctor(json: Json = False, debug: Debug = False) -> None:
    """Check that every part is there and whole; exit code 1 says what to do.

    Example:  geo doctor
    """
    from geo.checkup import checkup
    from geo.cli.console import print_json, print_table

    findings = checkup()
    if json:
        for finding in findings:
            print_json(
                {
                    "part": finding.part,
                    "ok": finding.ok,
                    "detail": finding.detail,
                    "remedy": finding.remedy,
                }
            )
    else:
        print_table(
            ["part", "state", "detail"],
            [
                [
                    f.part,
                    "ok" if f.ok else "BROKEN",
                    f.detail if f.ok else f"{f.detail} {f.remedy}",
                ]
                for f in findings
            ],
        )
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)
