// SPDX-License-Identifier: Apache-2.0
//
// What can be said shorter: how it is said, and that libsinsp's verdict stays the same whatever the values.
#include "random_rules.hpp"
#include "verdicts.hpp"

#include "plugins/matcher-sinsp/rewrites.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/trace.hpp"

#include <fcntl.h>
#include <random>

using namespace falco::matcher;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

const char *const kLists = R"yaml(- list: shells
  items: [sh, bash]
- list: none
  items: []
- macro: opened
  condition: (evt.type = openat and evt.dir = <)
- macro: slow
  condition: evt.deltatime > 1
)yaml";

struct Said {
	Rewrite::Kind kind;
	std::string from, to;
};

std::vector<Said> rewrites_of(const std::string &condition)
{
	const LoadedRules loaded(std::string(kLists) + "- {rule: r, desc: d, output: o, priority: info, condition: '" +
				 condition + "'}\n");
	EXPECT_THAT(loaded.errors, IsEmpty()) << condition;
	const WrittenConditions written(loaded.files);
	std::vector<Said> said;
	for (const Rewrite &rewrite : Rewriter(loaded.files, written).find(*written.at(loaded.files.rules.at("r")))) {
		said.push_back({rewrite.kind, rewrite.from, rewrite.to});
	}
	return said;
}

// Whether libsinsp has such values for the field, and such an operator.
bool can_be_loaded(const std::string &condition)
{
	static sinsp inspector;
	try {
		sinsp_filter_check_list checks;
		sinsp_filter_compiler(std::make_shared<sinsp_filter_factory>(&inspector, checks), condition).compile();
		return true;
	} catch (const std::exception &) {
		return false;
	}
}

// "FROM => TO" of each.
std::vector<std::string> texts_of(const std::string &condition)
{
	std::vector<std::string> texts;
	for (const Said &said : rewrites_of(condition)) {
		texts.push_back(said.from + " => " + said.to);
	}
	return texts;
}

// Makes conditions and values of a few letters, so that the one often meets the other.
class Random {
public:
	explicit Random(unsigned seed) : random_(seed) {}

	size_t below(size_t limit) { return random_() % limit; }
	template <size_t N>
	std::string one_of(const char *const (&texts)[N])
	{
		return texts[below(N)];
	}

	std::string letters()
	{
		std::string text;
		for (size_t left = 1 + below(3); left > 0; left--) {
			text += one_of({"a", "b", "etc", "."});
		}
		return text;
	}
	std::string path()
	{
		std::string path;
		for (size_t left = 1 + below(3); left > 0; left--) {
			path += "/" + letters();
		}
		return path;
	}
	std::string value_for(const std::string &field)
	{
		if (field == "fd.num") return std::to_string(below(6));
		if (field == "fd.filename" || field == "proc.name") return letters();
		return path();
	}
	std::string check()
	{
		const std::string field = one_of({"fd.name", "fd.directory", "fd.filename", "proc.name", "fd.num"});
		if (field == "fd.num") {
			return field + one_of({" = ", " >= ", " < "}) + value_for(field);
		}
		const std::string op = one_of({"=", "startswith", "endswith", "contains", "in", "!="});
		const std::string value = value_for(field);
		return field + " " + op + " " + (op == "in" ? "(" + value + ", " + value_for(field) + ")" : value);
	}
	// Of a field, with what is behind one of the operators.
	std::string equality(const std::string &field)
	{
		const std::string value = value_for(field);
		return below(3) != 0 ? field + one_of({" = ", " = ", " != "}) + value
				     : field + " in (" + value + ", " + value_for(field) + ")";
	}
	std::string part() { return (below(4) == 0 ? "not " : "") + check(); }

	std::string lists()
	{
		const std::string field = one_of({"fd.name", "fd.directory", "fd.filename", "proc.name", "fd.num"});
		const bool negated = below(2) == 0;
		std::string text;
		for (size_t left = 2 + below(3); left > 0; left--) {
			text += (text.empty() ? ""
				 : negated    ? " and "
					      : " or ") +
				std::string(negated ? "not " : "") + equality(field);
		}
		return below(2) == 0 ? text : text + (negated ? " and " : " or ") + part();
	}
	std::string factors()
	{
		const std::string outer = one_of({" or ", " and "}), inner = outer == " or " ? " and " : " or ";
		const std::string common = part();
		std::string text;
		for (size_t left = 2 + below(3); left > 0; left--) {
			text += (text.empty() ? "(" : outer + "(");
			text += below(2) ? common + inner + part() : part() + inner + common;
			text += ")";
		}
		return text;
	}
	std::string absorbed()
	{
		const std::string outer = one_of({" or ", " and "}), inner = outer == " or " ? " and " : " or ";
		const std::string one = part();
		switch (below(3)) {
		case 0:
			return one + outer + part() + outer + one;
		case 1:
			return "(" + one + inner + part() + ")" + outer + one;
		default: {
			const std::string begin = path(), negated = below(2) == 0 ? "" : "not ";
			const std::string field = negated + one_of({"fd.name", "fd.directory"});
			return field + " startswith " + begin + outer + field + " startswith " + begin + letters() +
			       outer + field + " contains " + begin.substr(0, 2);
		}
		}
	}
	std::string patterns()
	{
		const std::string field = one_of({"fd.name", "fd.directory", "fd.filename", "proc.name"});
		std::string value = value_for(field);
		if (below(3) == 0) {
			value.erase(std::remove(value.begin(), value.end(), '.'), value.end());
			return field + " regex \"" + value + "\"";
		}
		return field + " glob \"" + (below(2) ? "*" : "") + value + (below(2) ? "*" : "") + "\"";
	}

private:
	std::mt19937 random_;
};

// A recording in which files with random names are opened by programs with random names.
void write_random_trace(unsigned seed, const std::string &path)
{
	Random random(seed);
	falco::test::Trace trace;
	for (int program = 0; program < 12; program++) {
		const auto pid = trace.process(falco::test::Process(random.letters()));
		for (int file = 0; file < 50; file++) {
			trace.open(pid, random.path(), O_RDONLY);
		}
	}
	trace.save(path);
}

// Runs libsinsp's filters of both texts of each rewrite at every event of a recording. Returns how many of the verdicts
// were yes.
uint64_t compare(const std::vector<Said> &all, const std::string &trace, uint64_t events = UINT64_MAX)
{
	std::string rules;
	for (size_t i = 0; i < all.size(); i++) {
		for (const std::string &text : {all[i].from, all[i].to}) {
			rules += "- {rule: r" + std::to_string(rules.size()) +
				 ", desc: d, output: o, priority: info, condition: 'evt.type exists and (" + text +
				 ")'}\n";
		}
	}
	const LoadedRules loaded(std::string(kLists) + rules);
	EXPECT_THAT(loaded.errors, IsEmpty());
	sinsp inspector;
	inspector.open_savefile(trace);
	ReferenceEvaluator reference(loaded.rules, true, &inspector);
	uint64_t yes = 0;
	sinsp_evt *event = nullptr;
	for (int32_t result; (result = inspector.next(&event)) != SCAP_EOF && events > 0; events--) {
		if (result != SCAP_SUCCESS) continue;
		std::vector<uint32_t> matched;
		reference.evaluate(event, true, matched);
		std::vector<bool> holds(loaded.rules.size());
		for (const uint32_t rule : matched) {
			holds[rule] = true;
		}
		yes += matched.size();
		for (size_t i = 0; i < all.size(); i++) {
			EXPECT_EQ(holds[2 * i], holds[2 * i + 1])
				<< "event " << event->get_num() << ": " << all[i].from << " => " << all[i].to;
		}
		if (testing::Test::HasFailure()) break;
	}
	return yes;
}

class SameVerdicts : public testing::Test {
protected:
	void expect(Rewrite::Kind kind, std::string (Random::*make)())
	{
		const unsigned first = number_from("FALCO_SEED", 1), rounds = number_from("FALCO_ROUNDS", 2);
		for (unsigned seed = first; seed < first + rounds; seed++) {
			Random random(seed);
			std::vector<Said> all;
			for (int tries = 0; tries < 1000 && all.size() < 60; tries++) {
				for (Said &said : rewrites_of((random.*make)())) {
					if (said.kind == kind) all.push_back(std::move(said));
				}
			}
			EXPECT_GE(all.size(), 60u);
			const falco::test::TempDir directory;
			write_random_trace(seed, directory.file("random.scap"));
			const uint64_t yes = compare(all, directory.file("random.scap"));
			EXPECT_GT(yes, all.size()); // they are about something
		}
	}
};

} // namespace

TEST(Rewrites, join_comparisons_with_one_field_into_a_list)
{
	EXPECT_THAT(texts_of("proc.name = a or proc.name in (shells) or opened or proc.name = \"b c\""),
		    ElementsAre("proc.name = a or proc.name in (shells) or proc.name = \"b c\" => "
				"proc.name in (a, shells, \"b c\")"));
	EXPECT_THAT(texts_of("opened and not proc.name = a and not proc.name in (b, c)"),
		    ElementsAre("not proc.name = a and not proc.name in (b, c) => not proc.name in (a, b, c)"));
	EXPECT_THAT(texts_of("fd.num = 1 or fd.num = -1"),
		    ElementsAre("fd.num = 1 or fd.num = -1 => fd.num in (1, -1)"));
	// != fails without the field, and more than one value may be equal.
	EXPECT_THAT(texts_of("proc.name != a and proc.name != b"), IsEmpty());
	EXPECT_THAT(texts_of("fd.ip = 1.2.3.4 or fd.ip = 1.2.3.5"), IsEmpty());
	EXPECT_THAT(texts_of("proc.name = a or proc.pname = a"), IsEmpty());
}

TEST(Rewrites, leave_out_what_is_superfluous)
{
	EXPECT_THAT(texts_of("opened or fd.num = 1 or opened"),
		    ElementsAre("opened or fd.num = 1 or opened => opened or fd.num = 1"));
	EXPECT_THAT(texts_of("opened or (opened and fd.num = 1)"),
		    ElementsAre("opened or (opened and fd.num = 1) => opened"));
	EXPECT_THAT(texts_of("opened and (fd.num = 1 or opened)"),
		    ElementsAre("opened and (fd.num = 1 or opened) => opened"));
	EXPECT_THAT(texts_of("fd.name startswith /etc/ssh or fd.name startswith /etc or fd.name contains /etc/x"),
		    ElementsAre("fd.name startswith /etc/ssh or fd.name startswith /etc or fd.name contains /etc/x => "
				"fd.name startswith /etc or fd.name contains /etc/x"));
	EXPECT_THAT(texts_of("not fd.name startswith /etc and not fd.name startswith /etc/ssh and opened"),
		    ElementsAre("not fd.name startswith /etc and not fd.name startswith /etc/ssh and opened => "
				"not fd.name startswith /etc and opened"));
	EXPECT_THAT(texts_of("proc.name = x or proc.name in (none)"),
		    ElementsAre("proc.name = x or proc.name in (none) => proc.name in (x, none)")); // is to be filled
}

TEST(Rewrites, pull_out_what_all_parts_have)
{
	EXPECT_THAT(texts_of("(opened and fd.num = 1) or (fd.name = /x and opened)"),
		    ElementsAre("(opened and fd.num = 1) or (fd.name = /x and opened) => "
				"opened and (fd.num = 1 or fd.name = /x)"));
	EXPECT_THAT(texts_of("(opened or fd.num = 1) and (opened or fd.num = 2 or fd.name = /x)"),
		    ElementsAre("(opened or fd.num = 1) and (opened or fd.num = 2 or fd.name = /x) => "
				"opened or (fd.num = 1 and (fd.num = 2 or fd.name = /x))"));
	EXPECT_THAT(texts_of("(opened and fd.num = 1) or fd.name = /x"), IsEmpty());
	EXPECT_THAT(texts_of("(slow and fd.num = 1) or (fd.name = /x and slow)"), IsEmpty()); // counts
}

TEST(Rewrites, name_what_is_no_pattern)
{
	EXPECT_THAT(texts_of("proc.name regex cat"), ElementsAre("proc.name regex cat => proc.name = cat"));
	EXPECT_THAT(texts_of("proc.name glob cat"), ElementsAre("proc.name glob cat => proc.name = cat"));
	EXPECT_THAT(texts_of("fd.name glob /etc/*"), ElementsAre("fd.name glob /etc/* => fd.name startswith /etc/"));
	EXPECT_THAT(texts_of("fd.name glob *.pem"), ElementsAre("fd.name glob *.pem => fd.name endswith .pem"));
	EXPECT_THAT(texts_of("fd.name glob *ssh*"), ElementsAre("fd.name glob *ssh* => fd.name contains ssh"));
	EXPECT_THAT(texts_of("proc.name regex \"a b\""), ElementsAre("proc.name regex \"a b\" => proc.name = \"a b\""));
	// The name of a list is a text only in quotes.
	EXPECT_THAT(texts_of("proc.name glob \"shells\""),
		    ElementsAre("proc.name glob \"shells\" => proc.name = \"shells\""));
	for (const char *pattern : {"regex \"c.t\"", "regex \".*cat.*\"", "glob \"*\"", "glob \"a*b\"", "glob \"a?\"",
				    "glob \"[ab]\"", "glob \"!(a)\"", "iglob \"a\""}) {
		EXPECT_THAT(texts_of("proc.name " + std::string(pattern)), IsEmpty()) << pattern;
	}
}

// Each field that a list or an operator can stand for, with values of a recording.
TEST_F(SameVerdicts, of_every_field)
{
	Random random(number_from("FALCO_SEED", 1));
	const std::string trace = FALCO_TRACES "/mixed.scap";
	std::vector<Said> all;
	std::set<std::string> fields;
	for (const SampledField &field : sample_fields(trace, 20'000)) {
		const auto value = [&] { return "\"" + field.values[random.below(field.values.size())] + "\""; };
		const auto equal = [&] { return field.name + " = " + value(); };
		std::vector<std::string> conditions = {equal() + " or " + equal() + " or " + equal()};
		if (field.kind == SampledField::Kind::text) {
			std::string text = field.values[random.below(field.values.size())];
			text = text.substr(text.size() / 3);
			conditions.push_back(field.name + " glob \"*" + text + "*\"");
			conditions.push_back(field.name + " glob \"*" + text + "\"");
			conditions.push_back(field.name + " regex " + value());
		}
		for (const std::string &condition : conditions) {
			if (!Field::is_plain(field.name) || !can_be_loaded(condition)) continue;
			for (Said &said : rewrites_of(condition)) {
				all.push_back(std::move(said));
				fields.insert(field.name);
			}
		}
	}
	EXPECT_GT(fields.size(), 100u);
	EXPECT_GT(compare(all, trace, 5'000), 0u);
}

TEST_F(SameVerdicts, with_lists)
{
	expect(Rewrite::Kind::list, &Random::lists);
}

TEST_F(SameVerdicts, without_superfluous_parts)
{
	expect(Rewrite::Kind::absorbed, &Random::absorbed);
}

TEST_F(SameVerdicts, with_common_parts_pulled_out)
{
	expect(Rewrite::Kind::factor, &Random::factors);
}

TEST_F(SameVerdicts, with_patterns_named)
{
	expect(Rewrite::Kind::pattern, &Random::patterns);
}
