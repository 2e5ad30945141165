import type { Customer } from "./customer";
import type { Operator } from "./operator";

/** From the signed-in operator's reception number to the customer's screen before the operator. */
export async function goLive(operator: Operator, customer: Customer): Promise<void> {
  await customer.enter(await operator.issueReceptionNumber());
  await operator.accept();
  await customer.agree();
  await operator.expectRemoteScreenPlaying();
}
