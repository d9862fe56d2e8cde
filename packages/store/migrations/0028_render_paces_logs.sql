ALTER TABLE "render_paces" ADD COLUMN "log_mean" real;--> statement-breakpoint
ALTER TABLE "render_paces" ADD COLUMN "log_var" real;