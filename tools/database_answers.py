"""Exit 0 where a PostgreSQL database answers: `python tools/database_answers.py postgresql://...`."""

import sys

import psycopg

try:
    psycopg.connect(sys.argv[1], connect_timeout=3).close()
except psycopg.Error:
    sys.exit(1)
