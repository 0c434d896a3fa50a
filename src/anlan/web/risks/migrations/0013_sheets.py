"""Sessions over the questions of a sheet, whose answers become the inputs of a method."""

from django.db import migrations, models
from django.db.models import PROTECT, SET_NULL, Q


class Migration(migrations.Migration):
    dependencies = [("risks", "0012_worksheets"), ("runs", "0003_about")]

    operations = [
        migrations.AddField("workshop", "content", models.JSONField(default=dict)),
        migrations.AddField(
            "workshop", "about",
            models.ForeignKey("risks.risk", null=True, on_delete=PROTECT, related_name="sheets"),
        ),
        migrations.AddField(
            "workshop", "run",
            models.ForeignKey("runs.run", null=True, on_delete=SET_NULL, related_name="sessions"),
        ),
        migrations.AddField("workshopitem", "question", models.JSONField(default=dict)),
        migrations.AlterField(
            "workshopitem", "risk",
            models.ForeignKey("risks.risk", null=True, on_delete=PROTECT, related_name="workshop_items"),
        ),
        migrations.AddConstraint(
            "workshopitem",
            models.UniqueConstraint(
                fields=["workshop", "position"], condition=Q(risk=None), name="question_once_per_workshop"
            ),
        ),
    ]  # fmt: skip
