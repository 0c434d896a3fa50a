from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial")]

    operations = [
        migrations.AddField("mail", "about", models.JSONField(default=list)),
        migrations.AddField("mail", "key", models.CharField(blank=True, default="", max_length=80)),
        migrations.AlterField(
            "mail",
            "state",
            models.CharField(
                choices=[
                    ("waiting", "Waiting"),
                    ("sending", "Sending"),
                    ("sent", "Sent"),
                    ("failed", "Failed"),
                    ("unsure", "Unsure"),
                    ("dropped", "Dropped"),
                ],
                default="waiting",
                max_length=8,
            ),
        ),
        migrations.AddIndex(
            "mail",
            models.Index(condition=models.Q(("key", ""), _negated=True), fields=["key"], name="mails_by_key"),
        ),
    ]
