from django.apps import AppConfig


class RisksConfig(AppConfig):
    name = "anlan.web.risks"
    label = "risks"

    def ready(self) -> None:
        """What a finished run means for the register, and that risks have files."""
        from anlan.web.common.background import kinds
        from anlan.web.people.hooks import unit_moved, unit_moves
        from anlan.web.risks.after_runs import register_hooks
        from anlan.web.risks.attached import register_risks
        from anlan.web.risks.exchange.importing import IMPORTS
        from anlan.web.risks.services.appetite import keep_levels_known, recompute_beyond

        register_hooks()
        register_risks()
        kinds.append(IMPORTS)
        unit_moves.append(keep_levels_known)
        unit_moved.append(recompute_beyond)
