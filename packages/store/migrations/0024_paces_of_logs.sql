ALTER TABLE "render_paces" ADD COLUMN "pace" bigint GENERATED ALWAYS AS (('x' || left(key, 16))::bit(64)::bigint) STORED;--> statement-breakpoint
ALTER TABLE "render_paces" ADD COLUMN "log_mean" real;--> statement-breakpoint
ALTER TABLE "render_paces" ADD COLUMN "log_var" real;