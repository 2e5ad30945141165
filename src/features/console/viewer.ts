/** The operator who looks at the console, as `viewer.me` tells. */
export interface ConsoleViewer {
  operatorName: string;
  companyName: string;
  role: "administrator" | "supervisor" | "operator";
}
