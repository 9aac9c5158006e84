/* SPDX-License-Identifier: Apache-2.0 */
/*
 * falco/plugin.h - the plugin ABI, version 1.0.
 *
 * A plugin is one shared object of one kind that exports one symbol, `falco_plugin_entry`: a table of data.
 * The host checks the table before it runs any of the plugin's code.
 *
 * Rules that hold for every function below
 *  - Nothing unwinds through this boundary: no exception, no longjmp.
 *  - Neither side frees what the other side allocated. A pointer passed in is valid until the call returns,
 *    unless its comment says otherwise. What has no fixed size travels through a sink, which copies.
 *  - Strings are UTF-8, except values taken from events, which are bytes. `const char *` ends in NUL;
 *    falco_str need not.
 *  - Function pointers marked (optional) may be NULL; all others must be set.
 *  - An argument is never NULL unless its comment says so.
 *  - Structs that the host hands out are zeroed beyond what it fills in; reserved members are 0.
 *
 * Threads. Each function is tagged with the symbolic thread that calls it.
 *  [control]  sets up and tears down, and runs tools. No other tag runs for that instance then.
 *  [capture]  reads events, matches them and shows them to taps. One per source.
 *  [worker]   delivers alerts. One per output instance.
 *  [any]      any thread, at any time between create and destroy.
 * A tag is not a fixed OS thread; it says that two calls with the same tag never overlap for the same
 * instance. Keep no state in thread_local variables. A plugin is never unloaded.
 *
 * Growth. Within a major version nothing here changes its place or meaning. A struct that begins with `struct_size`
 * only ever grows at its end, by members that nobody has to set or read; one that a plugin reads and that is newer than
 * what the plugin targets is read through FALCO_HAS. A struct without `struct_size` never changes. A host takes plugins
 * of its own major version that target its minor version or an older one.
 */
#ifndef FALCO_PLUGIN_H
#define FALCO_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- version ------------------------------------------------------------------------------------------ */

#define FALCO_ABI_MAGIC 0x434c4146u /* "FALC" in memory on little-endian */
#define FALCO_ABI_MAJOR 1u
#define FALCO_ABI_MINOR 0u

/* The minor version that a plugin needs its host to have, at least. To be taken by older hosts, define it before this
   header is included, and touch nothing that is newer. */
#ifndef FALCO_ABI_TARGET_MINOR
#define FALCO_ABI_TARGET_MINOR FALCO_ABI_MINOR
#endif

/* True when the table `t` points to is long enough to hold `member`, and it is set. */
#define FALCO_HAS(t, member)                                                                                           \
	((size_t)(t)->struct_size >= (size_t)((const char *)(&(t)->member + 1) - (const char *)(t)) && (t)->member)

#define FALCO_EXPORT __attribute__((visibility("default")))

/* ---- plain values ------------------------------------------------------------------------------------- */

typedef int32_t falco_status;
enum {
	FALCO_OK = 0,
	FALCO_TIMEOUT = 1,         /* source: nothing to read now, ask again */
	FALCO_END = 2,             /* source: the stream is over, or there is none to start */
	FALCO_ERR_CONFIG = -1,     /* the user's configuration or rules are wrong */
	FALCO_ERR_RETRY = -2,      /* may succeed if tried again later */
	FALCO_ERR_FATAL = -3,      /* this instance cannot go on */
	FALCO_ERR_UNSUPPORTED = -4 /* not possible with this host or this peer */
};

typedef int32_t falco_level;
enum {
	FALCO_LOG_TRACE = 0,
	FALCO_LOG_DEBUG = 1,
	FALCO_LOG_INFO = 2,
	FALCO_LOG_WARN = 3,
	FALCO_LOG_ERROR = 4,
	FALCO_LOG_CRITICAL = 5
};

typedef uint32_t falco_kind;
enum {
	FALCO_KIND_SOURCE = 1,
	FALCO_KIND_MATCHER = 2,
	FALCO_KIND_OUTPUT = 3,
	FALCO_KIND_TAP = 4, /* sees each event after matching */
	FALCO_KIND_TOOL = 5 /* serves a subcommand of falco */
};

/* Bytes owned by whoever passed them. `data` is NULL only where a comment gives that a meaning, or when `size` is 0. */
typedef struct falco_str {
	const char *data;
	size_t size;
} falco_str;

/* Filled by the callee when it returns a negative status or NULL. */
typedef struct falco_error {
	falco_status status;
	char message[508]; /* for the person who reads the log; ends in NUL */
} falco_error;

/* Where text of unknown length goes. `write` copies; it may be called often. */
typedef struct falco_text_sink {
	uint32_t struct_size;
	uint32_t reserved;
	void *ctx;
	void (*write)(void *ctx, const char *data, size_t size);
} falco_text_sink;

/* Counters (only ever rise) and gauges, one call each. Names are [a-z0-9_.]. */
typedef struct falco_metric_sink {
	uint32_t struct_size;
	uint32_t reserved;
	void *ctx;
	void (*counter)(void *ctx, const char *name, uint64_t value);
	void (*gauge)(void *ctx, const char *name, uint64_t value);
} falco_metric_sink;

/* ---- what the host offers ----------------------------------------------------------------------------- */

/* One per instance, valid from create until destroy returns. */
typedef struct falco_host {
	uint32_t struct_size;
	uint32_t abi_minor;   /* of the host; abi_major was checked before */
	const char *version;  /* of the host program, for messages only */
	const char *hostname; /* how alerts name this machine */
	const char *instance; /* the name of this instance in falco.yaml */
	void *ctx;

	/* [any] Not zero when messages of this level are wanted: a cheap test before building one. */
	int32_t (*log_enabled)(const struct falco_host *host, falco_level level);

	/* [any] Never blocks on I/O. The host adds the time and the instance's name. */
	void (*log)(const struct falco_host *host, falco_level level, const char *text, size_t size);
} falco_host;

/* ---- events ------------------------------------------------------------------------------------------- */

/* One captured event. To the host, `object` is just an address. */
typedef struct falco_event {
	uint64_t number;  /* strictly rising from one start to the next stop */
	uint64_t time_ns; /* since the Unix epoch */
	void *object;     /* the family says what it is; the source owns it, and it is valid until the next
			     `next` or `stop` */
	uint64_t reserved;
} falco_event;

/*
 * Which events a plugin makes or takes. A source and a matcher fit together when their names are equal, byte
 * for byte, and their anchors are the same address. The anchor is any object inside the library that both must
 * share (NULL when events are plain data): two addresses mean two copies of it.
 */
typedef struct falco_family {
	const char *name; /* "sinsp/0.20.0" */
	const void *anchor;
} falco_family;

/* ---- rules and matches -------------------------------------------------------------------------------- */

/* A part of a rule's output: literal text, or the value of a field. */
typedef struct falco_piece {
	falco_str literal; /* used when `field` is negative */
	int32_t field;     /* index into the rule's fields, or -1 */
	uint32_t width;    /* the value is padded with spaces or cut to this many bytes; 0: as it is */
} falco_piece;

/* One loaded rule. The sink copies it. */
typedef struct falco_rule {
	uint32_t struct_size;
	int32_t priority; /* 0 emergency ... 7 debug, as in syslog */
	const char *name;
	const char *desc;
	const char *source;        /* what kind of events it watches: "syscall" */
	const char *const *tags;   /* ends in NULL; may be NULL when empty */
	const falco_piece *output; /* the message, in pieces */
	uint32_t output_size;
	uint32_t field_count;
	const char *const *fields; /* field_count names, as in the rule's text: what a match brings values of */
} falco_rule;

/* Receives the rules in file order. The first is rule 0. */
typedef struct falco_rule_sink {
	uint32_t struct_size;
	uint32_t reserved;
	void *ctx;
	void (*add)(void *ctx, const falco_rule *rule);
} falco_rule_sink;

/* Something found in a rules file. */
typedef struct falco_finding {
	uint32_t struct_size;
	falco_level level;   /* FALCO_LOG_WARN or FALCO_LOG_ERROR */
	const char *code;    /* stable name of the kind of finding: "unknown-macro" */
	const char *file;    /* NULL: none */
	uint32_t line;       /* from 1; 0: unknown */
	uint32_t column;     /* from 1, in bytes; 0: unknown */
	const char *item;    /* "rule write_etc", "macro open_write"; NULL: none */
	const char *message; /* what is wrong and what was expected */

	/* For reports that other programs read: a coarser name of the kind of finding, and what that means; NULL: none.
	 */
	const char *category;
	const char *category_text;

	falco_str source_line; /* the line it stands in, without its end; data NULL: unknown */
	uint64_t offset;       /* of the place in the file, in bytes */
} falco_finding;

typedef struct falco_report {
	uint32_t struct_size;
	uint32_t reserved;
	void *ctx;
	void (*add)(void *ctx, const falco_finding *finding);
} falco_report;

/* What `load` and `validate` are asked to read. */
typedef struct falco_load_request {
	uint32_t struct_size;
	uint32_t reserved;
	const char *const *paths; /* absolute paths of rules files, in order; ends in NULL */
} falco_load_request;

/* The value of one field at the moment of a match. */
typedef struct falco_value {
	falco_str text; /* as people read it, raw bytes; data NULL: the field has no value */
	falco_str json; /* the same as a JSON value; data NULL: `text` as a JSON string is right */
} falco_value;

/* A rule that matched an event. */
typedef struct falco_match {
	uint32_t struct_size;
	uint32_t rule; /* its number, in the order of the last successful load */
	uint64_t time_ns;
	uint64_t event_number;
	const falco_value *values; /* one for each of the rule's fields, in their order */
} falco_match;

/* Where a matcher puts what it found. `emit` copies. */
typedef struct falco_match_sink {
	uint32_t struct_size;
	uint32_t reserved;
	void *ctx;
	void (*emit)(void *ctx, const falco_match *match);
} falco_match_sink;

/* ---- alerts ------------------------------------------------------------------------------------------- */

typedef struct falco_field {
	const char *name;
	falco_value value;
} falco_field;

/* What an output delivers. All text here is valid UTF-8 without control characters, except `fields`. */
typedef struct falco_alert {
	uint32_t struct_size;
	int32_t priority;  /* 0 emergency ... 7 debug, as in syslog */
	uint64_t time_ns;  /* of the event */
	uint64_t sequence; /* counts alerts of this run from 1; gaps are filtered or lost alerts */
	const char *id;    /* unique over all runs and machines: lets a receiver drop repeats */
	const char *rule;
	const char *source;
	const char *hostname;
	const char *const *tags; /* ends in NULL; never NULL */
	falco_str line;          /* ready to print in this instance's format, without a newline */
	falco_str message;       /* the rule's output with the fields filled in */
	const falco_field *fields;
	uint32_t field_count;
	uint32_t reserved;
} falco_alert;

/* ---- the kinds ---------------------------------------------------------------------------------------- */

typedef struct falco_source falco_source;
typedef struct falco_matcher falco_matcher;
typedef struct falco_output falco_output;
typedef struct falco_tap falco_tap;
typedef struct falco_tool falco_tool;

/* In falco_source_ops.flags: events happen now, they can be lost when nobody reads. Not set: a recording. */
#define FALCO_SOURCE_LIVE 1u

/* In falco_capture_request.flags: somebody besides the matcher looks at the events, so every captured one comes out of
   `next`, also those that the interests do not name and that are captured only to keep the state. */
#define FALCO_CAPTURE_EVERY_EVENT 1u

/* What a source is asked to capture. */
typedef struct falco_capture_request {
	uint32_t struct_size;
	uint32_t flags;      /* FALCO_CAPTURE_* */
	falco_str interests; /* what the matcher asked for, in the family's own words; empty asks for everything */
} falco_capture_request;

/*
 * create -> (start -> next* -> stop)* -> destroy. Each start opens the next capture (a file, a device): its
 * state is fresh and its event numbers begin at 1.
 */
typedef struct falco_source_ops {
	uint32_t struct_size;
	uint32_t flags; /* FALCO_SOURCE_* */
	falco_family family;

	/* [control] `config` is a JSON object that fits config_schema, defaults filled in. Opens nothing yet.
	   NULL on failure. */
	falco_source *(*create)(const falco_host *host, const char *config, falco_error *err);

	/* [control] Opens the next capture; FALCO_END when there is none left. After an error the host may call
	   start again, which goes on with the capture after the failed one. */
	falco_status (*start)(falco_source *self, const falco_capture_request *request, falco_error *err);

	/* [control] What a matcher of this family binds to: called between start and stop, valid until stop. */
	void *(*context)(falco_source *self);

	/* [capture] FALCO_OK fills `out`. FALCO_TIMEOUT within a second when nothing happens, so that the host
	   stays in charge. FALCO_END and errors repeat until `stop`. A signal may interrupt a blocking read:
	   an error is the right answer then. */
	falco_status (*next)(falco_source *self, falco_event *out, falco_error *err);

	/* [control] */
	void (*stop)(falco_source *self);
	void (*destroy)(falco_source *self);

	/* [capture] (optional) While a capture is open. Counters with a meaning to the host: "events" (taken by the
	   kernel side since start), "drops" (lost of them before falco could read them) and, one for each
	   reason, "drops.REASON", which need not add up to "drops". */
	void (*metrics)(falco_source *self, const falco_metric_sink *sink);

	/* [control] (optional) While the capture is open and its thread parked between two calls of `next`:
	   changes what is captured without stopping. */
	falco_status (*update)(falco_source *self, const falco_capture_request *request, falco_error *err);
} falco_source_ops;

/* For falco_matcher_ops.observe. Measure how long checks take; keep the events that a rule nearly matched. With either,
   an event whose type alone decides that a rule does not match is counted as such and not looked at closer. */
#define FALCO_OBSERVE_TIMES 1u
#define FALCO_OBSERVE_NEAR_MISSES 2u

/*
 * create -> load -> (bind -> match* -> unbind)* -> destroy; load may repeat, bound or not. Functions from
 * `validate` on work unbound and without a loaded rule, too.
 */
typedef struct falco_matcher_ops {
	uint32_t struct_size;
	uint32_t flags; /* 0 */
	falco_family family;

	/* [control] As for a source. */
	falco_matcher *(*create)(const falco_host *host, const char *config, falco_error *err);

	/* [control] Replaces all rules or, on failure, keeps the old ones. `report` gets every error and
	   warning, `rules` every rule (only when there is no error). */
	falco_status (*load)(falco_matcher *self, const falco_load_request *request, const falco_report *report,
			     const falco_rule_sink *rules, falco_error *err);

	/* [control] Takes the source's context for the capture that begins. */
	falco_status (*bind)(falco_matcher *self, void *context, falco_error *err);

	/* [capture] Emits a match for each rule that matches, possibly none. */
	falco_status (*match)(falco_matcher *self, const falco_event *event, const falco_match_sink *sink,
			      falco_error *err);

	/* [control] Lets go of the context; called before the source's stop. */
	void (*unbind)(falco_matcher *self);

	/* [control] */
	void (*destroy)(falco_matcher *self);

	/* [capture] (optional) */
	void (*metrics)(falco_matcher *self, const falco_metric_sink *sink);

	/* [control] (optional) Which events the loaded rules need, in the family's own words. */
	void (*interests)(falco_matcher *self, const falco_text_sink *sink);

	/* [control] (optional) Reads rules and reports on them, keeping those that are loaded. */
	falco_status (*validate)(falco_matcher *self, const falco_load_request *request, const falco_report *report,
				 falco_error *err);

	/* [control] (optional) The loaded rules, macros and lists as one JSON object. */
	falco_status (*describe)(falco_matcher *self, const falco_text_sink *sink, falco_error *err);

	/* [control] (optional) The fields that rules may use, as a JSON array of {"class","name","type",
	   "description"} objects, those of a class side by side. */
	falco_status (*fields)(falco_matcher *self, const falco_text_sink *sink, falco_error *err);

	/* [capture] (optional) Why the rule of this number matches the event or not, as one JSON object: {"rule",
	   "place", "priority", "event": {"number","time_ns","type","direction","process","pid","args"}, "concern":
	   "looks-at", "event-type" or "ignored", "matches", "condition_holds", "condition"}. A condition is a tree of
	   {"kind": "check", "not", "and", "or", "macro" or "exception", "text", "file", "line", "column", "verdict":
	   true, false or null (it was not asked), "decides": true when the whole rests on it, "parts"}; a check has
	   "field", "operator", "value" and, when it was asked, "seen" besides. */
	falco_status (*explain)(falco_matcher *self, const falco_event *event, uint32_t rule,
				const falco_text_sink *sink, falco_error *err);

	/* [control] (optional) The events that rules may name, as a JSON array of {"name","category","params":
	   [{"name","type"}],"enter","exit","ignored"} objects. */
	falco_status (*events)(falco_matcher *self, const falco_text_sink *sink, falco_error *err);

	/* [control] (optional) A JSON Schema of rules files. */
	falco_status (*rules_schema)(falco_matcher *self, const falco_text_sink *sink, falco_error *err);

	/* [capture] (optional) Tries the condition of the rule of this number part by part and counts, for `observed`,
	   what each part said about the event. `flags`: FALCO_OBSERVE_*. Emits nothing. */
	falco_status (*observe)(falco_matcher *self, const falco_event *event, uint32_t rule, uint32_t flags,
				falco_error *err);

	/* [capture] (optional) What was counted since the rules were loaded, as one JSON object: {"rules", "macros",
	   "checks"}. Rules and macros have a "condition" as in `explain`, with "held" and "failed" (how often) instead
	   of a verdict; macros are not opened in it. Rules also have "matched", "failed", "of_other_types", "ignored",
	   "alone_ns", "shared_ns", "rejections", "times" and "near_misses"; macros "asked", "held" and "time_ns";
	   checks "text", "field", "asked", "run", "held" and "time_ns". */
	falco_status (*observed)(falco_matcher *self, const falco_text_sink *sink, falco_error *err);
} falco_matcher_ops;

/* In falco_output_ops.flags: the channel has a time and a priority of its own, so `line` comes without them. */
#define FALCO_OUTPUT_BARE 1u

/*
 * create -> (write | write_batch | flush | reopen)* -> destroy.
 *
 * An alert is delivered when write (or write_batch) has taken it and, if the plugin has flush, a later flush
 * returned FALCO_OK. FALCO_ERR_RETRY makes the host call again after a pause, with the same alert;
 * FALCO_ERR_FATAL ends this instance.
 */
typedef struct falco_output_ops {
	uint32_t struct_size;
	uint32_t flags; /* FALCO_OUTPUT_* */

	/* [control] As for a source. Should check that the destination can be used. */
	falco_output *(*create)(const falco_host *host, const char *config, falco_error *err);

	/* [worker] May block; only this output waits. */
	falco_status (*write)(falco_output *self, const falco_alert *alert, falco_error *err);

	/* [control] */
	void (*destroy)(falco_output *self);

	/* [worker] (optional) Used instead of write when more than one alert waits. `*taken` gets how many of
	   the first alerts were taken; on an error the rest is tried again or lost, as for write. */
	falco_status (*write_batch)(falco_output *self, const falco_alert *const *alerts, size_t count, size_t *taken,
				    falco_error *err);

	/* [worker] (optional) Hand on whatever is buffered. Called when no alert waits, and before destroy. */
	falco_status (*flush)(falco_output *self, falco_error *err);

	/* [worker] (optional) Close and open again: log rotation asks for it. */
	falco_status (*reopen)(falco_output *self, falco_error *err);

	/* [worker] (optional) */
	void (*metrics)(falco_output *self, const falco_metric_sink *sink);
} falco_output_ops;

/*
 * create -> (bind -> (event | flush)* -> unbind)* -> destroy. A tap that returns an error is not called again in this
 * capture; the host says so in its log and goes on without it.
 */
typedef struct falco_tap_ops {
	uint32_t struct_size;
	uint32_t flags; /* 0 */
	falco_family family;

	/* [control] As for a source. Opens nothing yet. */
	falco_tap *(*create)(const falco_host *host, const char *config, falco_error *err);

	/* [control] Takes the source's context for the capture that begins. */
	falco_status (*bind)(falco_tap *self, void *context, falco_error *err);

	/* [capture] Each captured event, after it was matched. */
	falco_status (*event)(falco_tap *self, const falco_event *event, falco_error *err);

	/* [capture] Called about once a second while the capture is open, also when no event comes, and before
	   unbind: hand on what is buffered, do what is due by the clock. */
	falco_status (*flush)(falco_tap *self, falco_error *err);

	/* [control] Lets go of the context; called before the source's stop. */
	void (*unbind)(falco_tap *self);

	/* [control] */
	void (*destroy)(falco_tap *self);

	/* [capture] (optional) */
	void (*metrics)(falco_tap *self, const falco_metric_sink *sink);
} falco_tap_ops;

/* How far a tool has come. */
typedef struct falco_progress_sink {
	uint32_t struct_size;
	uint32_t reserved;
	void *ctx;
	/* `done` of `total` units of work; `total` 0: nobody knows how much there is. Cheap enough to be called for
	   every event. */
	void (*report)(void *ctx, uint64_t done, uint64_t total);
} falco_progress_sink;

/* One call of a command. */
typedef struct falco_tool_request {
	uint32_t struct_size;
	uint32_t reserved;
	const char *command;   /* one of the table's commands */
	const char *arguments; /* JSON object: the command's arguments by name; those that were not given have their
				  default, or are absent when they have none; flags are booleans */
	const falco_text_sink *out;          /* standard output, also for bytes that are no text */
	const falco_text_sink *err;          /* standard error: what is found besides the result, in whole lines */
	const falco_progress_sink *progress; /* NULL: nobody looks */
} falco_tool_request;

/*
 * create -> run* -> destroy. Serves `falco NAME COMMAND ...`, where the library is called tool-NAME.so. A tool needs
 * no configuration file: what it wants to know are arguments of its commands, and its table has no config_schema.
 */
typedef struct falco_tool_ops {
	uint32_t struct_size;
	uint32_t flags; /* 0 */

	/* JSON: an array of objects, one a command. From it the host makes the command line, help, completions and man
	   pages.
	     "name"         [a-z][a-z0-9-]*
	     "description"  one sentence
	     "arguments"    array of objects, in the order of the help page:
	       "name"         [a-z][a-z0-9_]*: the key in falco_tool_request.arguments. An option is called --name on
			      the command line, with - for _
	       "type"         "string", "integer", "file", "folder" or "flag"
	       "description"  one sentence
	     and optionally
	       "positional"   true: stands by itself on the command line, without --name (no flag)
	       "short"        one letter: also -x
	       "value"        how help calls the value, "FILE" or "COUNT"
	       "required"     true: must be given
	       "repeated"     true: may be given several times; the value is an array
	       "choices"      array: the only values that are taken
	       "minimum", "maximum"  of an integer
	       "default"      when it is not given
	     "details"      (optional) more sentences, for help and the man page
	     "examples"     (optional) array of {"command", "description"} objects */
	const char *commands;

	/* [control] `config` is "{}". NULL on failure. */
	falco_tool *(*create)(const falco_host *host, const char *config, falco_error *err);

	/* [control] Runs one command to its end. FALCO_OK: it did what it is for, and `*exit_status` is falco's (0
	   unless the command says otherwise in its description). FALCO_ERR_CONFIG: an argument, or what it names, is
	   wrong; any failure makes the exit status 1 and its message the last line of standard error. A command that
	   failed leaves no half-written file behind. */
	falco_status (*run)(falco_tool *self, const falco_tool_request *request, int32_t *exit_status,
			    falco_error *err);

	/* [control] */
	void (*destroy)(falco_tool *self);
} falco_tool_ops;

/* ---- the exported table ------------------------------------------------------------------------------- */

typedef struct falco_plugin {
	uint32_t magic; /* FALCO_ABI_MAGIC; these four never move, in any version */
	uint32_t struct_size;
	uint32_t abi_major; /* FALCO_ABI_MAJOR */
	uint32_t abi_minor; /* FALCO_ABI_TARGET_MINOR */

	falco_kind kind;
	uint32_t flags;            /* 0 */
	const char *name;          /* "syslog"; [a-z][a-z0-9_-]{0,31} */
	const char *version;       /* of the plugin, "1.2.3" */
	const char *description;   /* one line */
	const char *contact;       /* where to report bugs; may be NULL */
	const char *config_schema; /* JSON Schema (draft 7) of an object; NULL: takes no configuration */

	/* The one that `kind` names is set, the others are NULL. */
	const falco_source_ops *source;
	const falco_matcher_ops *matcher;
	const falco_output_ops *output;
	const falco_tap_ops *tap;
	const falco_tool_ops *tool;
} falco_plugin;

extern FALCO_EXPORT const falco_plugin falco_plugin_entry;

#ifdef __cplusplus
}
#endif
#endif
