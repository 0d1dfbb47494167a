-- Written by `UPDATE_SCHEMA=1 npx vitest run --project database libs/store`. Do not edit.
table api_key
  id bigint not null identity
  user_id bigint not null
  name text not null
  prefix text not null
  secret_hash text not null
  created_at timestamp(3) with time zone not null default now()
  last_used_at timestamp(3) with time zone
  expires_at timestamp(3) with time zone
  revoked_at timestamp(3) with time zone
  fk_api_key_app_user: FOREIGN KEY (user_id) REFERENCES app_user(id)
  pk_api_key: PRIMARY KEY (id)
  uq_api_key_secret_hash: UNIQUE (secret_hash)
  CREATE INDEX ix_api_key_user_id ON public.api_key USING btree (user_id)
table app_user
  id bigint not null identity
  email text not null
  name text not null
  password_hash text
  created_at timestamp(3) with time zone not null default now()
  ck_app_user_email: CHECK ((email = lower(email)))
  pk_app_user: PRIMARY KEY (id)
  uq_app_user_email: UNIQUE (email)
table attempt partition by RANGE (run_id)
  run_id bigint not null
  number integer not null
  queued_at timestamp(3) with time zone
  started_at timestamp(3) with time zone
  ended_at timestamp(3) with time zone
  node_key text not null
  state text not null
  worker text
  input json
  output json
  error json
  engine json
  ck_attempt_state: CHECK ((state = ANY (ARRAY['succeeded'::text, 'failed'::text, 'canceled'::text])))
  pk_attempt: PRIMARY KEY (run_id, node_key, number)
table bulk_operation
  id bigint not null identity
  namespace_id bigint not null
  action text not null
  state text not null
  parameters json not null
  actor json not null
  reason text
  run_ids bigint[] not null
  done_count integer not null default 0
  failed_count integer not null default 0
  failures json not null default '[]'::json
  worked_at timestamp(3) with time zone
  created_at timestamp(3) with time zone not null
  ended_at timestamp(3) with time zone
  ck_bulk_operation_state: CHECK ((state = ANY (ARRAY['running'::text, 'done'::text, 'canceled'::text])))
  pk_bulk_operation: PRIMARY KEY (id)
  CREATE INDEX ix_bulk_operation_namespace_id ON public.bulk_operation USING btree (namespace_id, id DESC)
  CREATE INDEX ix_bulk_operation_running ON public.bulk_operation USING btree (id) WHERE (state = 'running'::text)
table graph
  id bigint not null identity
  workflow_id bigint not null
  sha256 text not null
  content json not null
  fk_graph_workflow: FOREIGN KEY (workflow_id) REFERENCES workflow(id)
  pk_graph: PRIMARY KEY (id)
  uq_graph_workflow_id_sha256: UNIQUE (workflow_id, sha256)
table membership
  namespace_id bigint not null
  user_id bigint not null
  role text not null
  ck_membership_role: CHECK ((role = ANY (ARRAY['VIEWER'::text, 'OPERATOR'::text, 'EDITOR'::text, 'ADMIN'::text])))
  fk_membership_app_user: FOREIGN KEY (user_id) REFERENCES app_user(id)
  fk_membership_namespace: FOREIGN KEY (namespace_id) REFERENCES namespace(id)
  pk_membership: PRIMARY KEY (namespace_id, user_id)
  CREATE INDEX ix_membership_user_id ON public.membership USING btree (user_id)
table namespace
  id bigint not null identity
  name text not null
  title text not null
  retention json
  created_at timestamp(3) with time zone not null default now()
  ck_namespace_name: CHECK ((name ~ '^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$'::text))
  pk_namespace: PRIMARY KEY (id)
  uq_namespace_name: UNIQUE (name)
table node_run partition by RANGE (run_id)
  run_id bigint not null
  seq integer not null
  attempt integer not null
  queued_at timestamp(3) with time zone
  started_at timestamp(3) with time zone
  ended_at timestamp(3) with time zone
  due_at timestamp(3) with time zone
  node_key text not null
  state text not null
  waiting_for text
  correlation text
  worker text
  verdicts json
  input json
  output json
  error json
  engine json
  ck_node_run_state: CHECK ((state = ANY (ARRAY['pending'::text, 'queued'::text, 'running'::text, 'waiting'::text, 'succeeded'::text, 'failed'::text, 'skipped'::text, 'canceled'::text])))
  pk_node_run: PRIMARY KEY (run_id, node_key)
  CREATE INDEX ix_node_run_approval ON ONLY public.node_run USING btree (run_id) WHERE (waiting_for = 'approval'::text)
  CREATE INDEX ix_node_run_correlation ON ONLY public.node_run USING btree (correlation) WHERE (waiting_for = 'signal'::text)
table payload partition by RANGE (run_id)
  run_id bigint not null
  sha256 text not null
  content text not null
  pk_payload: PRIMARY KEY (run_id, sha256)
table run with (fillfactor=70)
  id bigint not null identity
  namespace_id bigint not null
  workflow_id bigint not null
  graph_id bigint not null
  version integer
  rerun_of bigint
  parent_run_id bigint
  parent_generation integer
  item_index integer
  item_try integer
  depth integer not null default 0
  created_at timestamp(3) with time zone not null
  graph_path text[]
  parent_node_key text
  item_label text
  trigger_kind text not null
  trigger_actor text not null
  idempotency_key text
  input json
  state text not null
  started_at timestamp(3) with time zone
  ended_at timestamp(3) with time zone
  context json
  output json
  error json
  warnings json
  engine json
  resolution json
  ck_run_state: CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'paused'::text, 'succeeded'::text, 'failed'::text, 'canceled'::text])))
  ck_run_trigger_kind: CHECK ((trigger_kind = ANY (ARRAY['manual'::text, 'api'::text, 'rerun'::text, 'parent'::text])))
  pk_run: PRIMARY KEY (id)
  CREATE INDEX ix_run_namespace_id_id ON public.run USING btree (namespace_id, id DESC) WHERE (parent_run_id IS NULL)
  CREATE INDEX ix_run_parent ON public.run USING btree (parent_run_id, parent_node_key, item_index) WHERE (parent_run_id IS NOT NULL)
  CREATE INDEX ix_run_queued ON public.run USING btree (id) WHERE (state = 'queued'::text)
  CREATE INDEX ix_run_rerun_of ON public.run USING btree (rerun_of) WHERE (rerun_of IS NOT NULL)
  CREATE INDEX ix_run_unresolved ON public.run USING btree (namespace_id, id DESC) WHERE ((state = 'failed'::text) AND (resolution IS NULL) AND (parent_run_id IS NULL))
  CREATE INDEX ix_run_workflow_id_id ON public.run USING btree (workflow_id, id DESC) WHERE (parent_run_id IS NULL)
  CREATE UNIQUE INDEX uq_run_workflow_id_idempotency_key ON public.run USING btree (workflow_id, idempotency_key) WHERE (idempotency_key IS NOT NULL)
table run_history partition by RANGE (run_id)
  run_id bigint not null
  at timestamp(3) with time zone not null
  payload_size bigint not null
  seq integer not null
  events json not null
  pk_run_history: PRIMARY KEY (run_id, seq)
table session
  id bigint not null identity
  user_id bigint not null
  token_hash text not null
  is_from_link boolean not null
  created_at timestamp(3) with time zone not null default now()
  expires_at timestamp(3) with time zone not null
  fk_session_app_user: FOREIGN KEY (user_id) REFERENCES app_user(id)
  pk_session: PRIMARY KEY (id)
  uq_session_token_hash: UNIQUE (token_hash)
  CREATE INDEX ix_session_user_id ON public.session USING btree (user_id)
table sign_in_link
  id bigint not null identity
  user_id bigint not null
  token_hash text not null
  expires_at timestamp(3) with time zone not null
  used_at timestamp(3) with time zone
  fk_sign_in_link_app_user: FOREIGN KEY (user_id) REFERENCES app_user(id)
  pk_sign_in_link: PRIMARY KEY (id)
  uq_sign_in_link_token_hash: UNIQUE (token_hash)
table signal
  id bigint not null identity
  namespace_id bigint not null
  name text not null
  key text
  payload json
  actor json not null
  created_at timestamp(3) with time zone not null
  expires_at timestamp(3) with time zone not null
  pk_signal: PRIMARY KEY (id)
  CREATE INDEX ix_signal_expires_at ON public.signal USING btree (expires_at)
  CREATE INDEX ix_signal_namespace_id_name ON public.signal USING btree (namespace_id, name, id)
table task with (fillfactor=80, autovacuum_vacuum_scale_factor=0.02, autovacuum_vacuum_cost_delay=0)
  id bigint not null identity
  run_id bigint not null
  namespace_id bigint not null
  worker_id bigint
  timeout_ms bigint
  queued_at timestamp(3) with time zone not null
  leased_at timestamp(3) with time zone
  attempt integer not null
  fence integer not null
  loss_count integer not null
  priority smallint not null
  node_key text not null
  worker_group text not null
  executor text not null
  state text not null
  worker text
  input json
  input_sha256 text
  ck_task_state: CHECK ((state = ANY (ARRAY['queued'::text, 'leased'::text])))
  pk_task: PRIMARY KEY (run_id, id)
  CREATE INDEX ix_task_queued ON public.task USING btree (namespace_id, worker_group, priority DESC, id) WHERE (state = 'queued'::text)
table task_log partition by RANGE (day)
  id bigint not null identity
  day date not null
  run_id bigint not null
  node_key text not null
  attempt integer not null
  at timestamp(3) with time zone not null
  level smallint not null
  message text not null
  fields json
  ck_task_log_level: CHECK (((level >= 1) AND (level <= 4)))
  pk_task_log: PRIMARY KEY (run_id, node_key, id, day)
table task_log_drop
  run_id bigint not null
  node_key text not null
  count bigint not null
  pk_task_log_drop: PRIMARY KEY (run_id, node_key)
table timer
  run_id bigint not null
  node_key text not null
  kind text not null
  attempt integer not null
  due_at timestamp(3) with time zone not null
  ck_timer_kind: CHECK ((kind = ANY (ARRAY['retry'::text, 'wait'::text, 'attemptTimeout'::text, 'nodeDeadline'::text, 'runDeadline'::text, 'expiry'::text, 'holdRelease'::text, 'nextIteration'::text])))
  pk_timer: PRIMARY KEY (run_id, node_key, kind)
  CREATE INDEX ix_timer_due_at ON public.timer USING btree (due_at)
table worker with (fillfactor=50)
  id bigint not null identity
  namespace_id bigint
  worker_group text not null
  name text not null
  process_id text not null
  state text not null
  executors json not null
  slots integer not null
  labels json not null
  sdk text not null
  cpu_load double precision
  memory_bytes double precision
  connected_at timestamp(3) with time zone not null
  last_seen_at timestamp(3) with time zone not null
  lease_until timestamp(3) with time zone not null
  ck_worker_state: CHECK ((state = ANY (ARRAY['connected'::text, 'draining'::text, 'disconnected'::text])))
  fk_worker_namespace: FOREIGN KEY (namespace_id) REFERENCES namespace(id)
  pk_worker: PRIMARY KEY (id)
  uq_worker_namespace_id_worker_group_process_id: UNIQUE (namespace_id, worker_group, process_id)
table worker_token
  id bigint not null identity
  namespace_id bigint not null
  worker_group text not null
  name text not null
  prefix text not null
  secret_hash text not null
  created_at timestamp(3) with time zone not null default now()
  last_used_at timestamp(3) with time zone
  revoked_at timestamp(3) with time zone
  fk_worker_token_namespace: FOREIGN KEY (namespace_id) REFERENCES namespace(id)
  pk_worker_token: PRIMARY KEY (id)
  uq_worker_token_secret_hash: UNIQUE (secret_hash)
  CREATE INDEX ix_worker_token_namespace_id ON public.worker_token USING btree (namespace_id)
table workflow
  id bigint not null identity
  namespace_id bigint not null
  name text not null
  description text not null default ''::text
  draft json not null
  draft_revision integer not null default 1
  draft_updated_at timestamp(3) with time zone not null default now()
  draft_updated_by text not null
  published_version integer
  latest_version integer not null default 0
  archived_at timestamp(3) with time zone
  hold json
  retention json
  created_at timestamp(3) with time zone not null default now()
  updated_at timestamp(3) with time zone not null default now()
  fk_workflow_namespace: FOREIGN KEY (namespace_id) REFERENCES namespace(id)
  pk_workflow: PRIMARY KEY (id)
  CREATE UNIQUE INDEX uq_workflow_namespace_id_name ON public.workflow USING btree (namespace_id, lower(name)) WHERE (archived_at IS NULL)
table workflow_version
  workflow_id bigint not null
  number integer not null
  graph_id bigint not null
  note text
  created_at timestamp(3) with time zone not null default now()
  created_by text not null
  fk_workflow_version_graph: FOREIGN KEY (graph_id) REFERENCES graph(id)
  fk_workflow_version_workflow: FOREIGN KEY (workflow_id) REFERENCES workflow(id)
  pk_workflow_version: PRIMARY KEY (workflow_id, number)
