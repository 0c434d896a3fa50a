"""Who works when: shifts given to people under the rules of work, by integer programming."""
