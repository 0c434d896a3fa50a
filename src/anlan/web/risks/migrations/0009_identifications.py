"""What was looked at with a checklist or in feedback, as records of identification."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0003_version_drafts"),
        ("people", "0003_sign_ins"),
        ("risks", "0008_invited_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="Identification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("code", models.CharField(max_length=20, unique=True)),
                ("method", models.CharField(choices=[("checklist", "Checklist"), ("feedback", "Feedback")], max_length=12)),
                ("people", models.CharField(blank=True, max_length=300)),
                ("sources", models.CharField(blank=True, max_length=300)),
                ("entries", models.JSONField(default=list)),
                ("created_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("process", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="identifications", to="catalog.process")),
                ("unit", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.unit")),
                ("updated_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={"ordering": ["-id"]},
        ),
        migrations.AddConstraint(
            model_name="identification",
            constraint=models.CheckConstraint(
                condition=models.Q(("method__in", ("checklist", "feedback"))), name="identification_method_known"
            ),
        ),
    ]
