"""`python -m anlan` is the same as `anlan`."""

import sys

from anlan.cli.main import main

sys.exit(main())
