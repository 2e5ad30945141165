/** What a system's own settings say about proxies. */
export type SystemProxy =
  | { readonly is: "direct" }
  | {
      readonly is: "proxy";
      /** `host:port`, or an address with a scheme. */
      readonly address: string;
      /** Whether an address is reached without it. */
      isExcepted: (url: URL) => boolean;
    }
  /** A script names the proxy of each address (PAC). The tool runs no scripts of other people's. */
  | { readonly is: "script"; readonly address: string };

export const DIRECT: SystemProxy = { is: "direct" };
