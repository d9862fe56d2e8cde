select
  "sessions"."id",
  "sessions"."user_id",
  "sessions"."address",
  "sessions"."created_at",
  "sessions"."last_seen_at",
  "sessions"."expires_at",
  "sessions"."revoked_at",
  "sessions"."idle_ms",
  "users"."id",
  "users"."name",
  "users"."password_hash",
  "users"."role",
  "users"."disabled",
  "users"."created_at",
  "sessions"."last_seen_at" < clock_timestamp() - interval '1 minute'
from
  "sessions"
  inner join "users" on "users"."id" = "sessions"."user_id"
where
  (
    "sessions"."id" = $1
    and (
      "sessions"."revoked_at" is null
      and "sessions"."expires_at" > clock_timestamp()
      and "sessions"."last_seen_at" + "sessions"."idle_ms" * interval '1 millisecond' > clock_timestamp()
    )
    and "users"."disabled" = $2
  );

select
  "last_seen_at" + "idle_ms" * interval '1 millisecond',
  "expires_at"
from
  "sessions"
where
  "sessions"."id" = $1;
