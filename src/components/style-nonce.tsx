"use client";

import { setNonce } from "get-nonce";

/**
 * Tells the libraries that add `<style>` elements of their own (the dialogs' scroll lock does) the page's nonce, without which
 * the content security policy would block them. The first page's nonce holds for as long as the document lives.
 */
export function StyleNonce({ nonce }: { nonce: string | undefined }) {
  if (typeof window !== "undefined" && nonce) setNonce(nonce);
  return null;
}
