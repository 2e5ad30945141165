import type { Environment } from "@/env";
import type { Database } from "@/server/db/client";
import type { OperatorRole, SignInStage } from "@/server/db/generated/client";
import type { NotificationHub } from "@/server/db/notifications";
import type { Logger } from "@/server/logging";
import type { ManagementMetrics } from "@/server/monitoring/management-metrics";

/** Somebody signed in to a company. */
export interface OperatorActor {
  readonly kind: "operator";
  readonly operatorId: string;
  readonly operatorName: string;
  readonly companyId: string;
  readonly companyName: string;
  readonly role: OperatorRole;
  readonly signInId: string;
}

/** Somebody who runs the service. */
export interface ProviderActor {
  readonly kind: "provider";
  readonly providerAccountId: string;
  readonly name: string;
  readonly signInId: string;
}

/** A browser on the customer page; null: it brought no (readable) ticket. */
export interface CustomerActor {
  readonly kind: "customer";
  readonly ticketHash: Uint8Array<ArrayBuffer> | null;
}

/** A relay that knows the relay secret. */
export interface RelayActor {
  readonly kind: "relay";
}

/** A browser of which nothing is known. */
export interface AnonymousActor {
  readonly kind: "anonymous";
}

/** The server itself: a job, a command at the terminal. */
export interface SystemActor {
  readonly kind: "system";
}

export type Actor = OperatorActor | ProviderActor | CustomerActor | RelayActor | AnonymousActor | SystemActor;

/**
 * What every use case gets: who asks, and what it works with. Domain functions know neither tRPC nor Next; a router, a job
 * or a test makes the context.
 */
export interface ServiceContext<A extends Actor = Actor> {
  readonly actor: A;
  readonly db: Database;
  readonly notifications: NotificationHub;
  readonly env: Environment;
  readonly log: Logger;
  readonly metrics: ManagementMetrics;
  /** The client's IP address; null for jobs. */
  readonly clientAddress: string | null;
  /** The clock, so that tests can turn it. */
  now(): Date;
}

/** The context of somebody about the own account, who may still be on the way in. */
export interface AccountContext extends ServiceContext<OperatorActor | ProviderActor> {
  readonly stage: SignInStage;
}
