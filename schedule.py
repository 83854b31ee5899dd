"""``python schedule.py`` in a checkout is ``tracker schedule``. Never installed: another package has this name."""

import sys

from tracker.cli import main

if __name__ == "__main__":
    main(["schedule", *sys.argv[1:]])
