"""``python -m kam_reports``: the command line."""

from kam_reports.cli import main

if __name__ == "__main__":
    main()
