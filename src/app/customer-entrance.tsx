"use client";

import type { ComponentProps } from "react";
import { CustomerPage } from "@/features/reception/customer-page";
import { CustomerLive } from "@/features/support-session/customer-live";

/** Puts the customer's two features together: the way into a session, and the session itself. */
export function CustomerEntrance(props: Omit<ComponentProps<typeof CustomerPage>, "renderLive">) {
  return (
    <CustomerPage
      {...props}
      renderLive={({ sessionId, ...live }) => (
        <CustomerLive key={sessionId} sessionId={sessionId} {...live} />
      )}
    />
  );
}
