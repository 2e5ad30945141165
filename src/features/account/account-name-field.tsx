/** Tells password managers whose password it is that is changed (https://web.dev/articles/change-password-form). Nobody sees it. */
export function AccountNameField({ code }: { code: string }) {
  return (
    <input
      type="text"
      name="username"
      autoComplete="username"
      value={code}
      readOnly
      tabIndex={-1}
      aria-hidden
      className="sr-only"
    />
  );
}
