from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "anlan.web.monitoring"
    label = "monitoring"

    def ready(self) -> None:
        """Runs lead to the indicators they propose; processes and risks show what watches them."""
        from anlan.web.catalog import hooks as catalog_hooks
        from anlan.web.monitoring.about import trace_of_risk, watch_of_process, watching_risk
        from anlan.web.monitoring.services.adopting import links_of_run
        from anlan.web.risks import hooks as risk_hooks
        from anlan.web.runs import hooks

        hooks.links_of.append(links_of_run)
        catalog_hooks.watch_of.append(watch_of_process)
        risk_hooks.watching.append(watching_risk)
        risk_hooks.traced.append(trace_of_risk)
