"""The service blueprint and the customer journey of a process: pages, files, answers for programs."""
