ALTER TABLE "webhook_deliveries" ALTER COLUMN "webhook_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD COLUMN "callback_of" uuid;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD COLUMN "origin_hash" smallint;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_callback_of_job_callbacks_job_id_fk" FOREIGN KEY ("callback_of") REFERENCES "public"."job_callbacks"("job_id") ON DELETE cascade ON UPDATE no action NOT VALID;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_one_receiver" CHECK ((webhook_id is null) = (callback_of is not null)
        and (callback_of is null) = (origin_hash is null)) NOT VALID;