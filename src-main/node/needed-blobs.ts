import type { Store } from '../store/open.ts';

/** Results that are not paid yet, inputs that nobody answered, and what a court may still want to see. */
export function neededBlobs(db: Store): ReadonlySet<string> {
  const rows = db
    .prepare(
      `SELECT result_digest AS digest FROM works WHERE result_digest IS NOT NULL AND state NOT IN ('paid', 'lost', 'failed')
       UNION SELECT input_digest FROM asks WHERE answer IS NULL AND error IS NULL
       UNION SELECT batch_results.digest FROM batch_results JOIN batch_works USING (batch, run)
         WHERE batch_works.state NOT IN ('paid', 'lost', 'failed')
       UNION SELECT file FROM traces JOIN chain_disputes ON chain_disputes.id = traces.dispute WHERE chain_disputes.state != 'over'
       UNION SELECT json_each.value FROM traces JOIN chain_disputes ON chain_disputes.id = traces.dispute, json_each(traces.blobs)
         WHERE chain_disputes.state != 'over'
       UNION SELECT input_digest FROM batch_lines JOIN batch_asks USING (key) WHERE closed = 0 AND error IS NULL`,
    )
    .all() as Array<{ digest: string }>;
  return new Set(rows.map(({ digest }) => digest));
}
