"""An import shows signs of life, so that one whose worker is gone is found."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_version_drafts")]

    operations = [
        migrations.AddField("logimport", "attempts", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("logimport", "losses", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("logimport", "worker", models.CharField(blank=True, max_length=64)),
        migrations.AddField("logimport", "task", models.CharField(blank=True, max_length=64)),
        migrations.AddField("logimport", "started_at", models.DateTimeField(null=True)),
        migrations.AddField("logimport", "heartbeat_at", models.DateTimeField(null=True)),
    ]
