"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Switch } from "@/components/switch";
import type { CustomerSession } from "@/media/customer-session";
import { type Requestable, requestableNames } from "@/protocol/control";
import type { Permissions } from "@/protocol/permissions";
import type { VideoSource } from "@/protocol/signalling";
import { useOwnQuestion } from "./own-question";

interface CustomerPermissionsProps {
  session: CustomerSession;
  permissions: Permissions;
  source: VideoSource;
  operatorName: string;
  disabled: boolean;
  /** Rejects when the relay did not take it; the permissions are then as before. */
  onChange: (permissions: Permissions) => Promise<void>;
}

/** What the operator may do, one plain switch each. What is asked for in the session has one from the first yes on. */
export function CustomerPermissions({
  session,
  permissions,
  source,
  operatorName,
  disabled,
  onChange,
}: CustomerPermissionsProps) {
  const t = useTranslations("session.customer");
  const later = useTranslations("control.customer.permissions");
  const granted = useGranted(permissions);
  const [failed, setFailed] = useState(false);
  const { ask, question } = useOwnQuestion(session, operatorName);
  const change = (part: Partial<Permissions>) => {
    setFailed(false);
    onChange({ ...permissions, ...part }).catch(() => setFailed(true));
  };
  return (
    <section aria-labelledby="session-permissions">
      <h2 id="session-permissions" className="font-semibold text-18">
        {t("permissions", { operator: operatorName })}
      </h2>
      <div className="mt-2 divide-y divide-line rounded border border-line bg-surface px-4">
        <Switch
          size="large"
          className="py-3"
          label={t(source === "camera" ? "viewCamera" : "view")}
          description={t("viewDetail", { operator: operatorName })}
          checked={permissions.view}
          disabled={disabled}
          onChange={(view) => change({ view })}
        />
        <Switch
          size="large"
          className="py-3"
          label={t("pointer")}
          description={t("pointerDetail", { operator: operatorName })}
          checked={permissions.pointer}
          disabled={disabled}
          onChange={(pointer) => (pointer ? ask("pointer", () => change({ pointer })) : change({ pointer }))}
        />
        {granted.map((name) => (
          <Switch
            key={name}
            size="large"
            className="py-3"
            label={later(name)}
            description={later(`${name}Detail`)}
            checked={permissions[name]}
            disabled={disabled}
            onChange={(allowed) => {
              const set = () => change({ [name]: allowed });
              if (allowed && name !== "control") ask(name, set);
              else set();
            }}
          />
        ))}
      </div>
      <p role="alert" className="text-18 text-stop-text">
        {failed && <span className="mt-2 block">{t("permissionFailed")}</span>}
      </p>
      {question}
    </section>
  );
}

/** What has been granted in the session at least once: taken back, it can be given again without being asked for. */
function useGranted(permissions: Permissions): readonly Requestable[] {
  const [granted, setGranted] = useState<readonly Requestable[]>([]);
  const now = requestableNames.filter((name) => permissions[name] || granted.includes(name));
  if (now.length !== granted.length) setGranted(now);
  return now;
}
