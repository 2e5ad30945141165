/**
 * How many wrong reception numbers are borne. A number is one of 900,000, so with N numbers live at a time one guess hits
 * with N/900,000. All budgets count within the same window, which is the default life of a number: whoever has used a
 * budget up faces other numbers when it opens again.
 *
 * A hit alone shows nothing and opens nothing, for an operator must accept the waiting customer; the budgets keep even the
 * nuisance of a stranger in the waiting list rare.
 */
export const WINDOW_SECONDS = 600;

/**
 * Misses of one address (an IPv4 address, an IPv6 /64). Nobody who is being read a number on the phone gets it wrong ten
 * times in ten minutes, and one address guesses with at most 10·N/900,000 a window: with 100 live numbers once in 900 windows, six days.
 */
export const ADDRESS_MISSES = 10;

interface SharedBudget {
  /** From here on only addresses without a miss of their own in the window are let in, once a minute each. */
  readonly strictFrom: number;
  /** From here on nobody is. */
  readonly closedFrom: number;
}

/**
 * Misses among the 1,000 numbers with the same first three digits, by whomever: what stops a sweep in which every address tries
 * only a few. 30 cover 3 % of the space, 100 cover 10 %; a space holds N/900 live numbers, so a sweep that spends the
 * whole budget finds N/9,000 of one. Honest callers of one space miss a few times a day.
 */
export const SPACE_BUDGET: SharedBudget = { strictFrom: 30, closedFrom: 100 };

/**
 * Misses of everybody together: what bounds many addresses over many spaces. 300 misses hit N/3,000 times a window, 900 hit
 * N/1,000 times: with 100 live numbers, a thousand attackers together reach a waiting list once in 100 minutes. Honest callers
 * who mistype one number in ten stay below 300 up to 18,000 sessions an hour.
 */
export const GLOBAL_BUDGET: SharedBudget = { strictFrom: 300, closedFrom: 900 };

/** While a shared budget is strict, a fresh address has one try in this long, right or wrong. */
export const STRICT_TRY_SECONDS = 60;
