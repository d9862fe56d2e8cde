ALTER TABLE "webhook_deliveries" DROP CONSTRAINT "webhook_deliveries_type_known";--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_type_known" CHECK (type in ('job.ended', 'job.failed', 'stop.notProven', 'stop.settled', 'host.silent', 'queue.stuck', 'queue.settled', 'webhook.test')) NOT VALID;
