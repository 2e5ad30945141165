import { redirect } from "next/navigation";
import { requireOperator } from "@/server/auth/require-sign-in";

/** The admin site begins with what the role uses most. */
export default async function Page() {
  const { role } = await requireOperator("/admin");
  // The layout tells an operator that this is not for operators.
  if (role === "operator") return null;
  redirect(role === "administrator" ? "/admin/operators" : "/admin/live");
}
