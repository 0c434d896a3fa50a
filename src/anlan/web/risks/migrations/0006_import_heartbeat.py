"""An import of the register shows signs of life, so that one whose worker is gone is found."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("risks", "0005_bow_tie")]

    operations = [
        migrations.RenameField("registerimport", "attempt", "attempts"),
        migrations.AddField("registerimport", "losses", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("registerimport", "worker", models.CharField(blank=True, max_length=64)),
        migrations.AddField("registerimport", "task", models.CharField(blank=True, max_length=64)),
        migrations.AddField("registerimport", "started_at", models.DateTimeField(null=True)),
        migrations.AddField("registerimport", "heartbeat_at", models.DateTimeField(null=True)),
    ]
