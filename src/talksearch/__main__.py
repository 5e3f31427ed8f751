"""``python -m talksearch``."""

from talksearch.cli import main

if __name__ == "__main__":
    main()
