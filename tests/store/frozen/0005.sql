BEGIN TRANSACTION;
CREATE TABLE account (
	id INTEGER NOT NULL, 
	name_key TEXT NOT NULL, 
	name TEXT NOT NULL, 
	full_name TEXT NOT NULL, 
	role VARCHAR(64) NOT NULL, 
	agent_id TEXT, 
	teams TEXT NOT NULL, 
	disabled BOOLEAN NOT NULL, 
	language VARCHAR(8) NOT NULL, 
	password_hash TEXT, 
	subject TEXT, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_account PRIMARY KEY (id), 
	CONSTRAINT uq_account_name_key UNIQUE (name_key), 
	CONSTRAINT uq_account_subject UNIQUE (subject)
);
INSERT INTO "account" VALUES(1,'wangli','wangli','王丽','inspector',NULL,'[]',0,'zh',NULL,NULL,'2026-11-02 09:00:00.000000');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0005');
CREATE TABLE alert_told (
	alert VARCHAR(64) NOT NULL, 
	webhook VARCHAR(16) NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_alert_told PRIMARY KEY (alert, webhook)
)
 WITHOUT ROWID

;
INSERT INTO "alert_told" VALUES('{}','{}','2026-11-02 09:00:00.000000');
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
CREATE TABLE audit (
	id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	author TEXT NOT NULL, 
	role VARCHAR(64) NOT NULL, 
	action VARCHAR(64) NOT NULL, 
	kind VARCHAR(64) NOT NULL, 
	object_pk INTEGER, 
	object TEXT NOT NULL, 
	address TEXT NOT NULL, 
	detail TEXT NOT NULL, hash VARCHAR(64) DEFAULT '' NOT NULL, 
	CONSTRAINT pk_audit PRIMARY KEY (id)
);
INSERT INTO "audit" VALUES(1,'2026-11-02 09:00:00.000000','wangli','inspector','signed_in','',NULL,'','','{}','99007b8ee1a0144f2aa6945352fea5af6cc162b1326293caf5c36800c2d9dd7b');
INSERT INTO "audit" VALUES(2,'2026-11-02 09:00:00.000000','wangli','inspector','call_opened','',NULL,'','','{}','6e9a6d6c38b1ac3ea8fc39de439ed1cb74631de5a93c10d176801ea57330ff35');
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
INSERT INTO "call" VALUES(3,'call-3',3,0,'71882f2ff033b235','247c30837efd10cf','','','3000','early','2026-10-31 16:30:03.000000','2026-11','inbound','unknown','{"request_type":"投诉","category":["环境保护","环境污染"],"summary":"","location":"","district":"","contact_name":"王女士","contact_phone":"","event_time":"","appeal":""}','2026-11-01','12345','环境保护','投诉');
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
INSERT INTO "call_score" VALUES(1,1,1,'3a8efc5ddbbb82c1','0415b97763d655cd',1,'',100.0,1,0,'MU','2026-12-02 15:55:49.612728');
INSERT INTO "call_score" VALUES(2,2,2,'8d8c7f794bbe9dac','0415b97763d655cd',1,'',100.0,1,0,'MU','2026-12-02 15:55:49.616585');
INSERT INTO "call_score" VALUES(3,3,3,'71882f2ff033b235','0415b97763d655cd',1,'',100.0,1,0,'MU','2026-12-02 15:55:49.619751');
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
CREATE TABLE erased_number (
	number_key VARCHAR(64) NOT NULL, 
	report_id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_erased_number PRIMARY KEY (number_key, report_id), 
	CONSTRAINT fk_erased_number_report_id FOREIGN KEY(report_id) REFERENCES removal_report (id)
)
 WITHOUT ROWID

;
INSERT INTO "erased_number" VALUES('{}',1,'2026-11-02 09:00:00.000000');
CREATE TABLE erased_recording (
	recording_key VARCHAR(64) NOT NULL, 
	report_id INTEGER NOT NULL, 
	CONSTRAINT pk_erased_recording PRIMARY KEY (recording_key), 
	CONSTRAINT fk_erased_recording_report_id FOREIGN KEY(report_id) REFERENCES removal_report (id)
)
 WITHOUT ROWID

;
INSERT INTO "erased_recording" VALUES('{}',1);
CREATE TABLE failed_sign_in (
	id INTEGER NOT NULL, 
	name_hash VARCHAR(64) NOT NULL, 
	address TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_failed_sign_in PRIMARY KEY (id)
);
INSERT INTO "failed_sign_in" VALUES(1,'{}','{}','2026-11-02 09:00:00.000000');
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
INSERT INTO "failure" VALUES(1,'ingest','call-9',1,'no_agent','"the row names no agent"','2026-12-02 15:55:49.623206');
CREATE TABLE finding (
	transcript_id INTEGER NOT NULL, 
	context_key VARCHAR(16) NOT NULL, 
	check_version_id INTEGER NOT NULL, 
	verdict VARCHAR(16) NOT NULL, 
	reason VARCHAR(64) NOT NULL, 
	value FLOAT, 
	confidence FLOAT, 
	evidence BLOB, details BLOB, 
	CONSTRAINT pk_finding PRIMARY KEY (transcript_id, context_key, check_version_id), 
	CONSTRAINT fk_finding_check_version_id FOREIGN KEY(check_version_id) REFERENCES check_version (id), 
	CONSTRAINT fk_finding_transcript_id FOREIGN KEY(transcript_id) REFERENCES transcript (id)
)
 WITHOUT ROWID

;
INSERT INTO "finding" VALUES(1,'3a8efc5ddbbb82c1',1,'met','said',1.5,0.75,X'785E8BAE562A292DCA8BCFCC4B49AD50B232D0514ACE482C8A2F2E492C2A417053F35294AC8C749460C27AA63A4A6031433D2320B3B034BF2455C94AE959D38AA74BF72AD5EAA01A9A579A9383C75C03B8B9C67A0630738D404C98B94AB5B100A9843710',NULL);
INSERT INTO "finding" VALUES(1,'3a8efc5ddbbb82c1',2,'violated','never_said',NULL,NULL,NULL,X'785E9590410AC2301045EF32EB526CD54DAE22A584648AA1755A93A908A51BEF2278098FA3E770D22A5D29B8FBFF2FFEFB3303540E1B1B40ED86598202D3126BC325E90342021E756849F2E84BEBAA0A7D903CF41E41B1EF31013C398B6470EAE1DE53E9C8E219D42A01B3D7BE0CAC3D2F164940B974BCE3742B1D31CBD25CE4B16F59BAE079B93DAE77188BB148A0136C4BBA013540E834CDA3FF80D52E8AE98C38FF835E2FEC4DE4B03335F2AF8F7C8564B2747C01ED14723E');
INSERT INTO "finding" VALUES(2,'8d8c7f794bbe9dac',1,'met','said',1.5,0.75,X'785E8BAE562A292DCA8BCFCC4B49AD50B232D0514ACE482C8A2F2E492C2A417053F35294AC8C749460C27AA63A4A6031433D2320B3B034BF2455C94AE959D38AA74BF72AD5EAA01A9A579A9383C75C03B8B9C67A0630738D404C98B94AB5B100A9843710',NULL);
INSERT INTO "finding" VALUES(2,'8d8c7f794bbe9dac',2,'violated','never_said',NULL,NULL,NULL,X'785E9590410AC2301045EF32EB526CD54DAE22A584648AA1755A93A908A51BEF2278098FA3E770D22A5D29B8FBFF2FFEFB3303540E1B1B40ED86598202D3126BC325E90342021E756849F2E84BEBAA0A7D903CF41E41B1EF31013C398B6470EAE1DE53E9C8E219D42A01B3D7BE0CAC3D2F164940B974BCE3742B1D31CBD25CE4B16F59BAE079B93DAE77188BB148A0136C4BBA013540E834CDA3FF80D52E8AE98C38FF835E2FEC4DE4B03335F2AF8F7C8564B2747C01ED14723E');
INSERT INTO "finding" VALUES(3,'71882f2ff033b235',1,'met','said',1.5,0.75,X'785E8BAE562A292DCA8BCFCC4B49AD50B232D0514ACE482C8A2F2E492C2A417053F35294AC8C749460C27AA63A4A6031433D2320B3B034BF2455C94AE959D38AA74BF72AD5EAA01A9A579A9383C75C03B8B9C67A0630738D404C98B94AB5B100A9843710',NULL);
INSERT INTO "finding" VALUES(3,'71882f2ff033b235',2,'violated','never_said',NULL,NULL,NULL,X'785E9590410AC2301045EF32EB526CD54DAE22A584648AA1755A93A908A51BEF2278098FA3E770D22A5D29B8FBFF2FFEFB3303540E1B1B40ED86598202D3126BC325E90342021E756849F2E84BEBAA0A7D903CF41E41B1EF31013C398B6470EAE1DE53E9C8E219D42A01B3D7BE0CAC3D2F164940B974BCE3742B1D31CBD25CE4B16F59BAE079B93DAE77188BB148A0136C4BBA013540E834CDA3FF80D52E8AE98C38FF835E2FEC4DE4B03335F2AF8F7C8564B2747C01ED14723E');
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
CREATE TABLE legal_hold (
	id INTEGER NOT NULL, 
	asked TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	author TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_legal_hold PRIMARY KEY (id)
);
INSERT INTO "legal_hold" VALUES(1,'{}','{}','{}','2026-11-02 09:00:00.000000');
CREATE TABLE legal_hold_call (
	legal_hold_id INTEGER NOT NULL, 
	call_id INTEGER NOT NULL, 
	CONSTRAINT pk_legal_hold_call PRIMARY KEY (legal_hold_id, call_id), 
	CONSTRAINT fk_legal_hold_call_legal_hold_id FOREIGN KEY(legal_hold_id) REFERENCES legal_hold (id), 
	CONSTRAINT fk_legal_hold_call_call_id FOREIGN KEY(call_id) REFERENCES call (id)
)
 WITHOUT ROWID

;
INSERT INTO "legal_hold_call" VALUES(1,1);
CREATE TABLE legal_hold_release (
	legal_hold_id INTEGER NOT NULL, 
	reason TEXT NOT NULL, 
	author TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_legal_hold_release PRIMARY KEY (legal_hold_id), 
	CONSTRAINT fk_legal_hold_release_legal_hold_id FOREIGN KEY(legal_hold_id) REFERENCES legal_hold (id)
);
INSERT INTO "legal_hold_release" VALUES(1,'{}','{}','2026-11-02 09:00:00.000000');
CREATE TABLE listing (
	call_id INTEGER NOT NULL, 
	named TEXT NOT NULL, 
	call_score_id INTEGER NOT NULL, 
	last_review_id INTEGER NOT NULL, 
	rubric_id INTEGER NOT NULL, 
	started_at BIGINT NOT NULL, 
	agent_id TEXT NOT NULL, 
	team TEXT NOT NULL, 
	category TEXT NOT NULL, 
	request_type TEXT NOT NULL, 
	line TEXT NOT NULL, 
	direction VARCHAR(8) NOT NULL, 
	seconds FLOAT NOT NULL, 
	total FLOAT, 
	needs_review BOOLEAN NOT NULL, 
	fatal BOOLEAN NOT NULL, 
	verdicts TEXT NOT NULL, 
	CONSTRAINT pk_listing PRIMARY KEY (call_id), 
	CONSTRAINT fk_listing_call_id FOREIGN KEY(call_id) REFERENCES call (id), 
	CONSTRAINT fk_listing_rubric_id FOREIGN KEY(rubric_id) REFERENCES rubric (id)
);
INSERT INTO "listing" VALUES(1,'{}',1,1,1,1,'{}','{}','{}','{}','{}','{}',1.0,NULL,0,0,'{}');
CREATE TABLE listing_mark (
	item_id TEXT NOT NULL, 
	mark VARCHAR(16) NOT NULL, 
	started_at BIGINT NOT NULL, 
	call_id INTEGER NOT NULL, 
	team TEXT NOT NULL, 
	CONSTRAINT pk_listing_mark PRIMARY KEY (item_id, mark, started_at, call_id), 
	CONSTRAINT fk_listing_mark_call_id FOREIGN KEY(call_id) REFERENCES listing (call_id)
)
 WITHOUT ROWID

;
INSERT INTO "listing_mark" VALUES('{}','{}',1,1,'{}');
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
CREATE TABLE one_time_token (
	id INTEGER NOT NULL, 
	token_key VARCHAR(64) NOT NULL, 
	account_id INTEGER, 
	purpose VARCHAR(64) NOT NULL, 
	expires_at DATETIME NOT NULL, 
	used_at DATETIME, 
	CONSTRAINT pk_one_time_token PRIMARY KEY (id), 
	CONSTRAINT fk_one_time_token_account_id FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT uq_one_time_token_token_key UNIQUE (token_key)
);
INSERT INTO "one_time_token" VALUES(1,'{}',NULL,'{}','2026-11-02 09:00:00.000000',NULL);
CREATE TABLE past_figures (
	period VARCHAR(7) NOT NULL, 
	rubric_id INTEGER NOT NULL, 
	team TEXT NOT NULL, 
	category TEXT NOT NULL, 
	n_calls INTEGER NOT NULL, 
	n_totals INTEGER NOT NULL, 
	sum_of_totals FLOAT NOT NULL, 
	n_fatal INTEGER NOT NULL, 
	seconds FLOAT NOT NULL, 
	CONSTRAINT pk_past_figures PRIMARY KEY (period, rubric_id, team, category), 
	CONSTRAINT fk_past_figures_rubric_id FOREIGN KEY(rubric_id) REFERENCES rubric (id)
)
 WITHOUT ROWID

;
INSERT INTO "past_figures" VALUES('{}',1,'{}','{}',1,1,1.0,1,1.0);
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
CREATE TABLE removal (
	call_id INTEGER NOT NULL, 
	what VARCHAR(64) NOT NULL, 
	report_id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_removal PRIMARY KEY (call_id, what), 
	CONSTRAINT fk_removal_call_id FOREIGN KEY(call_id) REFERENCES call (id), 
	CONSTRAINT fk_removal_report_id FOREIGN KEY(report_id) REFERENCES removal_report (id)
)
 WITHOUT ROWID

;
INSERT INTO "removal" VALUES(3,'audio',1,'2026-11-02 09:00:00.000000');
CREATE TABLE removal_report (
	id INTEGER NOT NULL, 
	kind VARCHAR(64) NOT NULL, 
	author TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	finished_at DATETIME, 
	counts TEXT NOT NULL, 
	CONSTRAINT pk_removal_report PRIMARY KEY (id)
);
INSERT INTO "removal_report" VALUES(1,'retention','王丽','','2026-11-02 09:00:00.000000',NULL,'{}');
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
INSERT INTO "run" VALUES(1,'nightly','2026-12-02 15:55:49.627491','2026-12-02 15:55:49.628088','{"engine_key":"b21242d5bdea7413","check_keys":["ccccccccccccccc1","ccccccccccccccc2"],"rubric_key":"rrrrrrrrrrrrrrrr","trust_key":"","scope":{"teams":[],"lines":[],"directions":[],"since":""},"elsewhere":[]}','{"ingest":{"new":3}}');
CREATE TABLE said (
	call_id INTEGER NOT NULL, 
	transcript_id INTEGER NOT NULL, 
	block_id INTEGER NOT NULL, 
	started_at DATETIME NOT NULL, 
	CONSTRAINT pk_said PRIMARY KEY (call_id), 
	CONSTRAINT fk_said_block_id FOREIGN KEY(block_id) REFERENCES said_block (id), 
	CONSTRAINT fk_said_call_id FOREIGN KEY(call_id) REFERENCES call (id), 
	CONSTRAINT fk_said_transcript_id FOREIGN KEY(transcript_id) REFERENCES transcript (id)
);
INSERT INTO "said" VALUES(1,1,1,'2026-11-02 09:00:00.000000');
CREATE TABLE said_block (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	engine_id INTEGER NOT NULL, 
	sounds_key VARCHAR(16) NOT NULL, 
	oldest BIGINT NOT NULL, 
	newest BIGINT NOT NULL, 
	positions BLOB NOT NULL, 
	bounds BLOB NOT NULL, 
	CONSTRAINT fk_said_block_engine_id FOREIGN KEY(engine_id) REFERENCES engine (id)
);
INSERT INTO "said_block" VALUES(1,1,'{}',1,1,X'',X'');
CREATE TABLE said_pair (
	block_id INTEGER NOT NULL, 
	pair INTEGER NOT NULL, 
	places BLOB NOT NULL, 
	CONSTRAINT pk_said_pair PRIMARY KEY (block_id, pair), 
	CONSTRAINT fk_said_pair_block_id FOREIGN KEY(block_id) REFERENCES said_block (id)
)
 WITHOUT ROWID

;
INSERT INTO "said_pair" VALUES(1,1,X'');
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
CREATE TABLE saved_filter (
	id INTEGER NOT NULL, 
	owner TEXT NOT NULL, 
	name TEXT NOT NULL, 
	params TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_saved_filter PRIMARY KEY (id), 
	CONSTRAINT uq_saved_filter_owner_name UNIQUE (owner, name)
);
INSERT INTO "saved_filter" VALUES(1,'{}','{}','{}','2026-11-02 09:00:00.000000');
CREATE TABLE sign_in_session (
	id INTEGER NOT NULL, 
	token_key VARCHAR(64) NOT NULL, 
	account_id INTEGER NOT NULL, 
	address TEXT NOT NULL, 
	created_at DATETIME NOT NULL, 
	seen_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	CONSTRAINT pk_sign_in_session PRIMARY KEY (id), 
	CONSTRAINT fk_sign_in_session_account_id FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT uq_sign_in_session_token_key UNIQUE (token_key)
);
INSERT INTO "sign_in_session" VALUES(1,'{}',1,'{}','2026-11-02 09:00:00.000000','2026-11-02 09:00:00.000000','2026-11-02 09:00:00.000000');
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
INSERT INTO "transcript" VALUES(1,1,0,1,60.0,X'785EA591514E03211086EF32CFD874D76EDB701563080BD35D221D08B0DAB5E98B7731F1121E47CFE160AB31263EC913CCFFCFFF317084842624EB680079843CEAB65B8384E5FF560302EC9474718140AE978BA5005266D444E833C85640D6FBE851B107416EB9478009160DC3A3D9ABDCAC3DC24900D2E008D51DCEACF46DD3AE5ADBF516F566D55C33A64C8938F1E6088E2C1E4072500ADC2B410F48852DB9E85458587435CE826C162D6F0B1EB80AEF4F2F6FCFAF6C7BE0773827FD56FE088829F4BA77DE95B98ADB4D77BAAD53D0CE59248397A2001F264B98B3B2FD8E0957ED675274C58C6A7C044993F702765E0F95CFF6108193F2ECBDEE3D661531A9CC1F55D96773B8C7E475FC3AD689D54FF2B93CA24E97967AB56FC23E50A884711E1CD2C57EFA00224FA4B2',0.875);
INSERT INTO "transcript" VALUES(2,2,0,1,60.0,X'785EA591514E03211086EF32CF6BD3C56EDB701563080BD35D221D08B0DAB5E98B7731F1121E47CFE160AB31263EC913CCFFCFFF317084842624EB680079843C6AD1AD41C2F27F4B4003764ABAB84020D7CBC5B2015266D444E83348D140D6FBE851B107416EB9A701132C1A8647B357B95D7B845303488323547738B3D28B56AC84ED7A8B7AB36AAF1953A6449C78730447160F20392805EE95A007A4C2965C742A2C2CBA1A6741B60BC1DB8207AEC2FBD3CBDBF32BDB1EF81DCE49BF953F02620ABDEE9D7765AEE276D39D6EEB14B47316C9E0A5D8800F9325CC59D97EC7842BF199145D31A31A1F41D2E47D033BAF87CA677B88C04979F65EF71EB38A9854E68FAAECB339DC63F23A7E1DEBC4EA27F95C1E51A74B4BBDDA37611F2854C2380F0EE9623F7D002405A4B3',0.875);
INSERT INTO "transcript" VALUES(3,3,0,1,60.0,X'785EA591514E03211086EF32CFD874D76EDB701563080BD35D221D08B0DAB5E98B7731F1121E47CFE160AB31263EC913CCFFCFFF317084842624EB680079843CEAB65B8384E5FFD63508B053D2C50502B95E2E960248995113A1CF205B0159EFA347C51E04B9E51E012658340C8F66AF72B3F6082701488323547738B3D2B74DBB6A6DD75BD49B555331654AC48937477064F100928352E05E097A402A6CC945A7C2C2A2AB711664B368795BF0C055787F7A797B7E65DB03BFC339E9B7F247404CA1D7BDF3AECC55DC6EBAD36D9D8276CE2219BC1405F83059C29C95ED774CB86A3F93A22B6654E323489ABC17B0F37AA87CB687089C9467EF75EF31AB884965FEA8CA3E9BC33D26AFE3D7B14EAC7E92CFE51175BAB4D4AB7D13F68142258CF3E0902EF6D30725BBA4B4',0.875);
CREATE INDEX ix_call_period_agent_id_team ON call (period, agent_id, team);
CREATE INDEX ix_call_recording_id_channel ON call (recording_id, channel);
CREATE INDEX ix_call_started_at ON call (started_at);
CREATE INDEX ix_transcript_seconds_engine_id ON transcript (seconds, engine_id);
CREATE INDEX ix_call_day_agent_id ON call (day, agent_id);
CREATE INDEX ix_appeal_agent_id ON appeal (agent_id);
CREATE INDEX ix_assignment_reviewer ON assignment (reviewer);
CREATE INDEX ix_golden_label_call_id ON golden_label (call_id);
CREATE INDEX ix_review_call_id ON review (call_id);
CREATE INDEX ix_review_purpose_session ON review (purpose, session);
CREATE UNIQUE INDEX ix_sample_call_call_id ON sample_call (call_id);
CREATE INDEX ix_appeal_step_appeal_id ON appeal_step (appeal_id);
CREATE INDEX ix_account_agent_id ON account (agent_id);
CREATE INDEX ix_audit_action_at_id ON audit (action, at, id);
CREATE INDEX ix_audit_at_id ON audit (at, id);
CREATE INDEX ix_audit_author_at_id ON audit (author, at, id);
CREATE INDEX ix_audit_kind_at_id ON audit (kind, at, id);
CREATE INDEX ix_audit_kind_object_pk_at_id ON audit (kind, object_pk, at, id);
CREATE INDEX ix_failed_sign_in_address_at ON failed_sign_in (address, at);
CREATE INDEX ix_failed_sign_in_at ON failed_sign_in (at);
CREATE INDEX ix_failed_sign_in_name_hash_at ON failed_sign_in (name_hash, at);
CREATE INDEX ix_one_time_token_account_id ON one_time_token (account_id);
CREATE INDEX ix_sign_in_session_account_id ON sign_in_session (account_id);
CREATE INDEX ix_sign_in_session_expires_at ON sign_in_session (expires_at);
CREATE INDEX ix_listing_newest ON listing (started_at, call_id, agent_id, team, category, request_type, line, total, needs_review, fatal);
CREATE INDEX ix_listing_total ON listing (total, started_at, call_id, agent_id, team, category, request_type, line, needs_review, fatal);
CREATE INDEX ix_listing_agent_id ON listing (agent_id, started_at, call_id);
CREATE INDEX ix_listing_team ON listing (team, started_at, call_id);
CREATE INDEX ix_listing_category ON listing (category, started_at, call_id);
CREATE INDEX ix_listing_request_type ON listing (request_type);
CREATE INDEX ix_listing_line ON listing (line);
CREATE INDEX ix_listing_named ON listing (named);
CREATE INDEX ix_listing_needs_review ON listing (started_at, call_id) WHERE needs_review IS 1;
CREATE INDEX ix_listing_fatal ON listing (started_at, call_id) WHERE fatal IS 1;
CREATE INDEX ix_listing_urgent ON listing (rubric_id, fatal DESC, started_at, call_id) WHERE needs_review IS 1;
CREATE INDEX ix_listing_mark_call_id ON listing_mark (call_id);
CREATE INDEX ix_listing_mark_team ON listing_mark (item_id, mark, team, started_at, call_id);
CREATE INDEX ix_said_block_id ON said (block_id);
CREATE INDEX ix_legal_hold_call_call_id ON legal_hold_call (call_id);
CREATE INDEX ix_finding_error ON finding (transcript_id) WHERE verdict = 'error';
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('said_block',1);
COMMIT;
