"""Accounts that were deleted by their owner and are being emptied."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_setup_code_and_shared_cache")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField("account", "ended_at", models.DateTimeField(null=True)),
    ]
