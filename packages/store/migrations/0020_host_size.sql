ALTER TABLE "render_hosts" ADD COLUMN "cpu_cores" integer;--> statement-breakpoint
ALTER TABLE "render_hosts" ADD COLUMN "memory_bytes" bigint;