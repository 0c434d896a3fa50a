#!/bin/sh
# Start PostgreSQL and the MQTT broker for the tests that need them, where they are installed and not
# running. Says what it found; a missing service is no error, its tests are skipped with that reason.
say() { printf '%s\n' "$1"; }

if command -v pg_isready >/dev/null 2>&1 && pg_isready -q -h 127.0.0.1; then
  say "PostgreSQL answers on 127.0.0.1"
elif command -v pg_ctlcluster >/dev/null 2>&1; then
  version=$(ls /etc/postgresql 2>/dev/null | tail -n 1)
  if [ -n "$version" ] && pg_ctlcluster --skip-systemctl-redirect "$version" main start; then
    say "PostgreSQL $version started"
  else
    say "PostgreSQL is installed but could not be started"
  fi
else
  say "PostgreSQL is not installed"
fi

if command -v mosquitto >/dev/null 2>&1; then
  if pgrep -x mosquitto >/dev/null 2>&1; then
    say "the MQTT broker is running"
  else
    mosquitto -d -p 1883 && say "the MQTT broker started"
  fi
else
  say "no MQTT broker (mosquitto) is installed"
fi
exit 0
