"use client";

import { browserSupportsWebAuthn } from "@simplewebauthn/browser";
import { useMutation } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { ErrorNotice } from "@/components/error-notice";
import { NarrowPage } from "@/components/narrow-page";
import { useTRPC } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";
import { AddPasskeyFailure } from "./add-passkey-failure";
import type { OwnAccount } from "./own-account";
import { RecoveryCodes } from "./recovery-codes";
import { TotpSetup } from "./totp-setup";
import { useAddPasskey } from "./use-add-passkey";
import { useOwnBrowserName } from "./use-own-browser-name";

const never = () => () => undefined;

interface EnrolmentStepProps {
  account: Pick<OwnAccount, "kind" | "code" | "passkeysPossible">;
  onDone: () => void;
}

/** A step of signing in: the account needs a second factor and has none yet. Then come the recovery codes, once. */
export function EnrolmentStep({ account, onDone }: EnrolmentStepProps) {
  const t = useTranslations("account");
  const common = useTranslations("common");
  const { mutate: begin, ...begun } = useMutation(useTRPC().account.beginTotp.mutationOptions());
  const hasBegun = useRef(false);
  useEffect(() => {
    // Each beginning makes a new secret: one is enough, however often React mounts this.
    if (hasBegun.current) return;
    hasBegun.current = true;
    begin({});
  }, [begin]);
  const [codes, setCodes] = useState<readonly string[]>([]);
  const take = (recoveryCodes: readonly string[]) => {
    if (recoveryCodes.length === 0) onDone();
    else setCodes(recoveryCodes);
  };
  const passkey = useAddPasskey(take);
  const browserName = useOwnBrowserName();
  const passkeysSupported = useSyncExternalStore(never, browserSupportsWebAuthn, () => true);

  if (codes.length > 0) {
    return (
      <NarrowPage key="codes" heading={t("recovery.shownTitle")}>
        <Card>
          <RecoveryCodes codes={codes} account={account.code} onDone={onDone} />
        </Card>
      </NarrowPage>
    );
  }
  return (
    <NarrowPage
      key="setup"
      heading={t("enrolment.title")}
      lead={t(account.kind === "provider" ? "enrolment.leadProvider" : "enrolment.leadRequired")}
    >
      <Card>
        {begun.isError ? (
          <ErrorNotice
            {...refusalOf(begun.error)}
            action={<Button onClick={() => begin({})}>{common("tryAgain")}</Button>}
          />
        ) : (
          <TotpSetup begun={begun.data} onDone={take} />
        )}
        {account.passkeysPossible && passkeysSupported && (
          <div className="mt-6 border-line border-t pt-5">
            <AddPasskeyFailure state={passkey.state} className="mb-4" />
            <Button
              busy={passkey.state.kind === "busy"}
              onClick={() => void passkey.start(browserName || t("passkeys.heading"))}
              className="h-12 w-full text-15"
            >
              <KeyRound aria-hidden className="size-4" />
              {t("enrolment.usePasskey")}
            </Button>
          </div>
        )}
      </Card>
    </NarrowPage>
  );
}
