/* SPDX-License-Identifier: Apache-2.0 */
/* Archives, entry by entry: what may go on, and as what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tar_rules.h"
#include "unit/unit.h"

static json_t *
rules_of(const char *more)
{
	json_t *rules = json_pack("{s:s, s:b, s:s, s:i, s:i, s:s}", "kind",
	    "archive", "strict", 0, "links", "within", "entries", 100, "size",
	    1000000, "base", "/");
	json_auto_t *changes = json_loads(more, 0, NULL);

	assert_non_null(rules);
	assert_non_null(changes);
	assert_int_equal(json_object_update(rules, changes), 0);
	return rules;
}

struct world {
	json_t *rules;
	struct tar_judge *judge;
	struct tar_entry out;
	bool hold;
	struct errmsg why;
};

static void
begin(struct world *world, const char *more)
{
	memset(world, 0, sizeof(*world));
	world->rules = rules_of(more);
	world->judge = tar_judge_new(world->rules, &world->why);
	assert_non_null(world->judge);
}

static void
end(struct world *world)
{
	assert_true(tar_judge_end(world->judge, &world->why));
	tar_judge_free(world->judge);
	json_decref(world->rules);
}

static bool
put(struct world *world, struct tar_entry entry)
{
	return tar_judge_entry(
	    world->judge, &entry, &world->out, &world->hold, &world->why);
}

static bool
put_file(struct world *world, const char *name)
{
	return put(world,
	    (struct tar_entry){.type = TAR_FILE, .name = name, .mode = 0644});
}

static bool
put_link(struct world *world, enum tar_type type, const char *name,
    const char *target)
{
	return put(world,
	    (struct tar_entry){.type = type, .name = name, .link = target});
}

static bool
put_dir(struct world *world, const char *name)
{
	return put(world,
	    (struct tar_entry){
		.type = TAR_DIRECTORY, .name = name, .mode = 0755});
}

static void
assert_why(const struct world *world, const char *part)
{
	if (strstr(world->why.text, part) == NULL)
		fail_msg("want \"%s\", is \"%s\"", part, world->why.text);
}

/* --- names ---------------------------------------------------------------- */

static void
test_names(void **state)
{
	static const struct {
		const char *name, *clean;
	} rows[] = {
	    {"a", "a"},
	    {"./a", "a"},
	    {"././/a", "a"},
	    {"a//b/./c", "a/b/c"},
	    {"a/b/", "a/b"},
	    {"...", "..."},
	    {"..a/b..", "..a/b.."},
	    {"a\\..\\b", "a\\..\\b"},
	    {"n\xc3\xa9", "n\xc3\xa9"},
	    {"BZh91AY", "BZh91AY"},
	    {".what", ".what"},
	};
	struct world world;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		begin(&world, "{}");
		assert_true(put_file(&world, rows[i].name));
		assert_string_equal(world.out.name, rows[i].clean);
		end(&world);
	}
}

static void
test_bad_names(void **state)
{
	static const struct {
		const char *name, *why;
	} rows[] = {
	    {"", "no name"},
	    {"a\nb", "control characters"},
	    {"./\x1f\x8b\x08\x04", "UTF-8"},
	    {"./\x04\x22\x4d\x18", "control characters"},
	    {"P\x2a\x4d\x18", "control characters"},
	    {"d/a\x7f", "control characters"},
	    {"\xff\xfe", "UTF-8"},
	    {"n\xe9", "UTF-8"},
	    {"\xfd"
	     "7zXZ",
		"UTF-8"},
	    {"\x28\xb5\x2f\xfd", "UTF-8"},
	    {".", "no name"},
	    {"./", "no name"},
	    {"/", "slash"},
	    {"/etc/passwd", "slash"},
	    {"//etc", "slash"},
	    {"..", ".."},
	    {"../a", ".."},
	    {"a/../b", ".."},
	    {"a/..", ".."},
	    {"./..//a", ".."},
	    {".wh.a", ".wh."},
	    {"a/.wh..wh..opq", ".wh."},
	    {"proc/sys/kernel/core_pattern", "/proc"},
	    {"./sys/x", "/sys"},
	    {"dev/sda", "/dev"},
	    {"dev", "/dev"},
	};
	struct world world;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		begin(&world, "{}");
		assert_false(put_file(&world, rows[i].name));
		assert_why(&world, rows[i].why);
		end(&world);
	}
	begin(&world, "{}");
	assert_false(put_file(&world, NULL));
	end(&world);
}

static void
test_long_names(void **state)
{
	char name[2 * TAR_NAME_LEN];
	struct world world;

	(void)state;
	begin(&world, "{}");
	memset(name, 'n', sizeof(name));
	name[TAR_PART_MAX] = '\0';
	assert_true(put_file(&world, name));
	name[TAR_PART_MAX] = 'n';
	name[TAR_PART_MAX + 1] = '\0';
	assert_false(put_file(&world, name));
	assert_why(&world, "too long");
	for (size_t i = 0; i < sizeof(name); i++)
		name[i] = i % 101 == 100 ? '/' : 'n';
	name[sizeof(name) - 1] = '\0';
	assert_false(put_file(&world, name));
	assert_why(&world, "too long");
	for (size_t i = 0; i < sizeof(name); i++)
		name[i] = i % 2 == 1 ? '/' : 'd';
	name[2 * TAR_DEPTH_MAX + 1] = '\0';
	assert_false(put_file(&world, name));
	assert_why(&world, "deep");
	name[2 * TAR_DEPTH_MAX - 1] = '\0';
	assert_false(put_file(&world, name));
	assert_why(&world, "more than 100 entries");
	end(&world);
}

/* --- what a name is ------------------------------------------------------- */

static void
test_one_name_one_thing(void **state)
{
	struct world world;

	(void)state;
	begin(&world, "{}");
	assert_true(put_file(&world, "a/b"));
	assert_true(put_file(&world, "./a//b"));
	assert_true(put_dir(&world, "a/"));
	assert_false(put_dir(&world, "a/b"));
	assert_why(&world, "\"a/b\" is two different things");
	assert_false(put_file(&world, "a"));
	assert_false(put_file(&world, "a/b/c"));
	assert_false(put_link(&world, TAR_SYMLINK, "a", "elsewhere"));
	assert_false(put_link(&world, TAR_SYMLINK, "a/b", "c"));
	assert_false(put_link(&world, TAR_SYMLINK, "l", "\x1f\x8b"));
	assert_why(&world, "where it leads");
	assert_false(put_link(&world, TAR_SYMLINK, "l", "a\nb"));
	assert_why(&world, "control characters");
	assert_true(put_link(&world, TAR_SYMLINK, "l", "a"));
	assert_false(put_file(&world, "l/x"));
	assert_why(&world, "\"l\" is two different things");
	assert_false(put_dir(&world, "l"));
	assert_true(put_dir(&world, "."));
	assert_string_equal(world.out.name, "");
	end(&world);
}

static void
test_types(void **state)
{
	static const struct {
		enum tar_type type;
		const char *why;
	} rows[] = {
	    {TAR_DEVICE, "device"},
	    {TAR_FIFO, "pipes"},
	    {TAR_OTHER, "neither"},
	};
	struct world world;

	(void)state;
	begin(&world, "{\"links\": \"any\", \"setid\": true}");
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_false(put(&world,
		    (struct tar_entry){.type = rows[i].type, .name = "x"}));
		assert_why(&world, rows[i].why);
	}
	end(&world);
}

/* --- links ---------------------------------------------------------------- */

static void
test_symlinks(void **state)
{
	static const struct {
		const char *name, *target;
		bool within;
	} rows[] = {
	    {"l", "a", true},
	    {"l", "./a/b", true},
	    {"d/l", "../a", true},
	    {"d/e/l", "../../a/./b//c", true},
	    {"d/e/l", "..", true},
	    {"l", ".", true},
	    {"l", "..a/..", false},
	    {"l", "/", false},
	    {"l", "/etc/passwd", false},
	    {"l", "..", false},
	    {"l", "../x", false},
	    {"d/l", "../../x", false},
	    {"d/l", "./..//../x", false},
	    /* Where "a" leads, only the reader knows. */
	    {"d/l", "a/../b", false},
	    {"d/l", "../a/..", false},
	    {"l", "", false},
	};
	struct world world;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		begin(&world, "{}");
		if (put_link(&world, TAR_SYMLINK, rows[i].name,
			rows[i].target) != rows[i].within)
			fail_msg("%s -> %s", rows[i].name, rows[i].target);
		if (rows[i].within)
			assert_string_equal(world.out.link, rows[i].target);
		end(&world);
		begin(&world, "{\"links\": \"any\"}");
		assert_int_equal(
		    put_link(&world, TAR_SYMLINK, rows[i].name, rows[i].target),
		    *rows[i].target != '\0');
		end(&world);
		begin(&world, "{\"links\": \"none\"}");
		assert_false(put_link(
		    &world, TAR_SYMLINK, rows[i].name, rows[i].target));
		end(&world);
	}
}

static void
test_hardlinks(void **state)
{
	static const char *const bad[] = {
	    "b", "d", "l", "/a", "../a", "d/../a", "", "h2", "new"};
	struct world world;

	(void)state;
	begin(&world, "{\"links\": \"any\"}");
	assert_true(put_file(&world, "a"));
	assert_true(put_dir(&world, "d"));
	assert_true(put_link(&world, TAR_SYMLINK, "l", "/etc/shadow"));
	assert_true(put_link(&world, TAR_HARDLINK, "h", "./a"));
	assert_string_equal(world.out.link, "a");
	assert_int_equal(world.out.size, 0);
	assert_true(put_link(&world, TAR_HARDLINK, "h1", "h"));
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(put_link(&world, TAR_HARDLINK, "new", bad[i]));
	assert_false(put_link(&world, TAR_HARDLINK, "new", NULL));
	assert_false(put(&world,
	    (struct tar_entry){
		.type = TAR_HARDLINK, .name = "new", .link = "a", .size = 1}));
	assert_why(&world, "with content");
	assert_false(put_link(&world, TAR_HARDLINK, "h", "h"));
	assert_why(&world, "itself");
	end(&world);
	begin(&world, "{\"links\": \"none\"}");
	assert_true(put_file(&world, "a"));
	assert_false(put_link(&world, TAR_HARDLINK, "h", "a"));
	end(&world);
}

/* --- rights, owners, sizes ------------------------------------------------ */

static void
test_rights(void **state)
{
	struct tar_entry entry = {
	    .type = TAR_FILE, .name = "x", .mode = 0107755};
	struct world world;

	(void)state;
	begin(&world, "{}");
	assert_true(put(&world, entry));
	assert_int_equal(world.out.mode, 01755);
	assert_int_equal(tar_judge_counts(world.judge)->changed, 1);
	entry.mode = 0755;
	entry.extras = true;
	assert_true(put(&world, entry));
	assert_false(world.out.extras);
	assert_int_equal(tar_judge_counts(world.judge)->changed, 2);
	end(&world);
	begin(&world, "{\"strict\": true}");
	assert_false(put(&world, entry));
	assert_why(&world, "extended attributes");
	entry.extras = false;
	assert_true(put(&world, entry));
	entry.mode = 02755;
	assert_false(put(&world, entry));
	assert_why(&world, "set-user-id");
	end(&world);
	begin(&world, "{\"setid\": true}");
	assert_true(put(&world, entry));
	assert_int_equal(world.out.mode, 02755);
	end(&world);
}

static void
test_owners(void **state)
{
	static const struct {
		long long uid, gid;
		bool good;
	} rows[] = {
	    {0, 0, true},
	    {0x7ffffffe, 0x7ffffffe, true},
	    {-1, 0, false},
	    {0, -1, false},
	    {0x7fffffff, 0, false},
	    {0, 0xffffffff, false},
	    {0x100000000, 0, false},
	};
	struct world world;

	(void)state;
	begin(&world, "{}");
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(put(&world,
				     (struct tar_entry){.type = TAR_FILE,
					 .name = "x",
					 .uid = rows[i].uid,
					 .gid = rows[i].gid}),
		    rows[i].good);
	end(&world);
}

static void
test_sizes(void **state)
{
	struct tar_entry entry = {.type = TAR_FILE, .name = "x", .size = 600};
	struct world world;

	(void)state;
	begin(&world, "{\"size\": 1000}");
	assert_true(put(&world, entry));
	assert_false(put(&world, entry));
	assert_why(&world, "more than 1000 bytes");
	entry.size = 400;
	assert_true(put(&world, entry));
	assert_int_equal(tar_judge_counts(world.judge)->bytes, 1000);
	entry.size = -1;
	assert_false(put(&world, entry));
	entry.size = 0x7fffffffffffffff;
	assert_false(put(&world, entry));
	entry.size = 0;
	entry.sparse = true;
	assert_false(put(&world, entry));
	assert_why(&world, "sparse");
	end(&world);
}

static void
test_times(void **state)
{
	struct tar_entry entry = {
	    .type = TAR_FILE, .name = "x", .mtime = 1790000000};
	struct world world;

	(void)state;
	begin(&world, "{}");
	assert_true(put(&world, entry));
	assert_int_equal(world.out.mtime, 1790000000);
	entry.mtime = -5;
	assert_true(put(&world, entry));
	assert_int_equal(world.out.mtime, 0);
	entry.mtime = 0x7fffffffffffffff;
	assert_true(put(&world, entry));
	assert_int_equal(world.out.mtime, 0x1ffffffff);
	end(&world);
}

static void
test_base(void **state)
{
	struct world world;

	(void)state;
	begin(&world, "{\"base\": \"/srv\"}");
	assert_true(put_file(&world, "proc/x"));
	end(&world);
	begin(&world, "{\"base\": \"/\"}");
	assert_true(put_dir(&world, "proc"));
	assert_true(put_file(&world, "process/x"));
	end(&world);
}

/* --- rules ---------------------------------------------------------------- */

static void
test_bad_rules(void **state)
{
	static const char *const bad[] = {"{\"kind\": \"zip\"}",
	    "{\"kind\": null}", "{\"links\": \"some\"}", "{\"links\": 1}",
	    "{\"entries\": 0}", "{\"entries\": \"9\"}", "{\"size\": -1}",
	    "{\"base\": \"tmp\"}", "{\"base\": \"/a/../b\"}",
	    "{\"base\": null}"};
	struct errmsg err;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		json_auto_t *rules = rules_of(bad[i]);

		if (tar_judge_new(rules, &err) != NULL)
			fail_msg("taken: %s", bad[i]);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_bad_names),
	    cmocka_unit_test(test_long_names),
	    cmocka_unit_test(test_one_name_one_thing),
	    cmocka_unit_test(test_types),
	    cmocka_unit_test(test_symlinks),
	    cmocka_unit_test(test_hardlinks),
	    cmocka_unit_test(test_rights),
	    cmocka_unit_test(test_owners),
	    cmocka_unit_test(test_sizes),
	    cmocka_unit_test(test_times),
	    cmocka_unit_test(test_base),
	    cmocka_unit_test(test_bad_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
