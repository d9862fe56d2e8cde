ALTER TABLE "webhook_deliveries" VALIDATE CONSTRAINT "webhook_deliveries_type_known";
