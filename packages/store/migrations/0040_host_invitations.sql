CREATE TABLE "host_invitations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"host" text NOT NULL,
	"token_hash" text NOT NULL,
	"replaces" boolean NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"withdrawn_at" timestamp (3) with time zone,
	"joined_at" timestamp (3) with time zone,
	"login" text,
	"verifier_hash" text,
	CONSTRAINT "host_invitations_token" UNIQUE("token_hash")
);
