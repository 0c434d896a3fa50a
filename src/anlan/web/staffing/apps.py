from django.apps import AppConfig


class StaffingConfig(AppConfig):
    name = "anlan.web.staffing"
    label = "staffing"

    def ready(self) -> None:
        """Runs of the three methods lead on to the next one and back to the one before."""
        from anlan.web.runs import hooks
        from anlan.web.staffing.selectors import files_of_roster, onward, sources

        hooks.links_of.append(onward)
        hooks.sources_of.append(sources)
        hooks.files_of.append(files_of_roster)
