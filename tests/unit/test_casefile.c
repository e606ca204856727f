/*
 * Cases as a service that lies would hand them out.  Everything is built as
 * the roles and staff build it; then one thing is changed, and what was
 * changed is never shown as genuine.
 */
#include "tests/unit/case_kit.h"

#include "lib/face.h"
#include "lib/letter.h"
#include "tools/shape.h"

static void
genuine(struct world *w, struct casefile_item *item)
{
	struct err e = ERR_INIT;

	if (casefile_read(w->cf, item, &e) != 0)
		fail_msg("refused: %s", item->problem == NULL ? e.text :
		    item->problem);
	assert_null(item->problem);
	assert_non_null(item->view);
}

/* Refused with these words, and nothing of it is there to be shown. */
static void
refused(struct world *w, struct casefile_item *item, const char *words)
{
	json_t *problems = json_array(), *shown;

	assert_int_equal(casefile_read(w->cf, item, NULL), 1);
	if (strstr(item->problem, words) == NULL)
		fail_msg("'%s' is not in: %s", words, item->problem);
	assert_null(item->view);
	shown = shape_item(w->cf, item, problems, NULL);
	assert_true(json_is_null(shown));
	assert_int_equal(json_array_size(problems), 1);
	json_decref(shown);
	json_decref(problems);
}

static void
opens_what_is_genuine(void **state)
{
	struct world w;
	struct casefile_item *item;
	unsigned char pub[SEAL_KEY];
	int64_t epoch;
	json_t *o;

	(void)state;
	begin(&w);
	put_letter(&w, 1, "one", NULL);
	put_letter(&w, 2, "two", NULL);
	item = open_case(&w);
	genuine(&w, item);
	genuine(&w, casefile_item(w.cf, 1));
	assert_int_equal(item->seq, 2);
	assert_int_equal(item->at, AT + 2);
	assert_string_equal(json_string_value(json_object_get(item->view,
	    "text")), "two");
	assert_ptr_equal(casefile_newest(w.cf), item);
	assert_int_equal(casefile_doubtful(w.cf), 0);
	o = casefile_party(w.cf, 1, NULL);
	assert_string_equal(json_string_value(json_object_get(o, "address")),
	    "a@example.org");
	json_decref(o);
	assert_null(casefile_party(w.cf, 2, NULL));
	assert_int_equal(casefile_key(w.cf, &epoch, pub, NULL), 0);
	assert_memory_equal(pub, w.case_pub, SEAL_KEY);
	end(&w);
}

static void
refuses_a_deposit_that_no_role_signed(void **state)
{
	struct signer *stranger;
	struct twist twist = { NULL, NULL, NULL, 0 };
	struct world w;
	json_t *o;

	(void)state;
	stranger = signer_new();
	begin(&w);
	twist.by = stranger;
	put_letter(&w, 1, "one", &twist);
	refused(&w, open_case(&w), "not on the list");
	assert_null(casefile_newest(w.cf));
	assert_int_equal(casefile_doubtful(w.cf), 1);
	/* A colleague is no role. */
	json_array_clear(json_object_get(w.o, "letters"));
	twist.by = people[ANA]->signer;
	put_letter(&w, 1, "one", &twist);
	refused(&w, open_case(&w), "not on the list");
	/* A role's key beside another's signature. */
	o = at(&w, 0);
	wire_set_hex(o, "signer", roles[0]->pub, SIGN_PUBLIC);
	refused(&w, open_case(&w), "does not hold");
	(void)json_object_set_new(o, "statement", json_null());
	refused(&w, open_case(&w), "no signed deposit");
	end(&w);
	signer_free(stranger);
}

static void
refuses_an_altered_deposit(void **state)
{
	struct world w;
	struct buf statement;
	char *mode;

	(void)state;
	begin(&w);
	put_letter(&w, 1, "one", NULL);
	assert_int_equal(wire_get_base64(at(&w, 0), "statement", 65536,
	    &statement, NULL), 0);
	assert_non_null(mode = strstr(statement.bytes, "\"participant\":1"));
	mode[14] = '2';
	wire_set_base64(at(&w, 0), "statement", statement.bytes,
	    statement.len);
	refused(&w, open_case(&w), "does not hold");
	buf_free(&statement);
	end(&w);
}

static void
refuses_what_was_deposited_elsewhere(void **state)
{
	struct twist other_case = { OTHER, NULL, NULL, 0 };
	struct twist other_seq = { NULL, NULL, NULL, 7 };
	struct world w;

	(void)state;
	begin(&w);
	put_letter(&w, 1, "one", &other_case);
	refused(&w, open_case(&w), "somewhere else");
	json_array_clear(json_object_get(w.o, "letters"));
	put_letter(&w, 1, "one", &other_seq);
	refused(&w, open_case(&w), "somewhere else");
	end(&w);
	/* The parts of one letter under the name of another. */
	begin(&w);
	put_letter(&w, 1, "one", NULL);
	put_letter(&w, 2, "two", NULL);
	(void)json_object_set(at(&w, 1), "id", json_object_get(at(&w, 0),
	    "id"));
	refused(&w, open_case(&w), "somewhere else");
	genuine(&w, casefile_item(w.cf, 1));
	end(&w);
}

static void
refuses_a_planted_case_key(void **state)
{
	unsigned char pub[SEAL_KEY];
	struct secret *planted;
	struct world w;

	(void)state;
	planted = seal_pair_new(pub);
	begin(&w);
	put_letter(&w, 1, "one", NULL);
	/* Whole in itself, but no role ever named it. */
	(void)json_object_set_new(w.o, "keys", json_pack("[o]", key_json(pub,
	    planted, w.team_pub)));
	refused(&w, open_case(&w), "another key of the case");
	/* The right public half, over a secret that is another's. */
	(void)json_object_set_new(w.o, "keys", json_pack("[o]",
	    key_json(w.case_pub, planted, w.team_pub)));
	refused(&w, open_case(&w), "not the one that it says");
	(void)json_object_set_new(w.o, "keys", json_array());
	refused(&w, open_case(&w), "another key of the case");
	end(&w);
	secret_free(planted);
}

static void
refuses_a_planted_team_key(void **state)
{
	unsigned char pub[SEAL_KEY];
	struct secret *planted;
	struct world w;

	(void)state;
	planted = seal_pair_new(pub);
	begin(&w);
	put_letter(&w, 1, "one", NULL);
	/* The service made a team key and sealed all to it. */
	team_free(w.team);
	w.team = team_of(w.roster, planted);
	assert_null(team_at(w.team, 0));
	(void)json_object_set_new(w.o, "keys", json_pack("[o]",
	    key_json(w.case_pub, w.case_secret, pub)));
	refused(&w, open_case(&w), "you hold no key");
	/* The right team key does not open a box for another. */
	team_free(w.team);
	w.team = team_of(w.roster, w.team_secret);
	refused(&w, open_case(&w), "does not open");
	/* And a case that claims another desk is not opened at all. */
	(void)json_object_set_new(w.o, "desk", json_string("careers"));
	refused(&w, open_case(&w), "you hold no key");
	end(&w);
	secret_free(planted);
}

static void
shows_a_gap(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	put_letter(&w, 1, "one", NULL);
	put_letter(&w, 2, "two", NULL);
	put_letter(&w, 3, "three", NULL);
	(void)json_array_remove(json_object_get(w.o, "letters"), 1);
	genuine(&w, open_case(&w));
	assert_int_equal(casefile_item(w.cf, 3)->gap, 1);
	assert_int_equal(casefile_item(w.cf, 1)->gap, 0);
	assert_int_equal(casefile_doubtful(w.cf), 1);
	(void)json_array_remove(json_object_get(w.o, "letters"), 0);
	genuine(&w, open_case(&w));
	assert_int_equal(casefile_item(w.cf, 3)->gap, 1);
	end(&w);
	/* The same letter twice is refused once. */
	begin(&w);
	put_letter(&w, 1, "one", NULL);
	(void)json_array_append(json_object_get(w.o, "letters"), at(&w, 0));
	refused(&w, open_case(&w), "twice");
	genuine(&w, casefile_at(w.cf, 0));
	end(&w);
}

static void
refuses_an_altered_part(void **state)
{
	struct casefile_item *item;
	struct secret *key = NULL;
	struct world w;
	struct buf out;

	(void)state;
	begin(&w);
	put_letter(&w, 1, "one", NULL);
	w.parts[0].bytes[w.parts[0].len - 1] ^= 1;
	refused(&w, open_case(&w), "does not open");
	w.parts[0].bytes[w.parts[0].len - 1] ^= 1;
	/* Sealed anew under the right key, but not what was deposited. */
	item = open_case(&w);
	genuine(&w, item);
	key = secret_copy(item->key->bytes, item->key->len);
	free(w.parts[0].bytes);
	w.parts[0].part = PARTS;	/* gone */
	w.parts[0].bytes = NULL;
	(void)store_part(&w, item->id, PART_VIEW, key, "{\"text\":\"no\"}",
	    13);
	refused(&w, open_case(&w), "not what was deposited");
	(void)store_part(&w, casefile_at(w.cf, 0)->id, 99, key, "x", 1);
	item = open_case(&w);
	buf_init(&out, 100);
	assert_int_equal(casefile_part(w.cf, item, 99, &out, NULL), -1);
	buf_free(&out);
	secret_free(key);
	/* What is not there is said; what is not reachable is no verdict. */
	for (; w.nparts > 4; w.nparts--)
		free(w.parts[w.nparts - 1].bytes);
	refused(&w, open_case(&w), "missing");
	w.fails = ERR_RETRY;
	item = open_case(&w);
	assert_int_equal(casefile_read(w.cf, item, NULL), -1);
	assert_null(item->problem);
	end(&w);
}

#define NOTE	"{\"at\":1,\"author\":\"cem\",\"case\":\"" CASE \
		"\",\"draft\":null,\"text\":\"hm\",\"v\":1}"
#define DRAFT	"{\"at\":1,\"attachments\":[],\"author\":\"cem\",\"body\":" \
		"\"Hi\",\"case\":\"" CASE "\",\"participant\":1," \
		"\"subject\":null,\"v\":1}"

static void
believes_staff_by_their_signatures(void **state)
{
	const struct signer *cem = people[CEM]->signer;
	struct world w;

	(void)state;
	begin(&w);
	put_letter(&w, 1, "one", NULL);
	(void)put_written(&w, "note", 2, cem, PURPOSE_NOTE, NOTE);
	genuine(&w, open_case(&w));
	(void)put_written(&w, "draft", 0, cem, PURPOSE_DRAFT, DRAFT);
	genuine(&w, open_case(&w));
	assert_string_equal(casefile_at(w.cf, 2)->author, "cem");
	end(&w);
	begin(&w);
	put_letter(&w, 1, "one", NULL);
	/* Signed as something else, by somebody else, by nobody. */
	(void)put_written(&w, "note", 2, cem, PURPOSE_DRAFT, NOTE);
	refused(&w, open_case(&w), "does not hold");
	(void)put_written(&w, "note", 3, people[TIA]->signer, PURPOSE_NOTE,
	    NOTE);
	refused(&w, open_case(&w), "somewhere else");
	(void)put_written(&w, "note", 4, people[NEW]->signer, PURPOSE_NOTE,
	    NOTE);
	refused(&w, open_case(&w), "never on the list");
	(void)put_written(&w, "note", 5, roles[0], PURPOSE_NOTE, NOTE);
	refused(&w, open_case(&w), "never on the list");
	(void)put_written(&w, "note", 6, cem, PURPOSE_NOTE,
	    "{\"author\":\"cem\",\"case\":\"" OTHER "\",\"text\":\"x\"}");
	refused(&w, open_case(&w), "somewhere else");
	end(&w);
}

/* The bytes of a letter that could be sent. */
static char *
answer_text(const char *case_id)
{
	struct letter l;
	char *text;

	letter_init(&l);
	memcpy(l.case_id, case_id, sizeof(l.case_id));
	(void)strcpy(l.desk, "youth");
	(void)strcpy(l.author, "cem");
	(void)strcpy(l.mode, "mail");
	l.draft = l.revision = l.participant = 1;
	l.to = mem_strdup("a@example.org");
	l.subject = mem_strdup("Your letter");
	l.body = mem_strdup("Hi\n");
	l.message_id = letter_message_id_new("desk.example");
	l.reply_token = letter_token_new();
	l.expires = AT;
	text = letter_print(&l, NULL, NULL);
	assert_non_null(text);
	letter_free(&l);
	return text;
}

static void
believes_both_signatures_of_an_answer(void **state)
{
	const struct signer *cem = people[CEM]->signer;
	unsigned char sig[SIGN_LEN];
	struct casefile_item *item;
	struct world w;
	char *text = answer_text(CASE), *other = answer_text(OTHER);
	json_t *o;

	(void)state;
	begin(&w);
	put_letter(&w, 1, "one", NULL);
	o = put_written(&w, "answer", 2, cem, PURPOSE_LETTER, text);
	item = open_case(&w);
	genuine(&w, item);
	assert_null(item->approver);
	signature_make(people[ANA]->signer, PURPOSE_APPROVE, text,
	    strlen(text), sig);
	wire_set_hex(o, "approver", people[ANA]->signer->pub, SIGN_PUBLIC);
	wire_set_hex(o, "approval", sig, SIGN_LEN);
	item = open_case(&w);
	genuine(&w, item);
	assert_string_equal(item->approver, "ana");
	wire_set_hex(o, "approver", people[SOL]->signer->pub, SIGN_PUBLIC);
	refused(&w, open_case(&w), "second signature");
	signature_make(people[ANA]->signer, PURPOSE_LETTER, text,
	    strlen(text), sig);
	wire_set_hex(o, "approver", people[ANA]->signer->pub, SIGN_PUBLIC);
	wire_set_hex(o, "approval", sig, SIGN_LEN);
	refused(&w, open_case(&w), "second signature");
	(void)put_written(&w, "answer", 3, cem, PURPOSE_LETTER, other);
	refused(&w, open_case(&w), "somewhere else");
	(void)put_written(&w, "answer", 4, cem, PURPOSE_LETTER, DRAFT);
	refused(&w, open_case(&w), "not a letter");
	end(&w);
	free(text);
	free(other);
}

static int
has_flag(const json_t *row, const char *flag)
{
	const json_t *o;
	size_t i;

	json_array_foreach(json_object_get(row, "flags"), i, o)
		if (strcmp(json_string_value(o), flag) == 0)
			return 1;
	return 0;
}

/* A row of the queue: the face when it verifies, else a mark. */
static void
marks_a_row_that_does_not_verify(void **state)
{
	struct stored *face;
	struct world w;
	json_t *row, *newest;

	(void)state;
	begin(&w);
	put_letter(&w, 1, "one", NULL);
	put_letter(&w, 2, "two", NULL);
	face = &w.parts[6];
	assert_int_equal(face->part, PART_FACE);
	newest = json_incref(at(&w, 1));
	(void)json_object_del(w.o, "letters");
	(void)json_object_set_new(w.o, "newest", newest);
	wire_set_base64(newest, "face", face->bytes, face->len);
	(void)open_case(&w);
	assert_int_equal(casefile_doubtful(w.cf), 0);
	row = shape_row(w.cf, AT);
	assert_string_equal(json_string_value(json_object_get(row,
	    "subject")), "School");
	assert_int_equal(has_flag(row, "unverified"), 0);
	json_decref(row);
	face->bytes[face->len - 1] ^= 1;
	wire_set_base64(newest, "face", face->bytes, face->len);
	(void)open_case(&w);
	row = shape_row(w.cf, AT);
	assert_string_equal(json_string_value(json_object_get(row,
	    "subject")), "");
	assert_string_equal(json_string_value(json_object_get(row,
	    "excerpt")), "");
	assert_int_equal(has_flag(row, "unverified"), 1);
	json_decref(row);
	end(&w);
}

/* What the case has not seen before stays visible; drafts are no items. */
static void
shapes_a_case(void **state)
{
	struct world w;
	json_t *o, *items, *problems = json_array();

	(void)state;
	begin(&w);
	put_letter(&w, 1, "how are you today", NULL);
	put_letter(&w, 3, "> how are you today", NULL);
	put_letter(&w, 4, "> how old are you today", NULL);
	(void)put_written(&w, "note", 2, people[CEM]->signer, PURPOSE_NOTE,
	    NOTE);
	(void)put_written(&w, "draft", 0, people[CEM]->signer, PURPOSE_DRAFT,
	    DRAFT);
	(void)open_case(&w);
	o = shape_case(w.cf, problems, NULL);
	assert_int_equal(json_array_size(problems), 0);
	items = json_object_get(o, "items");
	assert_int_equal(json_array_size(items), 4);
	assert_int_equal(json_array_size(json_object_get(json_array_get(
	    items, 0), "folded")), 0);
	assert_int_equal(json_array_size(json_object_get(json_array_get(
	    items, 2), "folded")), 1);
	assert_int_equal(json_array_size(json_object_get(json_array_get(
	    items, 3), "folded")), 0);
	assert_string_equal(json_string_value(json_object_get(json_array_get(
	    items, 1), "id")), CASE ".2");
	assert_int_equal(has_flag(o, "unverified"), 0);
	json_decref(o);
	json_decref(problems);
	end(&w);
}

/* What put_face() signs and what the service says beside it. */
struct face_twist {
	const char	*case_id;
	const char	*author;
	const char	*purpose;
	int		 fence, revision;	/* said by the service */
};

static void
put_face(struct world *w, const struct face_twist *twist)
{
	char text[256];
	json_t *item;
	size_t n = w->nparts, last;

	(void)snprintf(text, sizeof(text), "{\"areas\":[],\"at\":1795000000,"
	    "\"author\":\"%s\",\"case\":\"%s\",\"fence\":2,\"revision\":3,"
	    "\"summary\":null,\"tags\":[\"exam\"],\"v\":1}", twist->author,
	    twist->case_id);
	(void)put_written(w, "note", 9, people[CEM]->signer, twist->purpose,
	    text);
	last = json_array_size(json_object_get(w->o, "letters")) - 1;
	item = json_incref(at(w, last));
	(void)json_array_remove(json_object_get(w->o, "letters"), last);
	wire_set_base64(item, "view", w->parts[n].bytes, w->parts[n].len);
	(void)json_object_set_new(w->o, "face", json_pack("{s:i, s:i, s:o}",
	    "fence", twist->fence, "revision", twist->revision, "item",
	    item));
	(void)open_case(w);
}

static void
believes_tags_by_their_signature(void **state)
{
	static const struct face_twist good = { CASE, "cem", PURPOSE_FACE, 2,
	    3 };
	static const struct face_twist bad[] = {
		{ OTHER, "cem", PURPOSE_FACE, 2, 3 },
		{ CASE, "ana", PURPOSE_FACE, 2, 3 },
		{ CASE, "cem", PURPOSE_NOTE, 2, 3 },
		{ CASE, "cem", PURPOSE_FACE, 1, 3 },
		{ CASE, "cem", PURPOSE_FACE, 2, 4 }
	};
	struct err e = ERR_INIT;
	struct face face;
	struct world w;
	json_t *row, *problems = json_array(), *shown;
	size_t i;

	(void)state;
	begin(&w);
	put_letter(&w, 1, "one", NULL);
	(void)open_case(&w);
	assert_int_equal(casefile_own_face(w.cf, &face, &e), 0);
	assert_int_equal(face.revision, 0);
	put_face(&w, &good);
	assert_int_equal(casefile_own_face(w.cf, &face, &e), 0);
	assert_int_equal(face.revision, 3);
	row = shape_row(w.cf, AT);
	assert_string_equal(json_string_value(json_array_get(
	    json_object_get(row, "tags"), 0)), "exam");
	assert_int_equal(has_flag(row, "unverified"), 0);
	json_decref(row);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		put_face(&w, &bad[i]);
		assert_int_equal(casefile_own_face(w.cf, &face, &e), -1);
		assert_int_equal(e.code, ERR_DENIED);
		assert_int_equal(face.tags.n, 0);
		assert_int_equal(face.revision, bad[i].revision);
	}
	shown = shape_case(w.cf, problems, NULL);
	assert_int_equal(json_array_size(problems), 1);
	assert_int_equal(json_array_size(json_object_get(shown, "tags")), 0);
	assert_int_equal(has_flag(shown, "unverified"), 1);
	json_decref(shown);
	json_decref(problems);
	end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens_what_is_genuine),
		cmocka_unit_test(refuses_a_deposit_that_no_role_signed),
		cmocka_unit_test(refuses_an_altered_deposit),
		cmocka_unit_test(refuses_what_was_deposited_elsewhere),
		cmocka_unit_test(refuses_a_planted_case_key),
		cmocka_unit_test(refuses_a_planted_team_key),
		cmocka_unit_test(shows_a_gap),
		cmocka_unit_test(refuses_an_altered_part),
		cmocka_unit_test(believes_staff_by_their_signatures),
		cmocka_unit_test(believes_both_signatures_of_an_answer),
		cmocka_unit_test(marks_a_row_that_does_not_verify),
		cmocka_unit_test(shapes_a_case),
		cmocka_unit_test(believes_tags_by_their_signature),
	};

	return cmocka_run_group_tests(tests, people_begin, people_end);
}
