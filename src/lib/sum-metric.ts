/**
 * The value of a metric in Prometheus's text format, summed over its labels.
 *
 * @param name the whole name, as `process_cpu_seconds_total`
 * @param label only lines with this in them, as `role="operator"`
 * @returns 0 when it is not there
 */
export function sumMetric(text: string, name: string, label = ""): number {
  return text
    .split("\n")
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => line.includes(label))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}
