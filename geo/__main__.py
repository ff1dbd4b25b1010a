"""Run the command line: `python -m geo`."""

from geo.cli.app import main

if __name__ == "__main__":
    main()
