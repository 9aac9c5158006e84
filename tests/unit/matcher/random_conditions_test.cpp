// SPDX-License-Identifier: Apache-2.0
//
// Random conditions over all fields and operators of the recordings' events, with values that occur in them, have the
// verdicts of libsinsp's own filters.
//
//   FALCO_SEED      where the random numbers begin (default 1)
//   FALCO_ROUNDS    how many sets of rules (default 2); each is tried on every recording
#include "loaded_rules.hpp"

#include "plugins/matcher-sinsp/graph_evaluator.hpp"
#include "plugins/matcher-sinsp/reference_evaluator.hpp"

#include <cstdlib>
#include <map>
#include <random>

using namespace falco::matcher;

namespace {

constexpr size_t kRules = 250;
constexpr size_t kEvents = 12000; // of each recording

unsigned number_from(const char *variable, unsigned otherwise)
{
	const char *text = std::getenv(variable);
	return text ? static_cast<unsigned>(std::strtoul(text, nullptr, 10)) : otherwise;
}

const char *const kTextOperators[] = {"=",          "!=",     "contains",   "icontains", "startswith",
				      "endswith",   "glob",   "iglob",      "in",        "pmatch",
				      "intersects", "exists", "startswith", "<",         ">="};
const char *const kNumberOperators[] = {"=", "!=", "<", "<=", ">", ">=", "in", "exists"};

struct SampledField {
	std::string name;
	bool is_text;
	std::vector<std::string> values;
};

// What can be put between double quotes in a condition, in a text between single quotes.
bool can_be_written(const std::string &value)
{
	return value.size() < 200 && std::all_of(value.begin(), value.end(), [](unsigned char c) {
		       return std::isprint(c) && c != '"' && c != '\'' && c != '\\';
	       });
}

// Every field that needs no argument, and some with one, with values they have in a recording.
std::vector<SampledField> sample(const std::string &trace)
{
	sinsp inspector;
	inspector.open_savefile(trace);
	sinsp_filter_check_list checks;
	std::vector<std::string> names = {"evt.arg.flags",  "evt.arg.path",  "evt.arg.name",  "evt.arg.mode",
					  "evt.arg[0]",     "evt.arg[1]",    "evt.arg.res",   "evt.arg.fd",
					  "evt.rawarg.fd",  "proc.aname[1]", "proc.aname[2]", "proc.apid[1]",
					  "proc.env[HOME]", "fd.types[0]"};
	for (const auto &name : field_names(checks)) {
		// Names of addresses ask a server, and a field that counts says another thing to each who asks.
		const bool resolves = name.size() > 5 && name.compare(name.size() - 5, 5, ".name") == 0 &&
				      name.compare(0, 3, "fd.") == 0 && name != "fd.name";
		if (!resolves && !Field::keeps_state(name)) {
			names.push_back(name);
		}
	}
	struct Sampler {
		SampledField field;
		std::unique_ptr<sinsp_filter_check> check;
	};
	std::vector<Sampler> samplers;
	for (const auto &name : names) {
		try {
			auto check = checks.new_filter_check_from_fldname(name, &inspector, true);
			if (!check || check->parse_field_name(name, true, true) < 0) {
				continue;
			}
			const auto type = check->get_field_info()->m_type;
			const bool is_text = type == PT_CHARBUF || type == PT_FSPATH || type == PT_FSRELPATH;
			samplers.push_back({{name, is_text, {}}, std::move(check)});
		} catch (const std::exception &) {
			continue; // wants an argument
		}
	}
	sinsp_evt *event = nullptr;
	for (size_t i = 0; i < kEvents && inspector.next(&event) != SCAP_EOF; i++) {
		if (i % 37 != 0) {
			continue;
		}
		for (auto &sampler : samplers) {
			const char *text = sampler.field.values.size() < 40 ? sampler.check->tostring(event) : nullptr;
			if (text && can_be_written(text)) {
				sampler.field.values.emplace_back(text);
			}
		}
	}
	std::vector<SampledField> fields;
	for (auto &sampler : samplers) {
		sampler.field.values.emplace_back("0");
		fields.push_back(std::move(sampler.field));
	}
	return fields;
}

class Generator {
public:
	Generator(const std::vector<SampledField> &fields, unsigned seed) : fields_(fields), random_(seed) {}

	std::string condition()
	{
		std::string text = term();
		for (size_t more = below(4); more > 0; more--) {
			text = (below(2) ? "(" + text + ")" : text) + (below(2) ? " and " : " or ") + term();
		}
		return text;
	}

private:
	size_t below(size_t limit) { return random_() % limit; }
	template <typename Of>
	const auto &one_of(const Of &of)
	{
		return of[below(std::size(of))];
	}

	std::string term()
	{
		static const char *const types[] = {"evt.type = openat", "evt.type in (execve, clone, close, sysinfo)",
						    "evt.dir = <", "evt.type != read", "evt.dir = >"};
		const std::string check = below(4) == 0 ? one_of(types) : check_of(one_of(fields_));
		return below(4) == 0 ? "not " + check : check;
	}

	std::string check_of(const SampledField &field)
	{
		const std::string op = field.is_text ? one_of(kTextOperators) : one_of(kNumberOperators);
		if (op == "exists") {
			return field.name + " exists";
		}
		std::string values = value_for(op, field);
		if (op == "in" || op == "pmatch" || op == "intersects") {
			for (size_t more = below(7); more > 0; more--) {
				values += ", " + value_for(op, field);
			}
			values = "(" + values + ")";
		}
		return field.name + " " + op + " " + values;
	}

	std::string value_for(const std::string &op, const SampledField &field)
	{
		std::string value = one_of(field.values);
		if (field.is_text && op != "=" && op != "in" && !value.empty() && below(3) != 0) {
			const size_t begin =
				op == "contains" || op == "icontains" || op == "endswith" ? below(value.size()) : 0;
			value = value.substr(begin, op == "endswith" ? std::string::npos : 1 + below(value.size()));
		}
		if (op == "icontains" || op == "iglob") {
			for (char &c : value) {
				c = static_cast<char>(below(2) ? std::toupper(c) : c);
			}
		}
		if (op == "glob" || op == "iglob" || op == "pmatch") {
			static const char *const wildcards[] = {"*", "?", "[a-z]", "*/", ""};
			value.replace(below(value.size() + 1), below(3), one_of(wildcards));
			value += below(2) ? "*" : "";
		}
		return "\"" + value + "\"";
	}

	const std::vector<SampledField> &fields_;
	std::mt19937 random_;
};

bool is_accepted(const std::string &condition)
{
	try {
		sinsp inspector;
		sinsp_filter_check_list checks;
		const auto factory = std::make_shared<sinsp_filter_factory>(&inspector, checks);
		sinsp_filter_compiler(factory, condition).compile();
		return true;
	} catch (const std::exception &) {
		return false; // no such operator for the field's type, no value of its type
	}
}

std::string random_rules(Generator &generator)
{
	std::string text;
	for (size_t rules = 0; rules < kRules;) {
		const std::string condition = generator.condition();
		if (is_accepted(condition)) {
			text += "- {rule: r" + std::to_string(rules++) +
				", desc: d, output: o, priority: info, condition: '" + condition + "'}\n";
		}
	}
	return text;
}

// How many rules matched how many events in all; fails where the two evaluators differ.
uint64_t compare(const LoadedRules &loaded, const std::string &trace)
{
	sinsp inspector;
	inspector.open_savefile(trace);
	GraphEvaluator graph(loaded.rules, true, &inspector);
	ReferenceEvaluator reference(loaded.rules, true, &inspector);
	uint64_t matches = 0;
	sinsp_evt *event = nullptr;
	for (size_t i = 0; i < kEvents && inspector.next(&event) != SCAP_EOF; i++) {
		std::vector<uint32_t> ours, theirs, both;
		graph.evaluate(event, true, ours);
		reference.evaluate(event, true, theirs);
		std::set_symmetric_difference(ours.begin(), ours.end(), theirs.begin(), theirs.end(),
					      std::back_inserter(both));
		for (const uint32_t rule : both) {
			ADD_FAILURE() << trace << ", event " << event->get_num() << " " << event->get_name()
				      << ", type " << event->get_type() << ": " << loaded.condition(rule)
				      << ": libsinsp says "
				      << (std::count(theirs.begin(), theirs.end(), rule) ? "yes" : "no");
		}
		matches += theirs.size();
		if (!both.empty()) {
			break;
		}
	}
	return matches;
}

} // namespace

TEST(RandomConditions, have_the_verdicts_of_libsinsp)
{
	const unsigned first = number_from("FALCO_SEED", 1), rounds = number_from("FALCO_ROUNDS", 2);
	for (const char *name : {"acts.scap", "mixed.scap", "heavy.scap"}) {
		const std::string trace = std::string(FALCO_TRACES) + "/" + name;
		const auto fields = sample(trace);
		for (unsigned seed = first; seed < first + rounds; seed++) {
			Generator generator(fields, seed);
			const LoadedRules loaded(random_rules(generator));
			ASSERT_THAT(loaded.errors, testing::IsEmpty()) << "seed " << seed;
			EXPECT_GT(compare(loaded, trace), 0u) << "seed " << seed;
			ASSERT_FALSE(HasFailure()) << "seed " << seed;
		}
	}
}
