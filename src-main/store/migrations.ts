/**
 * Schema, one step per version; `PRAGMA user_version` counts the steps taken. A published step is never edited:
 * a change is a new step. Amounts are decimal text (SQLite integers end at 2^63); times are ms since 1970.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

  -- Every transaction: the intent first, then what was signed, then what became of it.
  CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    label TEXT NOT NULL,
    "to" TEXT NOT NULL,
    data TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('intent', 'signed', 'sent', 'mined', 'failed')),
    nonce INTEGER,
    gas_limit TEXT,
    block INTEGER,
    hash TEXT,
    gas_cost TEXT,
    error TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX outbox_state ON outbox (state);
  CREATE TABLE outbox_attempts (
    hash TEXT PRIMARY KEY,
    outbox INTEGER NOT NULL REFERENCES outbox (id),
    raw TEXT NOT NULL,
    max_fee TEXT NOT NULL,
    priority_fee TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX outbox_attempts_outbox ON outbox_attempts (outbox);

  -- Money the signer counted towards the day's limit; handed back to it after a restart.
  CREATE TABLE spends (key TEXT PRIMARY KEY, at INTEGER NOT NULL, amount TEXT NOT NULL) STRICT;

  -- Headers of blocks that matter (with events, and the last of each batch): the reorg check.
  CREATE TABLE blocks (number INTEGER PRIMARY KEY, hash TEXT NOT NULL, time INTEGER NOT NULL) STRICT;
  CREATE TABLE events (
    block INTEGER NOT NULL,
    log_index INTEGER NOT NULL,
    tx TEXT NOT NULL,
    contract TEXT NOT NULL,
    name TEXT NOT NULL,
    subject TEXT NOT NULL,
    args TEXT NOT NULL,
    time INTEGER NOT NULL,
    PRIMARY KEY (block, log_index)
  ) STRICT;
  CREATE INDEX events_subject ON events (subject, block, log_index);

  -- Projections: recomputed from events, never the source.
  CREATE TABLE chain_tasks (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    model TEXT NOT NULL,
    requester TEXT NOT NULL,
    solver TEXT,
    block INTEGER NOT NULL,
    value TEXT NOT NULL
  ) STRICT;
  CREATE INDEX chain_tasks_state ON chain_tasks (state, block);
  CREATE INDEX chain_tasks_requester ON chain_tasks (requester, block);
  CREATE INDEX chain_tasks_solver ON chain_tasks (solver, block);
  CREATE TABLE chain_models (id TEXT PRIMARY KEY, digest TEXT NOT NULL, value TEXT NOT NULL) STRICT;
  CREATE INDEX chain_models_digest ON chain_models (digest);

  -- What this person asked for, from before the chain knows of it.
  CREATE TABLE asks (
    key TEXT PRIMARY KEY,
    task TEXT UNIQUE,
    model TEXT NOT NULL,
    input_digest TEXT NOT NULL,
    fee TEXT NOT NULL,
    model_fee TEXT NOT NULL,
    answer TEXT,
    error TEXT,
    preview TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX asks_created ON asks (created_at);

  -- What this machine did with tasks of others.
  CREATE TABLE works (
    task TEXT PRIMARY KEY,
    model TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    reason_code TEXT NOT NULL,
    slot INTEGER,
    result_digest TEXT,
    result_size INTEGER,
    net TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX works_state ON works (state);
  CREATE INDEX works_created ON works (created_at);

  -- The story of an ask or a work, one row a step.
  CREATE TABLE steps (
    id INTEGER PRIMARY KEY,
    subject TEXT NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    text TEXT NOT NULL,
    tone TEXT NOT NULL,
    proof TEXT,
    UNIQUE (subject, kind)
  ) STRICT;

  CREATE TABLE opt_ins (digest TEXT PRIMARY KEY, on_ INTEGER NOT NULL, min_fee TEXT NOT NULL) STRICT;
  `,
  `
  -- Open tasks are looked at best paid first: anyone can post thousands, so they must not hide each other by age.
  ALTER TABLE chain_tasks ADD COLUMN deadline INTEGER NOT NULL DEFAULT 0;
  -- Decimal text padded to 25 digits, so that text order is the order of amounts.
  ALTER TABLE chain_tasks ADD COLUMN fee TEXT NOT NULL DEFAULT '';
  UPDATE chain_tasks SET
    deadline = CAST(json_extract(value, '$.fields.deadline') AS INTEGER),
    fee = substr('0000000000000000000000000' || json_extract(value, '$.fields.fee'), -25);
  CREATE INDEX chain_tasks_offers ON chain_tasks (state, model, fee);
  `,
  `
  -- Cases of the court; a projection. owed: it is over, and backers of appeals can have money back.
  CREATE TABLE chain_disputes (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    owed INTEGER NOT NULL,
    task TEXT NOT NULL,
    claimant TEXT NOT NULL,
    defendant TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    value TEXT NOT NULL
  ) STRICT;
  CREATE INDEX chain_disputes_open ON chain_disputes (state, owed);
  CREATE INDEX chain_disputes_opened ON chain_disputes (opened_at);

  -- Results of other machines that this one contested.
  CREATE TABLE contests (task TEXT PRIMARY KEY, why TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT;

  -- A contested task, run again here: what came out, and what the contested result says to people.
  CREATE TABLE reruns (
    task TEXT PRIMARY KEY,
    digest TEXT,
    answer TEXT,
    input TEXT,
    contested_digest TEXT,
    contested_answer TEXT,
    updated_at INTEGER NOT NULL
  ) STRICT;

  -- Seats of this juror, one row a draw. The salt is there before the ballot is sealed; from then on nothing changes.
  CREATE TABLE ballots (
    dispute TEXT NOT NULL,
    seed TEXT NOT NULL,
    draw INTEGER NOT NULL,
    seats INTEGER NOT NULL,
    vote INTEGER,
    automatic INTEGER NOT NULL,
    trace TEXT,
    salt TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (dispute, seed)
  ) STRICT;
  `,
  `
  -- Checks that this machine was drawn for. Its own result and its seal are here before the seal is sent.
  CREATE TABLE duties (
    task TEXT PRIMARY KEY,
    model TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    digest TEXT,
    commitment TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX duties_state ON duties (state);
  -- All events of a kind: pay and fines of checks, stake that was taken.
  CREATE INDEX events_kind ON events (contract, name, subject);
  -- Tasks that somebody holds, by holder.
  CREATE INDEX chain_tasks_holder ON chain_tasks (json_extract(value, '$.reservation.solver') COLLATE NOCASE)
    WHERE state = 'open';
  -- Checks of one account that ended.
  CREATE INDEX events_checks ON events (json_extract(args, '$.checker') COLLATE NOCASE)
    WHERE contract = 'duty' AND name = 'DutyEnded';
  -- All work of one account, whatever the case of its address.
  CREATE INDEX chain_tasks_done ON chain_tasks (solver COLLATE NOCASE, state);
  `,
  `
  -- Batches; a projection. Amounts and order as in chain_tasks; the inputs stay in the event.
  CREATE TABLE chain_batches (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    model TEXT NOT NULL,
    requester TEXT NOT NULL,
    block INTEGER NOT NULL,
    deadline INTEGER NOT NULL,
    fee TEXT NOT NULL,
    value TEXT NOT NULL
  ) STRICT;
  CREATE INDEX chain_batches_offers ON chain_batches (state, model, fee);
  -- Items that somebody solved; subjects of cases.
  CREATE TABLE chain_items (
    id TEXT PRIMARY KEY,
    batch TEXT NOT NULL,
    item INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX chain_items_batch ON chain_items (batch);
  -- Items that one account was paid for.
  CREATE INDEX events_items_paid ON events (json_extract(args, '$.solver') COLLATE NOCASE)
    WHERE contract = 'batches' AND name = 'ItemsPaid';

  -- Batches that this person asked for, from before the chain knows of them, and what became of each line.
  CREATE TABLE batch_asks (
    key TEXT PRIMARY KEY,
    batch TEXT UNIQUE,
    model TEXT NOT NULL,
    items INTEGER NOT NULL,
    fee TEXT NOT NULL,
    model_fee TEXT NOT NULL,
    error TEXT,
    -- 1: nothing is due any more.
    closed INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX batch_asks_created ON batch_asks (created_at);
  CREATE TABLE batch_lines (
    key TEXT NOT NULL,
    item INTEGER NOT NULL,
    input_digest TEXT NOT NULL,
    preview TEXT,
    answer TEXT,
    result_digest TEXT,
    PRIMARY KEY (key, item)
  ) STRICT;

  -- Runs of this machine: what it planned to solve of a batch of somebody else, and what it sealed. Counted per batch.
  CREATE TABLE batch_works (
    batch TEXT NOT NULL,
    run INTEGER NOT NULL,
    model TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    reason_code TEXT NOT NULL,
    items TEXT NOT NULL,
    slot INTEGER,
    root TEXT,
    net TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (batch, run)
  ) STRICT;
  CREATE INDEX batch_works_state ON batch_works (state);
  CREATE INDEX batch_works_created ON batch_works (created_at);
  CREATE TABLE batch_results (
    batch TEXT NOT NULL,
    run INTEGER NOT NULL,
    item INTEGER NOT NULL,
    digest TEXT NOT NULL,
    size INTEGER NOT NULL,
    PRIMARY KEY (batch, run, item)
  ) STRICT;
  -- Tasks that several machines must agree on; projections. fee: of all seats, decimal text padded to 25 digits.
  CREATE TABLE chain_jobs (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    model TEXT NOT NULL,
    requester TEXT NOT NULL,
    block INTEGER NOT NULL,
    deadline INTEGER NOT NULL,
    fee TEXT NOT NULL,
    value TEXT NOT NULL
  ) STRICT;
  CREATE INDEX chain_jobs_offers ON chain_jobs (state, model, fee);
  -- Their seats: by whom, and what each was paid; subjects of cases.
  CREATE TABLE chain_seats (
    id TEXT PRIMARY KEY,
    job TEXT NOT NULL,
    solver TEXT NOT NULL,
    value TEXT NOT NULL
  ) STRICT;
  CREATE INDEX chain_seats_job ON chain_seats (job);
  CREATE INDEX chain_seats_solver ON chain_seats (solver COLLATE NOCASE);
  -- How many machines must agree; 1: an ordinary task.
  ALTER TABLE asks ADD COLUMN seats INTEGER NOT NULL DEFAULT 1;
  -- 'task', or 'seat' of a task that several machines must agree on.
  ALTER TABLE works ADD COLUMN kind TEXT NOT NULL DEFAULT 'task';
  `,
  `
  -- How an own run compares with a contested result whose honest versions differ a little.
  ALTER TABLE reruns ADD COLUMN agreement TEXT;
  -- Runs of this machine that it showed to a court, value by value: the file of digests, and the values it names.
  CREATE TABLE traces (
    contest TEXT PRIMARY KEY,
    dispute TEXT NOT NULL,
    root TEXT NOT NULL,
    file TEXT NOT NULL,
    blobs TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;
  -- Where the runs of two sides part, as this machine found it.
  CREATE TABLE settlements (contest TEXT PRIMARY KEY, value TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT;
  `,
  `
  -- What this machine knows of the speed that peers claim: the last proof that was judged, and tries since without one.
  CREATE TABLE speed_checks (
    peer TEXT NOT NULL,
    model TEXT NOT NULL,
    provider TEXT NOT NULL,
    -- NULL: none was ever judged. 'holds', 'slow' or 'wrong', of a claim of so many runs per 1,000 s.
    verdict TEXT CHECK (verdict IN ('holds', 'slow', 'wrong')),
    claimed INTEGER,
    measured INTEGER,
    judged_at INTEGER,
    tried_at INTEGER NOT NULL,
    silent INTEGER NOT NULL,
    PRIMARY KEY (peer, model, provider)
  ) STRICT;
  CREATE INDEX speed_checks_tried ON speed_checks (tried_at);
  `,
];
