/** How permissions came to be changed, where it was not the customer's page or the company's rules. */
export interface PermissionsChange {
  /** The customer did it in the tool. */
  readonly by?: "tool";
  /** It was a no to its question: control never began. */
  readonly isDeclined?: boolean;
}
