"use client";

import { browserSupportsWebAuthn } from "@simplewebauthn/browser";
import { KeyRound } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState, useSyncExternalStore } from "react";
import { Badge } from "@/components/badge";
import { Button } from "@/components/button";
import { RelativeTime } from "@/components/time";
import type { OwnAccount, OwnPasskey } from "./own-account";
import { AddPasskeyDialog, RemovePasskeyDialog, RenamePasskeyDialog } from "./passkey-dialogs";
import { Section, SectionList, SectionRow } from "./section";

const never = () => () => undefined;

interface PasskeysSectionProps {
  account: OwnAccount;
  onRecoveryCodes: (codes: readonly string[]) => void;
}

type Open =
  | { readonly kind: "nothing" }
  | { readonly kind: "add" }
  | { readonly kind: "rename" | "remove"; readonly passkey: OwnPasskey };

/** The account's passkeys: adding, naming, removing. */
export function PasskeysSection({ account, onRecoveryCodes }: PasskeysSectionProps) {
  const t = useTranslations("account.passkeys");
  const inBrowser = useSyncExternalStore(never, browserSupportsWebAuthn, () => true);
  const supported = account.passkeysPossible && inBrowser;
  const [open, setOpen] = useState<Open>({ kind: "nothing" });
  const close = () => setOpen({ kind: "nothing" });
  return (
    <Section
      heading={t("heading")}
      detail={
        <>
          <p>{t("detail")}</p>
          {account.passkeys.length === 0 && <Badge className="mt-2">{t("empty")}</Badge>}
          {!supported && <p className="mt-2">{t(account.passkeysPossible ? "unsupported" : "impossible")}</p>}
        </>
      }
      action={
        <Button disabled={!supported} onClick={() => setOpen({ kind: "add" })}>
          {t("add")}
        </Button>
      }
    >
      {account.passkeys.length > 0 && (
        <SectionList label={t("heading")}>
          {account.passkeys.map((passkey) => (
            <PasskeyRow
              key={passkey.passkeyId}
              passkey={passkey}
              onRename={() => setOpen({ kind: "rename", passkey })}
              onRemove={() => setOpen({ kind: "remove", passkey })}
            />
          ))}
        </SectionList>
      )}
      {open.kind === "add" && (
        <AddPasskeyDialog code={account.code} onClose={close} onRecoveryCodes={onRecoveryCodes} />
      )}
      {open.kind === "rename" && <RenamePasskeyDialog passkey={open.passkey} onClose={close} />}
      {open.kind === "remove" && (
        <RemovePasskeyDialog passkey={open.passkey} code={account.code} onClose={close} />
      )}
    </Section>
  );
}

interface PasskeyRowProps {
  passkey: OwnPasskey;
  onRename: () => void;
  onRemove: () => void;
}

function PasskeyRow({ passkey, onRename, onRemove }: PasskeyRowProps) {
  const t = useTranslations("account.passkeys");
  const { name, createdAt, lastUsedAt, backedUp } = passkey;
  return (
    <SectionRow
      icon={<KeyRound />}
      actions={
        <>
          <Button size="small" aria-label={t("renameNamed", { name })} onClick={onRename}>
            {t("rename")}
          </Button>
          <Button size="small" aria-label={t("removeNamed", { name })} onClick={onRemove}>
            {t("remove")}
          </Button>
        </>
      }
    >
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-15">
        <span className="font-semibold">{name}</span>
        {backedUp && <Badge>{t("backedUp")}</Badge>}
      </p>
      <p className="text-13 text-ink-muted">
        {t.rich("added", { time: () => <RelativeTime at={createdAt} /> })}
        {" · "}
        {lastUsedAt ? t.rich("used", { time: () => <RelativeTime at={lastUsedAt} /> }) : t("neverUsed")}
      </p>
    </SectionRow>
  );
}
