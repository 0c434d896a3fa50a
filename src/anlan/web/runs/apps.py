from django.apps import AppConfig


class RunsConfig(AppConfig):
    name = "anlan.web.runs"
    label = "runs"

    def ready(self) -> None:
        """Process maps show key nodes and deviations of the newest runs; discoveries become drafts; runs of
        lost workers are found."""
        from anlan.web.catalog import hooks
        from anlan.web.common.background import kinds
        from anlan.web.runs import hooks as run_hooks
        from anlan.web.runs.conformance.services import draft_from_run
        from anlan.web.runs.conformance.shown import deviations_of
        from anlan.web.runs.recovery import RUNS
        from anlan.web.runs.selectors import ideas_of, key_nodes_of

        hooks.key_nodes_of.append(key_nodes_of)
        hooks.deviations_of.append(deviations_of)
        hooks.ideas_of.append(ideas_of)
        run_hooks.when_done.append(draft_from_run)
        kinds.append(RUNS)
