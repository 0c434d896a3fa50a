from django.apps import AppConfig


class RunsConfig(AppConfig):
    name = "anlan.web.runs"
    label = "runs"

    def ready(self) -> None:
        """Process maps show the key nodes of the newest assessment; runs of lost workers are found."""
        from anlan.web.catalog import hooks
        from anlan.web.common.background import kinds
        from anlan.web.runs.recovery import RUNS
        from anlan.web.runs.selectors import key_nodes_of

        hooks.key_nodes_of.append(key_nodes_of)
        kinds.append(RUNS)
