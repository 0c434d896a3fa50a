"""Experts may say numbers instead of scores."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("risks", "0009_identifications")]

    operations = [
        migrations.AddField("expertanswer", "estimate", models.JSONField(default=dict)),
        migrations.AlterField("expertanswer", "likelihood", models.PositiveSmallIntegerField(null=True)),
        migrations.AlterField("expertanswer", "severity", models.PositiveSmallIntegerField(null=True)),
    ]
