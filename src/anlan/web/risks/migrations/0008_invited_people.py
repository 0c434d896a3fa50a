"""An invited expert may be somebody with an account, or be reached by mail."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("risks", "0007_portfolio_appetite"),
    ]

    operations = [
        migrations.AddField("invitation", "email", models.EmailField(blank=True, max_length=254)),
        migrations.AddField(
            "invitation",
            "user",
            models.ForeignKey(
                settings.AUTH_USER_MODEL,
                null=True,
                blank=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
            ),
        ),
    ]
