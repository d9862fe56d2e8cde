CREATE TABLE "known_addresses" (
	"user_id" uuid NOT NULL,
	"address_group" text NOT NULL,
	"last_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "known_addresses_pkey" PRIMARY KEY("user_id","address_group")
);
--> statement-breakpoint
ALTER TABLE "login_attempts" ADD COLUMN "next_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL;--> statement-breakpoint
ALTER TABLE "known_addresses" ADD CONSTRAINT "known_addresses_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "login_attempts_until" ON "login_attempts" USING btree ("until");