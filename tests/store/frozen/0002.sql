BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE appeal (
	id INTEGER NOT NULL, 
	call_id INTEGER NOT NULL, 
	item_id TEXT NOT NULL, 
	agent_id TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_appeal PRIMARY KEY (id), 
	CONSTRAINT fk_appeal_call_id FOREIGN KEY(call_id) REFERENCES call (id), 
	CONSTRAINT uq_appeal_call_id_item_id UNIQUE (call_id, item_id)
);
INSERT INTO "appeal" VALUES(1,1,'{}','{}','{}','2026-11-02 09:00:00.000000');
CREATE TABLE appeal_step (
	id INTEGER NOT NULL, 
	appeal_id INTEGER NOT NULL, 
	stage VARCHAR(64) NOT NULL, 
	outcome VARCHAR(64) NOT NULL, 
	reason TEXT NOT NULL, 
	author TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_appeal_step PRIMARY KEY (id), 
	CONSTRAINT fk_appeal_step_appeal_id FOREIGN KEY(appeal_id) REFERENCES appeal (id)
);
INSERT INTO "appeal_step" VALUES(1,1,'{}','{}','{}','{}','2026-11-02 09:00:00.000000');
CREATE TABLE assignment (
	id INTEGER NOT NULL, 
	call_id INTEGER NOT NULL, 
	reviewer TEXT NOT NULL, 
	purpose VARCHAR(64) NOT NULL, 
	session TEXT NOT NULL, 
	why TEXT NOT NULL, 
	assigned_by TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_assignment PRIMARY KEY (id), 
	CONSTRAINT fk_assignment_call_id FOREIGN KEY(call_id) REFERENCES call (id), 
	CONSTRAINT uq_assignment_call_id_reviewer_purpose_session_at UNIQUE (call_id, reviewer, purpose, session, at)
);
INSERT INTO "assignment" VALUES(1,1,'{}','{}','{}','{}','{}','2026-11-02 09:00:00.000000');
CREATE TABLE assignment_end (
	assignment_id INTEGER NOT NULL, 
	how VARCHAR(64) NOT NULL, 
	author TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_assignment_end PRIMARY KEY (assignment_id), 
	CONSTRAINT fk_assignment_end_assignment_id FOREIGN KEY(assignment_id) REFERENCES assignment (id)
);
INSERT INTO "assignment_end" VALUES(1,'{}','{}','2026-11-02 09:00:00.000000');
CREATE TABLE calibration_session (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	document TEXT NOT NULL, 
	opened_by TEXT NOT NULL, 
	opened_at DATETIME NOT NULL, 
	closed_by TEXT, 
	closed_at DATETIME, 
	CONSTRAINT pk_calibration_session PRIMARY KEY (id), 
	CONSTRAINT uq_calibration_session_name UNIQUE (name)
);
INSERT INTO "calibration_session" VALUES(1,'{}','{}','{}','2026-11-02 09:00:00.000000',NULL,NULL);
CREATE TABLE call (
	id INTEGER NOT NULL, 
	call_id TEXT NOT NULL, 
	recording_id INTEGER NOT NULL, 
	channel INTEGER NOT NULL, 
	context_key VARCHAR(16) NOT NULL, 
	row_key VARCHAR(16) NOT NULL, 
	uri TEXT NOT NULL, 
	stamp TEXT NOT NULL, 
	agent_id TEXT NOT NULL, 
	team TEXT NOT NULL, 
	started_at DATETIME NOT NULL, 
	period VARCHAR(7) NOT NULL, 
	direction VARCHAR(8) NOT NULL, 
	hangup_by VARCHAR(8) NOT NULL, 
	ticket TEXT, day VARCHAR(10) DEFAULT '' NOT NULL, line TEXT DEFAULT '' NOT NULL, category TEXT DEFAULT '' NOT NULL, request_type TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_call PRIMARY KEY (id), 
	CONSTRAINT fk_call_recording_id FOREIGN KEY(recording_id) REFERENCES recording (id), 
	CONSTRAINT uq_call_call_id UNIQUE (call_id)
);
INSERT INTO "call" VALUES(1,'call-1',1,0,'3a8efc5ddbbb82c1','a74c83117f27713c','recordings/1.wav','1001:1','3001','early','2026-10-31 16:30:01.000000','2026-11','inbound','unknown','{"request_type":"投诉","category":["环境保护","环境污染"],"summary":"","location":"","district":"","contact_name":"王女士","contact_phone":"","event_time":"","appeal":""}','2026-11-01','12345','环境保护','投诉');
INSERT INTO "call" VALUES(2,'call-2',2,0,'8d8c7f794bbe9dac','2e5f2a0f823f6cd7','recordings/2.wav','1002:1','3002','early','2026-10-31 16:30:02.000000','2026-11','inbound','unknown','{"request_type":"投诉","category":["环境保护","环境污染"],"summary":"","location":"","district":"","contact_name":"王女士","contact_phone":"","event_time":"","appeal":""}','2026-11-01','12345','环境保护','投诉');
INSERT INTO "call" VALUES(3,'call-3',3,0,'71882f2ff033b235','247c30837efd10cf','recordings/3.wav','1003:1','3000','early','2026-10-31 16:30:03.000000','2026-11','inbound','unknown','{"request_type":"投诉","category":["环境保护","环境污染"],"summary":"","location":"","district":"","contact_name":"王女士","contact_phone":"","event_time":"","appeal":""}','2026-11-01','12345','环境保护','投诉');
CREATE TABLE call_score (
	id INTEGER NOT NULL, 
	call_id INTEGER NOT NULL, 
	transcript_id INTEGER NOT NULL, 
	context_key VARCHAR(16) NOT NULL, 
	checks_key VARCHAR(16) NOT NULL, 
	rubric_id INTEGER NOT NULL, 
	trust_key VARCHAR(16) NOT NULL, 
	total FLOAT, 
	needs_review BOOLEAN NOT NULL, 
	fatal BOOLEAN NOT NULL, 
	verdicts TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_call_score PRIMARY KEY (id), 
	CONSTRAINT fk_call_score_call_id FOREIGN KEY(call_id) REFERENCES call (id), 
	CONSTRAINT fk_call_score_rubric_id FOREIGN KEY(rubric_id) REFERENCES rubric (id), 
	CONSTRAINT fk_call_score_transcript_id FOREIGN KEY(transcript_id) REFERENCES transcript (id), 
	CONSTRAINT uq_call_score_keys UNIQUE (call_id, transcript_id, context_key, checks_key, rubric_id, trust_key)
);
INSERT INTO "call_score" VALUES(1,1,1,'3a8efc5ddbbb82c1','0415b97763d655cd',1,'',100.0,1,0,'MU','2026-11-25 18:19:27.950718');
INSERT INTO "call_score" VALUES(2,2,2,'8d8c7f794bbe9dac','0415b97763d655cd',1,'',100.0,1,0,'MU','2026-11-25 18:19:27.998952');
INSERT INTO "call_score" VALUES(3,3,3,'71882f2ff033b235','0415b97763d655cd',1,'',100.0,1,0,'MU','2026-11-25 18:19:28.046772');
CREATE TABLE check_version (
	id INTEGER NOT NULL, 
	check_key VARCHAR(16) NOT NULL, 
	check_id TEXT NOT NULL, 
	description TEXT NOT NULL, 
	CONSTRAINT pk_check_version PRIMARY KEY (id), 
	CONSTRAINT uq_check_version_check_key UNIQUE (check_key)
);
INSERT INTO "check_version" VALUES(1,'ccccccccccccccc1','opening','{"id":"opening"}');
INSERT INTO "check_version" VALUES(2,'ccccccccccccccc2','closing','{"id":"closing"}');
CREATE TABLE clip (
	id INTEGER NOT NULL, 
	playlist_id INTEGER NOT NULL, 
	call_id INTEGER NOT NULL, 
	item_id TEXT NOT NULL, 
	verdict VARCHAR(64) NOT NULL, 
	start FLOAT NOT NULL, 
	"end" FLOAT NOT NULL, 
	note TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_clip PRIMARY KEY (id), 
	CONSTRAINT fk_clip_call_id FOREIGN KEY(call_id) REFERENCES call (id), 
	CONSTRAINT fk_clip_playlist_id FOREIGN KEY(playlist_id) REFERENCES playlist (id), 
	CONSTRAINT uq_clip_playlist_id_call_id_item_id_start UNIQUE (playlist_id, call_id, item_id, start)
);
INSERT INTO "clip" VALUES(1,1,1,'{}','{}',1.0,1.0,'{}','2026-11-02 09:00:00.000000');
CREATE TABLE effective_score (
	call_score_id INTEGER NOT NULL, 
	total FLOAT, 
	needs_review BOOLEAN NOT NULL, 
	fatal BOOLEAN NOT NULL, 
	verdicts TEXT NOT NULL, 
	manual_points FLOAT NOT NULL, 
	last_review_id INTEGER NOT NULL, 
	CONSTRAINT pk_effective_score PRIMARY KEY (call_score_id), 
	CONSTRAINT fk_effective_score_call_score_id FOREIGN KEY(call_score_id) REFERENCES call_score (id), 
	CONSTRAINT fk_effective_score_last_review_id FOREIGN KEY(last_review_id) REFERENCES review (id)
);
INSERT INTO "effective_score" VALUES(1,NULL,0,0,'{}',1.0,1);
CREATE TABLE engine (
	id INTEGER NOT NULL, 
	engine_key VARCHAR(16) NOT NULL, 
	description TEXT NOT NULL, 
	CONSTRAINT pk_engine PRIMARY KEY (id), 
	CONSTRAINT uq_engine_engine_key UNIQUE (engine_key)
);
INSERT INTO "engine" VALUES(1,'b21242d5bdea7413','{"engine":"scripted","version":1}');
CREATE TABLE failure (
	id INTEGER NOT NULL, 
	stage VARCHAR(64) NOT NULL, 
	"key" TEXT NOT NULL, 
	attempt INTEGER NOT NULL, 
	error VARCHAR(64) NOT NULL, 
	message TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_failure PRIMARY KEY (id), 
	CONSTRAINT uq_failure_stage_key_attempt UNIQUE (stage, "key", attempt)
);
INSERT INTO "failure" VALUES(1,'ingest','call-9',1,'no_agent','the row names no agent','2026-11-25 18:19:28.088600');
CREATE TABLE finding (
	transcript_id INTEGER NOT NULL, 
	context_key VARCHAR(16) NOT NULL, 
	check_version_id INTEGER NOT NULL, 
	verdict VARCHAR(16) NOT NULL, 
	reason VARCHAR(64) NOT NULL, 
	value FLOAT, 
	confidence FLOAT, 
	evidence TEXT, 
	CONSTRAINT pk_finding PRIMARY KEY (transcript_id, context_key, check_version_id), 
	CONSTRAINT fk_finding_check_version_id FOREIGN KEY(check_version_id) REFERENCES check_version (id), 
	CONSTRAINT fk_finding_transcript_id FOREIGN KEY(transcript_id) REFERENCES transcript (id)
)
 WITHOUT ROWID

;
INSERT INTO "finding" VALUES(1,'3a8efc5ddbbb82c1',1,'met','said',1.5,0.75,'[{"turn_index":0,"char_start":0,"char_end":2,"start":0.5,"end":1.25,"quote":"您好"},{"turn_index":null,"char_start":0,"char_end":0,"start":3.0,"end":12.0,"quote":""}]');
INSERT INTO "finding" VALUES(1,'3a8efc5ddbbb82c1',2,'violated','never_said',NULL,NULL,NULL);
INSERT INTO "finding" VALUES(2,'8d8c7f794bbe9dac',1,'met','said',1.5,0.75,'[{"turn_index":0,"char_start":0,"char_end":2,"start":0.5,"end":1.25,"quote":"您好"},{"turn_index":null,"char_start":0,"char_end":0,"start":3.0,"end":12.0,"quote":""}]');
INSERT INTO "finding" VALUES(2,'8d8c7f794bbe9dac',2,'violated','never_said',NULL,NULL,NULL);
INSERT INTO "finding" VALUES(3,'71882f2ff033b235',1,'met','said',1.5,0.75,'[{"turn_index":0,"char_start":0,"char_end":2,"start":0.5,"end":1.25,"quote":"您好"},{"turn_index":null,"char_start":0,"char_end":0,"start":3.0,"end":12.0,"quote":""}]');
INSERT INTO "finding" VALUES(3,'71882f2ff033b235',2,'violated','never_said',NULL,NULL,NULL);
CREATE TABLE golden_label (
	id INTEGER NOT NULL, 
	call_id INTEGER NOT NULL, 
	item_id TEXT NOT NULL, 
	verdict VARCHAR(64) NOT NULL, 
	source TEXT NOT NULL, 
	author TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_golden_label PRIMARY KEY (id), 
	CONSTRAINT fk_golden_label_call_id FOREIGN KEY(call_id) REFERENCES call (id)
);
INSERT INTO "golden_label" VALUES(1,1,'{}','{}','{}','{}','2026-11-02 09:00:00.000000');
CREATE TABLE hold (
	id INTEGER NOT NULL, 
	run_id INTEGER NOT NULL, 
	rubric_id INTEGER NOT NULL, 
	after_score_id INTEGER NOT NULL, 
	upto_score_id INTEGER NOT NULL, 
	reasons TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_hold PRIMARY KEY (id), 
	CONSTRAINT fk_hold_rubric_id FOREIGN KEY(rubric_id) REFERENCES rubric (id), 
	CONSTRAINT fk_hold_run_id FOREIGN KEY(run_id) REFERENCES run (id)
);
INSERT INTO "hold" VALUES(1,1,1,1,1,'{}','2026-11-02 09:00:00.000000');
CREATE TABLE hold_release (
	hold_id INTEGER NOT NULL, 
	author TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_hold_release PRIMARY KEY (hold_id), 
	CONSTRAINT fk_hold_release_hold_id FOREIGN KEY(hold_id) REFERENCES hold (id)
);
INSERT INTO "hold_release" VALUES(1,'{}','{}','2026-11-02 09:00:00.000000');
CREATE TABLE item_trust (
	id INTEGER NOT NULL, 
	rubric_id INTEGER NOT NULL, 
	item_id TEXT NOT NULL, 
	suggests INTEGER NOT NULL, 
	document TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_item_trust PRIMARY KEY (id), 
	CONSTRAINT fk_item_trust_rubric_id FOREIGN KEY(rubric_id) REFERENCES rubric (id), 
	CONSTRAINT uq_item_trust_rubric_id_item_id_at UNIQUE (rubric_id, item_id, at)
);
INSERT INTO "item_trust" VALUES(1,1,'{}',1,'{}','2026-11-02 09:00:00.000000');
CREATE TABLE lease (
	name VARCHAR(64) NOT NULL, 
	holder TEXT NOT NULL, 
	expires_at DATETIME NOT NULL, 
	CONSTRAINT pk_lease PRIMARY KEY (name)
);
CREATE TABLE month_stamp (
	period VARCHAR(7) NOT NULL, 
	rubric_id INTEGER NOT NULL, 
	stamp VARCHAR(16) NOT NULL, 
	CONSTRAINT pk_month_stamp PRIMARY KEY (period, rubric_id), 
	CONSTRAINT fk_month_stamp_rubric_id FOREIGN KEY(rubric_id) REFERENCES rubric (id)
)
 WITHOUT ROWID

;
INSERT INTO "month_stamp" VALUES('{}',1,'{}');
CREATE TABLE playlist (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	note TEXT NOT NULL, 
	author TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_playlist PRIMARY KEY (id), 
	CONSTRAINT uq_playlist_name UNIQUE (name)
);
INSERT INTO "playlist" VALUES(1,'{}','{}','{}','2026-11-02 09:00:00.000000');
CREATE TABLE recording (
	id INTEGER NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	n_bytes BIGINT NOT NULL, 
	CONSTRAINT pk_recording PRIMARY KEY (id), 
	CONSTRAINT uq_recording_sha256 UNIQUE (sha256)
);
INSERT INTO "recording" VALUES(1,'0000000000000000000000000000000000000000000000000000000000000001',1001);
INSERT INTO "recording" VALUES(2,'0000000000000000000000000000000000000000000000000000000000000002',1002);
INSERT INTO "recording" VALUES(3,'0000000000000000000000000000000000000000000000000000000000000003',1003);
CREATE TABLE review (
	id INTEGER NOT NULL, 
	review_key TEXT NOT NULL, 
	call_id INTEGER NOT NULL, 
	item_id TEXT NOT NULL, 
	action VARCHAR(64) NOT NULL, 
	verdict VARCHAR(64), 
	points FLOAT, 
	title TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	author TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	purpose VARCHAR(64) NOT NULL, 
	session TEXT NOT NULL, 
	CONSTRAINT pk_review PRIMARY KEY (id), 
	CONSTRAINT fk_review_call_id FOREIGN KEY(call_id) REFERENCES call (id), 
	CONSTRAINT uq_review_review_key UNIQUE (review_key)
);
INSERT INTO "review" VALUES(1,'{}',1,'{}','{}',NULL,NULL,'{}','{}','{}','2026-11-02 09:00:00.000000','{}','{}');
CREATE TABLE rubric (
	id INTEGER NOT NULL, 
	rubric_id TEXT NOT NULL, 
	version TEXT NOT NULL, 
	rubric_key VARCHAR(16) NOT NULL, 
	document TEXT NOT NULL, 
	CONSTRAINT pk_rubric PRIMARY KEY (id), 
	CONSTRAINT uq_rubric_rubric_id_version UNIQUE (rubric_id, version), 
	CONSTRAINT uq_rubric_rubric_key UNIQUE (rubric_key)
);
INSERT INTO "rubric" VALUES(1,'test','1','rrrrrrrrrrrrrrrr','{"id":"test"}');
CREATE TABLE run (
	id INTEGER NOT NULL, 
	kind VARCHAR(64) NOT NULL, 
	started_at DATETIME NOT NULL, 
	finished_at DATETIME, 
	keys TEXT NOT NULL, 
	report TEXT, 
	CONSTRAINT pk_run PRIMARY KEY (id)
);
INSERT INTO "run" VALUES(1,'nightly','2026-11-25 18:19:28.119304','2026-11-25 18:19:28.120822','{"engine_key":"b21242d5bdea7413","check_keys":["ccccccccccccccc1","ccccccccccccccc2"],"rubric_key":"rrrrrrrrrrrrrrrr","trust_key":"","scope":{"teams":[],"lines":[],"directions":[],"since":""},"elsewhere":[]}','{"ingest":{"new":3}}');
CREATE TABLE sample (
	id INTEGER NOT NULL, 
	plan_id INTEGER NOT NULL, 
	period TEXT NOT NULL, 
	seed TEXT NOT NULL, 
	n_candidates INTEGER NOT NULL, 
	author TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_sample PRIMARY KEY (id), 
	CONSTRAINT fk_sample_plan_id FOREIGN KEY(plan_id) REFERENCES sample_plan (id), 
	CONSTRAINT uq_sample_plan_id_period UNIQUE (plan_id, period)
);
INSERT INTO "sample" VALUES(1,1,'{}','{}',1,'{}','2026-11-02 09:00:00.000000');
CREATE TABLE sample_call (
	sample_id INTEGER NOT NULL, 
	call_id INTEGER NOT NULL, 
	stratum TEXT NOT NULL, 
	probability FLOAT NOT NULL, 
	why TEXT NOT NULL, 
	CONSTRAINT pk_sample_call PRIMARY KEY (sample_id, call_id), 
	CONSTRAINT fk_sample_call_call_id FOREIGN KEY(call_id) REFERENCES call (id), 
	CONSTRAINT fk_sample_call_sample_id FOREIGN KEY(sample_id) REFERENCES sample (id)
);
INSERT INTO "sample_call" VALUES(1,1,'{}',1.0,'{}');
CREATE TABLE sample_plan (
	id INTEGER NOT NULL, 
	plan_id TEXT NOT NULL, 
	plan_key VARCHAR(16) NOT NULL, 
	document TEXT NOT NULL, 
	CONSTRAINT pk_sample_plan PRIMARY KEY (id), 
	CONSTRAINT uq_sample_plan_plan_key UNIQUE (plan_key)
);
INSERT INTO "sample_plan" VALUES(1,'{}','{}','{}');
CREATE TABLE transcript (
	id INTEGER NOT NULL, 
	recording_id INTEGER NOT NULL, 
	channel INTEGER NOT NULL, 
	engine_id INTEGER NOT NULL, 
	seconds FLOAT NOT NULL, 
	document BLOB NOT NULL, confidence FLOAT, 
	CONSTRAINT pk_transcript PRIMARY KEY (id), 
	CONSTRAINT fk_transcript_engine_id FOREIGN KEY(engine_id) REFERENCES engine (id), 
	CONSTRAINT fk_transcript_recording_id FOREIGN KEY(recording_id) REFERENCES recording (id), 
	CONSTRAINT uq_transcript_recording_id_channel_engine_id UNIQUE (recording_id, channel, engine_id)
);
INSERT INTO "transcript" VALUES(1,1,0,1,60.0,X'785EA591414EC3301045EF326B1325A1692B5F0521CB89A789853BB66C071AAA6EB80B1297E038700EC62D2084C40AAFEC99EFFFFED8478838F8682C8D208F9026DD766B9050FF6F3520C0CC5167EB09E4BAAE6A01A4864913A14B205B0149EF8343C51A04B9659C80C11B1C181E86BD4ACDDA219C04208D9650DDE1C29DBE6DDA556BBADEA0DEAC9A6BC6E439123BDE1CC192C10348368A9EEF4AD023526649CA3A666E545DB133209BAAE56DC60357E1FDE9E5EDF995650FFC0E17A7DF9D3F0C42F4BDEEADB399B3D5D576D39D6ECB14B4B30669E008E7A200E76743989232FD8E0957ED394AB07998D4F4089266E704EC9C1E0B9FE53E003BA5C539DD3B4C2A6054893FAA84BF88FD3D46A7C3D7B14CAC7E922FAA0975FCBC52A27D13F69E7C214CCB68913868919F3E00224FA4B2',0.875);
INSERT INTO "transcript" VALUES(2,2,0,1,60.0,X'785EA591414EC3301045EF32EB1025A6692B5F0521CB89A789853BB66C071AAA6EB80B1297E038700EC62D2084C40AAFEC99EFFFFED8478838F8682C8D208F90262DBA354868FEB7045460E6A8B3F50472DDD44D05A4864913A14B20450549EF8343C51A04B9655C05833738303C0C7B95DAB543385580345A4275870B777AD18A95305D6F506F56ED3563F21C891D6F8E60C9E001241B45CF7725E81129B324651D3337EAAED819906D2D789BF1C055787F7A797B7E65D903BFC3C5E977E70F83107DAF7BEB6CE66C4DBDDD74A7DB3205EDAC411A38C2B95881F3B3214C49997EC7842B718E126C1E26353D82A4D9B90A764E8F85CF721F809DD2E29CEE1D261530AAC41F55C25FC4FE1EA3D3E1EB5826563FC917D5843A7E5E29D1BE097B4FBE10A665B4481CB4C84F1F2405A4B3',0.875);
INSERT INTO "transcript" VALUES(3,3,0,1,60.0,X'785EA591414EC3301045EF32EB1025A6692B5F0521CBB1A789853B8E6C071AAA6EB80B1297E038700EC62D2084C40AAFEC99EFFFFED847886842B48E06904748A316DD1A2434FF5BD750819DA3CE2E10C8755337159032A326429F408A0A92DE4F1E156B10E49671159860D1307C327B95DAB54738558034384275870B777AD18A95B05D6F516F566DC1E439123BDE1CC191C50348368A81EF4AD003526649CA3A666ED45DB1B320DB5AF036E381ABF0FEF4F2F6FCCAB2077E878BD3EFCE1F06530CBDEE9D7799B335F576D39D6ECB14B47316C9708473B1021F664B9892B2FD8E0957E21C6572D98C6A7C0449B3F715ECBC1E0A9FE56102764A8BF7BAF798D4845125FEA812FE220EF718BD9EBE8E6562F5937C518DA8E3E79512ED9BB00F140A615C0687C4418BFCF40125BBA4B4',0.875);
CREATE INDEX ix_call_period_agent_id_team ON call (period, agent_id, team);
CREATE INDEX ix_call_recording_id_channel ON call (recording_id, channel);
CREATE INDEX ix_call_started_at ON call (started_at);
CREATE INDEX ix_transcript_seconds_engine_id ON transcript (seconds, engine_id);
CREATE INDEX ix_finding_error ON finding (transcript_id) WHERE verdict = 'error';
CREATE INDEX ix_call_day_agent_id ON call (day, agent_id);
CREATE INDEX ix_appeal_agent_id ON appeal (agent_id);
CREATE INDEX ix_assignment_reviewer ON assignment (reviewer);
CREATE INDEX ix_golden_label_call_id ON golden_label (call_id);
CREATE INDEX ix_review_call_id ON review (call_id);
CREATE INDEX ix_review_purpose_session ON review (purpose, session);
CREATE UNIQUE INDEX ix_sample_call_call_id ON sample_call (call_id);
CREATE INDEX ix_appeal_step_appeal_id ON appeal_step (appeal_id);
COMMIT;
