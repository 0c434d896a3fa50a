"""The application as a whole: settings, addresses, start-up and the cockpit that joins all apps."""
